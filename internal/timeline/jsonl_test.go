package timeline

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExportOfAnEarlierHeadIsThePrefix(t *testing.T) {
	log := makeLog(t, 12)
	all := jsonl(t, log)
	var at bytes.Buffer
	end, err := WriteJSONL(&at, stream(log[:9]))
	if err != nil || end != log[8].Position() {
		t.Fatalf("%v %v", end, err)
	}
	if !bytes.HasPrefix(all, at.Bytes()) || at.Len() == len(all) {
		t.Error("the export at 9 is not the beginning of the export at 12")
	}
}

func TestWithholdingKeepsEverythingButTheText(t *testing.T) {
	log := makeLog(t, 12)
	for i := range log[:6] {
		log[i] = log[i].Withhold(WithheldTLP)
	}
	var buf bytes.Buffer
	if _, err := WriteJSONL(&buf, stream(log)); err != nil {
		t.Fatal(err)
	}
	rep := verifyBytes(t, buf.Bytes(), VerifyOptions{})
	if !rep.Holds() || rep.TLP != 3 || rep.Erased != 1 || rep.Head != hexOf(log[11].Head) {
		t.Errorf("%+v", rep)
	}
}

func TestWriterRefusesWhatWouldNotVerify(t *testing.T) {
	for name, edit := range map[string]func([]Entry) []Entry{
		"gap":               func(l []Entry) []Entry { return append(l[:2], l[3:]...) },
		"begins at two":     func(l []Entry) []Entry { return l[1:] },
		"another incident":  func(l []Entry) []Entry { l[1].Incident = "IR-9"; return l },
		"text lost":         func(l []Entry) []Entry { l[1].TextBytes = nil; return l },
		"text and mark":     func(l []Entry) []Entry { l[1].Withheld = WithheldTLP; return l },
		"mark without text": func(l []Entry) []Entry { l[2].Withheld = WithheldTLP; return l },
	} {
		if _, err := WriteJSONL(io.Discard, stream(edit(makeLog(t, 4)))); !errors.Is(err, ErrExport) {
			t.Errorf("%s: got %v, want %v", name, err, ErrExport)
		}
	}
}

func TestReaderGivesBackWhatWasWritten(t *testing.T) {
	log := makeLog(t, 12)
	r := NewReader(bytes.NewReader(jsonl(t, log)))
	for i := range log {
		row, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Rebuild(row)
		if diff := cmp.Diff(log[i], got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want %v", err, io.EOF)
	}
}

func TestAttachmentOfAnEntry(t *testing.T) {
	hash := hashOf(kept)
	for facts, want := range map[string]string{
		`{"attachment":"` + hash + `"}`: hash, `{"attachment":"sha256:` + hash + `"}`: "", `{"x":{"attachment":"` + hash + `"}}`: "",
		`{"attachment":7}`: "", `{"Attachment":"` + hash + `"}`: "", `{}`: "",
	} {
		e := Entry{Facts: []byte(facts)}
		if got := e.Attachment(); got != want {
			t.Errorf("%s: got %q, want %q", facts, got, want)
		}
	}
}
