package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sameRecord says that two exports say the same, byte for byte where it counts.
func sameRecord(a, b []byte) bool {
	x, y := NewReader(bytes.NewReader(a)), NewReader(bytes.NewReader(b))
	for {
		p, errA := x.Next()
		q, errB := y.Next()
		if !cmp.Equal(p, q) || (errA == nil) != (errB == nil) {
			return false
		}
		if errA != nil {
			return errA.Error() == errB.Error()
		}
	}
}

// holds judges an export; what is unreadable does not hold.
func holds(b []byte) bool {
	rep, err := VerifyFile(bytes.NewReader(b), int64(len(b)), VerifyOptions{})
	return err == nil && rep.Holds()
}

func TestEveryOneByteChangeIsFoundOrMeansNothing(t *testing.T) {
	good := jsonl(t, makeLog(t, 9))
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(good)-1).Draw(t, "at")
		c := rapid.Byte().Draw(t, "to")
		bad := bytes.Clone(good)
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			bad[i] = c
		case 1:
			bad = slices.Insert(bad, i, c)
		case 2:
			bad = slices.Delete(bad, i, i+1)
		}
		if !bytes.Equal(bad, good) && holds(bad) && !sameRecord(bad, good) {
			t.Fatalf("change at %d to %q was not found", i, c)
		}
	})
}

// TestEveryBitOfAPackCounts flips every byte of a small pack. What may go
// unnoticed is only what no reader uses: attributes in the zip's directory.
func TestEveryBitOfAPackCounts(t *testing.T) {
	s := testSigner(t, 1)
	log := makeLog(t, 2)
	p := makePack(t, s, log)
	p.Files = []PackFile{Bytes(RunbookPath(hashOf(runbook)), runbook)}
	good := packBytes(t, p, s)
	prose := bytes.Index(good, []byte(fileTimeline))
	for i := range good {
		if i < prose-64 && i > 128 && i%16 != 0 {
			continue // inside README.txt one byte is like another
		}
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if holds(bad) && !attribute(good, i) {
			t.Errorf("byte %d of %d (%q) can be changed", i, len(good), good[max(0, i-8):i+1])
		}
	}
}

// attribute says that byte i is a version or attribute field of a header.
func attribute(zip []byte, i int) bool {
	for back := 0; back < centralSize && back <= i; back++ {
		head := zip[i-back:]
		if bytes.HasPrefix(head, []byte("PK\x01\x02")) {
			return back >= 4 && back < 8 || back >= 36 && back < 42
		}
		if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
			return back == 4 || back == 5
		}
	}
	return false
}

// TestTwoVerifiersAgreeOnAThousandDamagedExports compares verdicts with the
// python verifier; damage is random but the same in every run.
func TestTwoVerifiersAgreeOnAThousandDamagedExports(t *testing.T) {
	python := needs(t, "python3")
	if testing.Short() {
		t.Skip("writes 1,200 files")
	}
	s := testSigner(t, 1)
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(1, 2))
	var names []string
	var want []bool
	found := 0
	for i := range 1200 {
		log := makeLog(t, int64(1+rnd.IntN(9)))
		b := jsonl(t, log)
		if i%4 == 0 && len(log) >= 5 {
			b = packBytes(t, makePack(t, s, log), s)
		}
		if i >= 200 {
			b = damage(rnd, b)
		}
		name := filepath.Join(dir, fmt.Sprint(i))
		write(t, name, b)
		ok := holds(b)
		if names, want = append(names, name), append(want, ok); i < 200 && !ok {
			t.Fatalf("good export %d does not hold", i)
		}
		if !ok {
			found++
		}
	}
	cmd := exec.Command(python, append([]string{"../../docs/verify.py"}, names...)...)
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 3 { // some of them are bad
		t.Fatalf("exit %d, want 3: %v", code, err)
	}
	for i, verdict := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		if (verdict == "OK") != want[i] {
			t.Errorf("export %d: python says %q, irbot says holds=%v", i, verdict, want[i])
		}
	}
	t.Logf("found %d of 1000 damaged", found)
	if found < 980 {
		t.Errorf("only %d of 1000 damaged exports were found", found)
	}
}

// damage changes, deletes, doubles or moves a piece.
func damage(rnd *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	i, j := rnd.IntN(len(b)), rnd.IntN(len(b))
	i, j = min(i, j), max(i, j)+1
	switch rnd.IntN(6) {
	case 0:
		b[i] ^= byte(1 + rnd.IntN(255))
	case 1:
		return slices.Delete(b, i, j)
	case 2:
		return slices.Insert(b, i, byte(rnd.IntN(256)))
	case 3:
		return slices.Concat(b[:j], b[i:])
	case 4:
		b[i], b[j-1] = b[j-1], b[i]^1
	case 5:
		digits := "0123456789abcdef"
		for k := i; k < len(b); k++ {
			if strings.IndexByte(digits, b[k]) >= 0 {
				b[k] = digits[(strings.IndexByte(digits, b[k])+1)%16]
				break
			}
		}
	}
	return b
}

func FuzzReadJSONL(f *testing.F) {
	good := jsonl(f, makeLog(f, 5))
	f.Add(good)
	f.Add(bytes.ReplaceAll(good, []byte(":"), []byte(" : ")))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rep, err := VerifyJSONL(bytes.NewReader(b), VerifyOptions{})
		if err != nil {
			if !errors.Is(err, ErrUnreadable) {
				t.Fatalf("got %v", err)
			}
			return
		}
		if !rep.Holds() {
			return
		}
		// What holds can be read, written again and still says the same.
		var log []Entry
		for r := NewReader(bytes.NewReader(b)); ; {
			row, err := r.Next()
			if err != nil {
				break
			}
			e, err := Rebuild(row)
			if err != nil {
				t.Fatal(err)
			}
			log = append(log, e)
		}
		var out bytes.Buffer
		if _, err := WriteJSONL(&out, stream(log)); err != nil {
			t.Fatal(err)
		}
		if !sameRecord(out.Bytes(), b) {
			t.Fatal("written again, it says something else")
		}
	})
}

func FuzzReadPack(f *testing.F) {
	s := testSigner(f, 1)
	good := packBytes(f, makePack(f, s, makeLog(f, 5)), s)
	f.Add(good)
	f.Add(rezip(f, good, func(name string, data []byte) (string, []byte) { return name, data }))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := VerifyPack(bytes.NewReader(b), int64(len(b)), VerifyOptions{MaxBytes: 1 << 22}); err != nil && !errors.Is(err, ErrUnreadable) {
			t.Fatalf("got %v", err)
		}
	})
}
