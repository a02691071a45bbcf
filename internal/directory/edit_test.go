package directory_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
)

func sampleFile(t *testing.T) ([]byte, *directory.Directory) {
	t.Helper()
	data, err := os.ReadFile("../../directory.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := directory.Parse("directory.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return data, d
}

func TestVerifyKeepsEverythingElse(t *testing.T) {
	data, before := sampleFile(t)
	e, err := directory.OpenEdit("directory.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if err := e.Verified("people", "sato", day); err != nil {
		t.Fatal(err)
	}
	if err := e.Verified("destinations", "nobody", day); !errors.Is(err, directory.ErrNoContact) {
		t.Fatalf("an unknown contact: %v", err)
	}
	out, after, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for i := range before.People {
		if before.People[i].ID == "sato" {
			before.People[i].Verified = day
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if strings.Count(string(out), "#") < strings.Count(string(data), "#") {
		t.Error("comments were lost")
	}
}

func TestCSVGoesRound(t *testing.T) {
	data, d := sampleFile(t)
	var b bytes.Buffer
	if err := directory.WriteCSV(&b, d); err != nil {
		t.Fatal(err)
	}
	rows, err := directory.ReadCSV(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if diff := directory.Compare(d, rows); len(diff) != 0 {
		t.Fatalf("a sheet as written changes %+v", diff)
	}
	rows, err = directory.ReadCSV("kind,id,name,reach\nperson,sato,佐藤 健一,phone '03; mail new@example.jp\nperson,arai,新井,\"phone 03-0000-9999; mail arai@example.jp\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := directory.Compare(d, rows); len(diff) != 4 || !diff[2].New {
		t.Fatalf("%+v", diff)
	}
	e, err := directory.OpenEdit("directory.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	e.Put(rows[1])
	_, after, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	p, ok := after.Person("arai")
	if !ok || p.Name != "新井" || len(p.Reach) != 2 || p.Reach[0].To != "03-0000-9999" {
		t.Fatalf("%+v", p)
	}
	e.Put(rows[0]) // a number nobody can dial must not get in
	if _, _, err := e.Bytes(); err == nil {
		t.Fatal("a broken number was written")
	}
	if _, err := directory.ReadCSV("name,phone\nx,y\n"); !errors.Is(err, directory.ErrHead) {
		t.Fatal("columns nobody knows")
	}
}

func TestFormulasAreDefused(t *testing.T) {
	d := &directory.Directory{People: []directory.Person{{ID: "x", Name: "=HYPERLINK(1)"}}}
	var b bytes.Buffer
	if err := directory.WriteCSV(&b, d); err != nil || !strings.Contains(b.String(), "'=HYPERLINK") {
		t.Fatal(err, b.String())
	}
}
