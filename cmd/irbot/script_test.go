package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"irbot/internal/localapi"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"irbot": honest}) }

// TestScripts drives the real binary as people would.
func TestScripts(t *testing.T) {
	schemas, err := filepath.Abs("../../docs/schema")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "ja_JP.UTF-8")
			e.Setenv("CI", "1") // never open a browser
			e.Setenv("SCHEMAS", schemas)
			e.Values[startedKey{}] = started{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"up": cmdUp, "lines": cmdLines, "json": cmdJSON, "schema": cmdSchema, "flip": cmdFlip, "visit": cmdVisit, "rezip": cmdRezip, "columns": cmdColumns, "occupy": cmdOccupy,
			"start": cmdStart, "halt": cmdHalt, "exits": cmdExits, "until": cmdUntil,
		},
	})
}

// started are the servers of one script, by name.
type started map[string]*exec.Cmd

type startedKey struct{}

// cmdStart runs irbot in the background with its output in a file: start NAME
// FILE ARGS….
func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: start NAME FILE ARGS")
	}
	out, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	cmd := exec.Command("irbot", args[2:]...)
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if _, err := os.Stat(filepath.Join(dir, "irbot")); err == nil {
			cmd = exec.Command(filepath.Join(dir, "irbot"), args[2:]...)
			break
		}
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), out, out
	for _, k := range []string{"PATH", "HOME", "LANG", "CI", "TMPDIR", "IRBOT_LANG"} {
		cmd.Env = append(cmd.Env, k+"="+ts.Getenv(k))
	}
	ts.Check(cmd.Start())
	all, _ := ts.Value(startedKey{}).(started)
	all[args[0]] = cmd
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		_ = out.Close()
	})
}

// cmdHalt interrupts what start began, and wants it to end well: halt NAME.
func cmdHalt(ts *testscript.TestScript, _ bool, args []string) {
	all, _ := ts.Value(startedKey{}).(started)
	cmd := all[args[0]]
	if cmd == nil {
		ts.Fatalf("%s was not started", args[0])
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	guard := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer guard.Stop()
	if err := cmd.Wait(); err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
}

// cmdExits runs a command and wants this exit code, or any of several: exits 3
// irbot lint bad.md, exits 0,3 irbot doctor.
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if !slices.Contains(strings.Split(args[0], ","), strconv.Itoa(code)) {
		ts.Fatalf("exit code %d, not %s", code, args[0])
	}
}

// cmdUntil repeats a command until it ends with a code: until 8 irbot incident
// note x.
func cmdUntil(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		code := 0
		var exit *exec.ExitError
		if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
			code = exit.ExitCode()
		}
		if strconv.Itoa(code) == args[0] {
			return
		}
		select {
		case <-deadline.C:
			ts.Fatalf("exit code stays %d", code)
		case <-tick.C:
		}
	}
}

const patience = 30 * time.Second // a safety net, no measure

// cmdUp waits until an irbot answers on the socket of a data folder: up data.
func cmdUp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: up DATA")
	}
	dir := ts.MkAbs(args[0])
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if localapi.Dial(dir).Info(ctx, &running{}) == nil {
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("no irbot in %s", dir)
		case <-tick.C:
		}
	}
}

// cmdLines checks how many lines a stream has at most: lines stdout 20.
func cmdLines(ts *testscript.TestScript, _ bool, args []string) {
	most, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n := strings.Count(ts.ReadFile(args[0]), "\n"); n > most {
		ts.Fatalf("%d lines, at most %d are wanted", n, most)
	}
}

// cmdColumns checks that the cells of a table begin in the same columns: the
// column where the word of the first row begins is found again in the second.
func cmdColumns(ts *testscript.TestScript, _ bool, args []string) {
	for _, l := range strings.Split(ts.ReadFile(args[0]), "\n") {
		if w := columnsOf(l); w > 80 {
			ts.Fatalf("%d columns: %s", w, l)
		}
	}
}

// columnsOf counts columns as a Japanese terminal does, independently of the
// program's own table writer.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6) {
			n++
		}
	}
	return n
}

// cmdJSON compares a member of a JSON answer: json stdout data.incident IR-1.
// ! json says that it differs. A value of * accepts anything but nothing.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, key := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i, err := strconv.Atoi(key)
			ts.Check(err)
			if i >= len(x) {
				ts.Fatalf("%s: no element %d", args[1], i)
			}
			v = x[i]
		default:
			ts.Fatalf("%s: nothing at %s", args[1], key)
		}
	}
	got, _ := json.Marshal(v)
	text := strings.Trim(string(got), `"`)
	equal := text == args[2] || args[2] == "*" && v != nil && text != ""
	if equal == neg {
		ts.Fatalf("%s is %s", args[1], text)
	}
}

// cmdSchema checks answers against the shipped schema they name: schema stdout.
func cmdSchema(ts *testscript.TestScript, _ bool, args []string) {
	data := []byte(ts.ReadFile(args[0]))
	if d := os.Getenv("COLLECT"); d != "" {
		f, _ := os.CreateTemp(d, "a*.json")
		f.Write(data)
		f.Close()
		return
	}
	if err := checkAnswer(ts.Getenv("SCHEMAS"), data); err != nil {
		ts.Fatalf("%v\n%s", err, data)
	}
}

// cmdFlip replaces the first occurrence of a text in a file: flip FILE OLD NEW.
func cmdFlip(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	if !bytes.Contains(b, []byte(args[1])) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, bytes.Replace(b, []byte(args[1]), []byte(args[2]), 1), 0o600))
}

// cmdRezip changes a text inside one file of a zip: rezip IN OUT FILE OLD NEW.
func cmdRezip(ts *testscript.TestScript, _ bool, args []string) {
	r, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer r.Close()
	out, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	w := zip.NewWriter(out)
	for _, f := range r.File {
		in, err := f.Open()
		ts.Check(err)
		b, err := io.ReadAll(in)
		ts.Check(err)
		if f.Name == args[2] {
			b = bytes.Replace(b, []byte(args[3]), []byte(args[4]), 1)
		}
		dst, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		ts.Check(err)
		_, err = dst.Write(b)
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(out.Close())
}

// cmdOccupy listens on a free port until the script ends and puts the number
// into PORT.
func cmdOccupy(ts *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv("PORT", port)
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+/\S*`)

// cmdVisit opens the first console address that stands in a file, waiting for
// it, and checks that the page has the wanted words: visit FILE WORDS.
func cmdVisit(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	client := &http.Client{Jar: jar, Timeout: patience}
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		b, _ := os.ReadFile(path)
		all := address.FindAllString(string(b), -1)
		for _, url := range all {
			if len(args) > 2 && !strings.Contains(url, args[2]) {
				continue
			}
			resp, err := client.Get(url)
			ts.Check(err)
			page, err := io.ReadAll(resp.Body)
			ts.Check(err)
			_ = resp.Body.Close()
			if strings.Contains(string(page), args[1]) == neg {
				ts.Fatalf("%s (%s): page is\n%s", url, resp.Status, page)
			}
			return
		}
		select {
		case <-deadline.C:
			ts.Fatalf("no address in %s: %s", args[0], b)
		case <-tick.C:
		}
	}
}
