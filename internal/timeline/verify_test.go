package timeline

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVerifyAcceptsItsOwnExports(t *testing.T) {
	s := testSigner(t, 1)
	log := makeLog(t, 12)
	withheld := append([]Entry(nil), log...)
	for i := range withheld {
		withheld[i] = withheld[i].Withhold(WithheldTLP)
	}
	noFiles := makePack(t, s, withheld)
	noFiles.Files = nil
	for name, b := range map[string][]byte{
		"jsonl": jsonl(t, log), "jsonl withheld": jsonl(t, withheld), "one entry": jsonl(t, log[:1]),
		"pack": packBytes(t, makePack(t, s, log), s), "pack withheld": packBytes(t, noFiles, s),
	} {
		t.Run(name, func(t *testing.T) {
			rep := verifyBytes(t, b, VerifyOptions{})
			if !rep.Holds() || rep.Anchored {
				t.Errorf("%+v", rep)
			}
			if diff := cmp.Diff([]Code{CodeUnanchored}, codes(rep.Warnings)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVerifyCountsWhatItSaw(t *testing.T) {
	s := testSigner(t, 1)
	log := makeLog(t, 12)
	log[0] = log[0].Withhold(WithheldTLP)
	rep := verifyBytes(t, packBytes(t, makePack(t, s, log), s), VerifyOptions{Keys: []string{testKeys(t, s).File()}})
	if rep.Texts != 6 || rep.TLP != 1 || rep.Erased != 1 || rep.Count != 12 || rep.Incident != "IR-12" || rep.Site != "sakura-port" {
		t.Errorf("%+v", rep)
	}
	if diff := cmp.Diff([]int64{4, 12}, rep.Held); diff != "" || !rep.Anchored || rep.AnchoredTo != 12 {
		t.Errorf("%s\n%+v", diff, rep)
	}
}

func TestVerifyAgainstCheckpointsFromOutside(t *testing.T) {
	s, stranger := testSigner(t, 1), testSigner(t, 2)
	log := makeLog(t, 12)
	other := makeLog(t, 12)
	other[11] = sealed(t, Draft{Kind: "note.added", Actor: "u9"}, SealAt{Incident: "IR-12", Prev: other[10].Position(), Now: morning})
	foreign, err := SignCheckpoint(s, "IR-13", log[11].Position())
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{testKeys(t, s).File()}
	b := jsonl(t, log)
	pack := packBytes(t, makePack(t, s, log), s)
	for _, tc := range []struct {
		name     string
		b        []byte
		opt      VerifyOptions
		want     []Code
		warnings []Code
		anchored bool
	}{
		{"head", b, VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, log, 12).Note}, Keys: keys}, nil, nil, true},
		{"head in a pack", pack, VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, log, 12).Note}}, nil, nil, true},
		{"head, no key", b, VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, log, 12).Note}}, nil, []Code{CodeUnsigned}, true},
		{"before the head", b, VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, log, 5).Note}, Keys: keys}, nil, []Code{CodeTailUnanchored}, false},
		{"beyond the end", jsonl(t, log[:9]), VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, log, 12).Note}, Keys: keys}, []Code{CodeTruncated}, nil, false},
		{"other history", b, VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, other, 12).Note}, Keys: keys}, []Code{CodeFork}, nil, false},
		{"two histories", b, VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, log, 12).Note, checkpointAt(t, s, other, 12).Note}, Keys: keys}, []Code{CodeFork, CodeFork}, nil, false},
		{"stranger's key", b, VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, stranger, log, 12).Note}, Keys: keys}, []Code{CodeSignature}, nil, false},
		{"stranger's pack", pack, VerifyOptions{Keys: []string{stranger.Public()}}, []Code{CodeSignature, CodeSignature, CodeSignature}, nil, false},
		{"another incident", b, VerifyOptions{Checkpoints: [][]byte{foreign.Note}, Keys: keys}, []Code{CodeOrigin}, nil, false},
		{"only the key", pack, VerifyOptions{Keys: keys}, nil, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rep := verifyBytes(t, tc.b, tc.opt)
			if diff := cmp.Diff(tc.want, codes(rep.Problems)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.warnings, codes(rep.Warnings)); diff != "" {
				t.Error(diff)
			}
			if rep.Anchored != tc.anchored {
				t.Errorf("anchored %v, want %v", rep.Anchored, tc.anchored)
			}
		})
	}
}

func TestVerifyTellsUnreadableFromBroken(t *testing.T) {
	for name, b := range map[string]string{"empty": "", "prose": "hello\n", "pdf": "%PDF-1.7\n", "list": "[]\n", "short": "P"} {
		if _, err := VerifyFile(strings.NewReader(b), int64(len(b)), VerifyOptions{}); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: got %v, want %v", name, err, ErrUnreadable)
		}
	}
	for name, b := range map[string]string{"object": "{}\n", "cut line": `{"envelope":`, "cut zip": "PK\x03\x04..."} {
		if rep := verifyBytes(t, []byte(b), VerifyOptions{}); rep.Holds() {
			t.Errorf("%s holds", name)
		}
	}
	good := jsonl(t, makeLog(t, 3))
	for name, opt := range map[string]VerifyOptions{
		"no key":        {Keys: []string{"nonsense"}},
		"no checkpoint": {Checkpoints: [][]byte{[]byte("nonsense")}},
	} {
		if _, err := VerifyJSONL(bytes.NewReader(good), opt); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: got %v, want %v", name, err, ErrUnreadable)
		}
	}
}

func TestVerifyKeepsDamageLocal(t *testing.T) {
	log := makeLog(t, 12)
	log[5].Envelope = bytes.Replace(log[5].Envelope, []byte(`"n":6`), []byte(`"n":7`), 1)
	v := NewVerifier()
	for i := range log {
		v.Add(&log[i])
	}
	rep := v.Report()
	if len(rep.Problems) != 1 || rep.Problems[0].Seq != 6 || rep.Problems[0].Code != CodeEntryHash {
		t.Errorf("%+v", rep.Problems)
	}
	p := rep.Problems[0]
	if !strings.HasPrefix(p.Japanese(), "#6: 記録の内容がハッシュと合いません") || !strings.HasPrefix(p.English(), "#6: content does not give its hash") {
		t.Errorf("%s\n%s", p.Japanese(), p.English())
	}
}

func TestVerifyWarnsOfErasureAndSalt(t *testing.T) {
	log := makeLog(t, 12)
	unshown := append([]Entry(nil), log...)
	unshown[6] = unshown[6].Withhold(WithheldErased)
	open := makeLog(t, 7)
	late := sealed(t, draft(8), SealAt{Incident: "IR-12", Prev: open[6].Position(), Now: morning, Salt: salt(7)})
	for name, tc := range map[string]struct {
		log  []Entry
		want []Code
	}{
		"erasure not in range":      {unshown, []Code{CodeErasureUnshown, CodeUnanchored}},
		"not erased, salt repeated": {append(open, late), []Code{CodeSaltRepeated, CodeErasureOpen, CodeUnanchored}},
	} {
		rep := verifyBytes(t, jsonl(t, tc.log), VerifyOptions{})
		if diff := cmp.Diff(tc.want, codes(rep.Warnings)); diff != "" || !rep.Holds() {
			t.Errorf("%s: %s %v", name, diff, rep.Problems)
		}
	}
}

func TestEveryCodeIsExplainedInBothLanguages(t *testing.T) {
	for _, c := range []Code{CodeLine, CodeBOM, CodeFinalLF, CodeEmpty, CodeEnvelope, CodeIncident, CodeSequence, CodeEntryHash, CodeHead,
		CodeText, CodeDigest, CodeWithheld, CodeFork, CodeTruncated, CodeSignature, CodeOrigin, CodeUncovered, CodeZip, CodeName, CodeLimit,
		CodeMissing, CodeUnlisted, CodeManifest, CodeAttachment, CodeRunbook, CodeUnanchored, CodeTailUnanchored, CodeUnsigned,
		CodeSaltRepeated, CodeErasureUnshown, CodeErasureOpen} {
		if ja, _ := c.meaning(); ja == "形式に合いません" {
			t.Errorf("%s is not explained", c)
		}
	}
}

func TestCheckpointIsTheSignedNoteOfTheFormat(t *testing.T) {
	s := testSigner(t, 1)
	c, err := SignCheckpoint(s, "IR-12", Position{Seq: 214, Head: [32]byte{0xff}})
	if err != nil {
		t.Fatal(err)
	}
	want := "irbot/sakura-port/IR-12\n214\n/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— irbot-sakura-port "
	if !strings.HasPrefix(string(c.Note), want) {
		t.Errorf("note %q", c.Note)
	}
	old, again := testSigner(t, 2), testKeys(t, testSigner(t, 2), s)
	got, err := again.OpenCheckpoint(c.Note)
	if diff := cmp.Diff(c, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := testKeys(t, old).OpenCheckpoint(c.Note); !errors.Is(err, ErrSignature) {
		t.Errorf("another key opened the note: %v", err)
	}
	for _, bad := range []string{"", "x", strings.Replace(string(c.Note), "214", "0214", 1), strings.Replace(string(c.Note), "214\n", "214\nmore\n", 1),
		strings.Replace(string(c.Note), "IR-12", "IR 12", 1), strings.Replace(string(c.Note), "AAA=", "AAB=", 1)} {
		if _, err := ReadCheckpoint([]byte(bad)); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestKeysRefuse(t *testing.T) {
	good := testSigner(t, 1).Public()
	_, other, err := GenerateKey(constant(3), "other")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"none": "\n", "two sites": good + "\n" + other, "changed": strings.Replace(good, "+", "-", 1),
		"wrong hash": good[:18] + "00000000" + good[26:], "prose": "hello"} {
		if _, err := ParseKeys(text); !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	k, err := ParseKeys(good+"\n\n"+testSigner(t, 2).Public()+"\n", good)
	if err != nil || len(k.Public()) != 2 || k.File() != good+"\n"+testSigner(t, 2).Public()+"\n" {
		t.Errorf("%v %v", k, err)
	}
	for _, secret := range []string{"", good, "PRIVATE+KEY+x+00000000+AAAA"} {
		if _, err := ParseSigner(secret); !errors.Is(err, ErrKey) {
			t.Errorf("%q: got %v", secret, err)
		}
	}
	if _, _, err := GenerateKey(constant(1), "Sakura"); !errors.Is(err, ErrSite) {
		t.Errorf("got %v", err)
	}
	if s := testSigner(t, 1); strings.Contains(s.String(), "PRIVATE") {
		t.Errorf("the secret is printed: %v", s)
	}
}

func needs(t *testing.T, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Skipf("%s is not installed", tool)
	}
	return path
}

// TestCheckpointIsFoundInAMail: what left by mail or chat comes back with words
// around it.
func TestCheckpointIsFoundInAMail(t *testing.T) {
	s := testSigner(t, 1)
	log := makeLog(t, 12)
	note := checkpointAt(t, s, log, 12).Note
	quoted := "> " + strings.ReplaceAll(strings.TrimSuffix(string(note), "\n"), "\n", "\n> ") + "\n"
	for name, mail := range map[string]string{
		"bare":    string(note),
		"letter":  "From: irbot\r\n\r\nこの控えを\r\n\r\nalpha bravo\r\n\r\n" + strings.ReplaceAll(string(note), "\n", "\r\n") + "\r\n-- \r\nirbot\r\n",
		"quoted":  "On Sunday irbot wrote:\n" + quoted + "\nThanks\n",
		"no LF":   strings.TrimSuffix(string(note), "\n"),
		"indents": "  " + strings.ReplaceAll(string(note), "\n", "\n  "),
	} {
		if got := FindCheckpoint([]byte(mail)); !bytes.Equal(got, note) {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, other := range []string{"", "irbot/x", "irbot/sakura-port/IR-12\n12\nno\n"} {
		if got := FindCheckpoint([]byte(other)); string(got) != other {
			t.Errorf("%q became %q", other, got)
		}
	}
}
