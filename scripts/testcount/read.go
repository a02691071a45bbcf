package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of go test -json (see go doc test2json); build output names an import path instead of a package.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

// tally counts tests, sub-tests included. A package that failed outside any test counts as one failed test.
type tally struct {
	passed, failed, skipped int
}

// reader keeps the output of everything that has not ended yet, because only failures and skips are shown.
type reader struct {
	w       io.Writer
	sum     tally
	output  map[string]*bytes.Buffer
	blamed  map[string]bool
	started map[string]bool
}

// read counts a whole stream. It returns what it counted up to an unreadable line together with the error.
func read(r io.Reader, w io.Writer) (tally, error) {
	rd := &reader{w: w, output: map[string]*bytes.Buffer{}, blamed: map[string]bool{}, started: map[string]bool{}}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 {
			var ev event
			if jerr := json.Unmarshal(trimmed, &ev); jerr != nil {
				return rd.sum, fmt.Errorf("read test output %q: %w", trimmed, jerr)
			}
			rd.take(ev)
		}
		if err == io.EOF {
			return rd.sum, rd.unfinished()
		}
		if err != nil {
			return rd.sum, fmt.Errorf("read test output: %w", err)
		}
	}
}

func (rd *reader) take(ev event) {
	switch ev.Action {
	case "build-output":
		rd.keep(ev.ImportPath, ev.Output)
	case "build-fail":
		rd.show(ev.ImportPath)
	case "start":
		rd.started[ev.Package] = true
	case "output":
		rd.keep(key(ev), ev.Output)
	case "pass", "fail", "skip":
		if ev.Test == "" {
			rd.endPackage(ev)
			return
		}
		rd.endTest(ev)
	}
}

func (rd *reader) endTest(ev event) {
	switch ev.Action {
	case "pass":
		rd.sum.passed++
	case "skip":
		rd.sum.skipped++
		fmt.Fprintf(rd.w, "SKIPPED %s %s\n", ev.Package, ev.Test)
		rd.show(key(ev))
	default:
		rd.sum.failed++
		rd.blamed[ev.Package] = true
		fmt.Fprintf(rd.w, "FAILED %s %s (%.2f s)\n", ev.Package, ev.Test, ev.Elapsed)
		rd.show(key(ev))
	}
	delete(rd.output, key(ev))
}

// endPackage closes a package. "skip" here only means that the package has no test files.
func (rd *reader) endPackage(ev event) {
	delete(rd.started, ev.Package)
	if ev.Action == "fail" && !rd.blamed[ev.Package] {
		rd.sum.failed++
		fmt.Fprintf(rd.w, "FAILED %s outside a test (build, panic or time-out)\n", ev.Package)
		rd.showAll(ev.Package)
	}
	if ev.Action != "skip" {
		fmt.Fprintf(rd.w, "%-4s %s %.1f s\n", ev.Action, ev.Package, ev.Elapsed)
	}
}

// unfinished names packages that started and never ended, as after a killed go test.
func (rd *reader) unfinished() error {
	if len(rd.started) == 0 {
		return nil
	}
	names := make([]string, 0, len(rd.started))
	for name := range rd.started {
		names = append(names, name)
	}
	return fmt.Errorf("test output ends inside %s", strings.Join(names, ", "))
}

func (rd *reader) keep(k, text string) {
	if rd.output[k] == nil {
		rd.output[k] = &bytes.Buffer{}
	}
	rd.output[k].WriteString(text)
}

func (rd *reader) show(k string) {
	if b := rd.output[k]; b != nil {
		fmt.Fprintf(rd.w, "%s", b.Bytes())
	}
}

// showAll prints the package's own output and that of every test that was still running when the package died.
func (rd *reader) showAll(pkg string) {
	rd.show(pkg)
	for k := range rd.output {
		if strings.HasPrefix(k, pkg+"\x00") {
			rd.show(k)
		}
	}
}

func key(ev event) string {
	if ev.Test == "" {
		return ev.Package
	}
	return ev.Package + "\x00" + ev.Test
}
