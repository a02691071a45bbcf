// Command testcount reads the output of go test -json, prints what a reviewer needs, and counts.
//
// It guarantees that nothing passes unseen: a failed test, a skipped test, a package that did not build, a stream that
// is cut, and a run without any test all end with exit code 1.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	label := flag.String("label", "test", "name of the run in the summary line")
	out := flag.String("out", "", "file that receives \"passed failed\"")
	flag.Parse()
	os.Exit(run(*label, *out))
}

func run(label, out string) int {
	sum, err := read(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintf(os.Stderr, "testcount: %v\n", err)
		sum.failed++
	}
	if sum.passed+sum.failed+sum.skipped == 0 {
		fmt.Fprintln(os.Stderr, "testcount: no test ran")
		sum.failed++
	}
	fmt.Printf("%s: %d passed, %d failed, %d skipped\n", label, sum.passed, sum.failed, sum.skipped)
	bad := sum.failed + sum.skipped
	if out != "" {
		if err := os.WriteFile(out, fmt.Appendf(nil, "%d %d\n", sum.passed, bad), 0o600); err != nil {
			fmt.Fprintf(os.Stderr, "testcount: %v\n", err)
			return 1
		}
	}
	if bad > 0 {
		return 1
	}
	return 0
}
