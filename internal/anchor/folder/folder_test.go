package folder

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"irbot/internal/timeline"
)

func TestKeepsEachNoteOnceAndForGood(t *testing.T) {
	f := Folder{Path: t.TempDir()}
	c := timeline.Checkpoint{Incident: "IR-1", Size: 7, Note: []byte("a note\n")}
	for range 2 {
		if _, err := f.Put(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	other := c
	other.Note = []byte("another\n")
	if _, err := f.Put(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	notes, err := f.Notes(t.Context())
	if err != nil || len(notes) != 2 {
		t.Fatalf("%q %v", notes, err)
	}
	path := filepath.Join(f.Path, Name(c))
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o444 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Put(t.Context(), c); err == nil {
		t.Error("a changed file was taken for the note")
	}
	left, err := filepath.Glob(filepath.Join(f.Path, "IR-1", ".part-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}

func TestMissingFolderIsNotEmpty(t *testing.T) {
	f := Folder{Path: filepath.Join(t.TempDir(), "not-mounted")}
	if _, err := f.Put(t.Context(), timeline.Checkpoint{Incident: "IR-1", Size: 1, Note: []byte("x")}); err == nil {
		t.Error("wrote into a folder that is not there")
	}
	if _, err := f.Notes(t.Context()); err == nil {
		t.Error("read a folder that is not there")
	}
	if err := f.Check(t.Context()); err == nil {
		t.Error("a missing folder was fine")
	}
}

func TestLinksAndLargeFilesAreNotRead(t *testing.T) {
	f := Folder{Path: t.TempDir()}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(f.Path, "x.note")); err != nil {
		t.Fatal(err)
	}
	if notes, err := f.Notes(t.Context()); err != nil || len(notes) != 0 {
		t.Errorf("%q %v", notes, err)
	}
	if err := os.WriteFile(filepath.Join(f.Path, "large.note"), bytes.Repeat([]byte("x"), maxNote+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Notes(t.Context()); err == nil {
		t.Error("a huge file was read")
	}
}
