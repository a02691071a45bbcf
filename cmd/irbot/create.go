package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"
)

// standardOut as the value of --out means standard output, as in other tools.
const standardOut = "-"

// refuseDash is for the commands that write a file and nothing else: one named
// "-" would lie in the folder while the reader of the pipe gets the summary.
func (c *cli) refuseDash(cmd *cobra.Command) error {
	f := cmd.Flags().Lookup("out")
	if f == nil || f.Value.String() != standardOut || cmd.Annotations[toPipe] != "" {
		return nil
	}
	return &problem{exit: exitUsage, code: "usage", what: c.say("--out - は使えません", "--out - cannot be used"),
		why: c.say("この命令はファイルにだけ書きます。標準出力に書けるのは irbot export です", "this command writes to a file only; irbot export can write to standard output"), fix: "--out " + c.say("ファイル名", "FILE")}
}

// toPipe marks the commands that can write to standard output.
const toPipe = "pipe"

// spoolTo is createWhole for a pipe: what is made goes to a file that nobody
// sees first, so that a reader gets all of it or nothing.
func spoolTo(w io.Writer) func(string, func(io.Writer) error) error {
	return func(_ string, write func(io.Writer) error) (err error) {
		tmp, err := os.CreateTemp("", "irbot-export-*")
		if err != nil {
			return fmt.Errorf("create a file for what is taken out: %w", err)
		}
		defer func() { err = errors.Join(err, tmp.Close(), os.Remove(tmp.Name())) }()
		if err := write(tmp); err != nil {
			return err
		}
		if _, err := tmp.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read what was made: %w", err)
		}
		if _, err := io.Copy(w, tmp); err != nil {
			return fmt.Errorf("write to standard output: %w", err)
		}
		return nil
	}
}

// placeError says that a file cannot be made where somebody wants it.
type placeError struct {
	path string
	err  error
}

func (e *placeError) Error() string { return "create " + e.path + ": " + e.err.Error() }
func (e *placeError) Unwrap() error { return e.err }

// placeProblem says why a file cannot be made there.
func (c *cli) placeProblem(e *placeError) *problem {
	dir := filepath.Dir(e.path)
	why := e.err.Error()
	switch {
	case errors.Is(e.err, fs.ErrNotExist):
		why = c.say("フォルダ "+dir+" がありません", "there is no folder "+dir)
	case errors.Is(e.err, fs.ErrPermission), errors.Is(e.err, syscall.EROFS):
		why = c.say("フォルダ "+dir+" に書く許可がありません", "no permission to write into "+dir)
	case errors.Is(e.err, syscall.ENOSPC):
		why = c.say(dir+" のあるディスクがいっぱいです", "the disk of "+dir+" is full")
	}
	return &problem{exit: exitFailed, code: "file.place", what: c.say(e.path+" を作れません", "cannot make "+e.path), why: why,
		fix: c.say("書けるフォルダを指定してください（--out）", "name a folder you can write to (--out)")}
}

// createWhole writes a file so that it is there whole or not at all, synced,
// and never over an existing one.
func createWhole(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("create %s: %w", path, fs.ErrExist)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return &placeError{path: path, err: err}
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if err := write(tmp); err != nil {
		_ = tmp.Close()
		if errors.Is(err, syscall.ENOSPC) {
			err = &placeError{path: path, err: err}
		}
		return err
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	// A link, unlike a rename, fails where somebody was faster.
	if err := os.Link(tmp.Name(), path); err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// replace puts a file in the place of another in one step. It can be read by whom
// the old one could be read: the directory holds people's telephone numbers.
func replace(path string, data []byte) error {
	mode := os.FileMode(0o644)
	if old, err := os.Stat(path); err == nil {
		mode = old.Mode().Perm()
	}
	part := path + ".part"
	_ = os.Remove(part)
	if err := writeNew(part, data, mode); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return nil
}

// writeNew creates a file whole, synced, and never over an existing one.
func writeNew(path string, data []byte, mode os.FileMode) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if d, derr := os.Open(filepath.Dir(path)); derr == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}
