//go:build !race

package bench

// raceDetector tells that memory is not what it is in earnest.
const raceDetector = false
