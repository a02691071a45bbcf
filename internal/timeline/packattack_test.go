package timeline

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// onFile makes an attack on one file of a pack; the zip itself stays sound.
func onFile(name string, edit func([]byte) []byte) func(testing.TB, []byte) []byte {
	return func(t testing.TB, b []byte) []byte {
		t.Helper()
		found := false
		out := rezip(t, b, func(n string, data []byte) (string, []byte) {
			if n != name {
				return n, data
			}
			found = true
			if data = edit(bytes.Clone(data)); data == nil {
				return "", nil
			}
			return n, data
		})
		if !found {
			t.Fatalf("%s is not in the pack", name)
		}
		return out
	}
}

func swapIn(old, new string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
}

func drop([]byte) []byte { return nil }

// withFile adds a file behind the others.
func withFile(h zip.FileHeader, data string) func(testing.TB, []byte) []byte {
	return func(t testing.TB, b []byte) []byte {
		t.Helper()
		var buf bytes.Buffer
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		w := zip.NewWriter(&buf)
		for _, f := range z.File {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
		out, err := w.CreateHeader(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
}

// poke changes bytes at a place counted from the end record.
func poke(back int, to ...byte) func(testing.TB, []byte) []byte {
	return func(_ testing.TB, b []byte) []byte {
		b = bytes.Clone(b)
		copy(b[len(b)-back:], to)
		return b
	}
}

// insertAt puts bytes at i and moves the directory's offsets behind it, as a
// careful attacker would.
func insertAt(i int, extra string) func(testing.TB, []byte) []byte {
	return func(_ testing.TB, b []byte) []byte {
		le := binary.LittleEndian
		b = bytes.Clone(b)
		at := int(le.Uint32(b[len(b)-6:]))
		if i < 0 {
			i = at
		}
		for p := at; p < len(b)-22; {
			if off := le.Uint32(b[p+42:]); int(off) >= i {
				le.PutUint32(b[p+42:], off+uint32(len(extra)))
			}
			p += 46 + int(le.Uint16(b[p+28:])) + int(le.Uint16(b[p+30:])) + int(le.Uint16(b[p+32:]))
		}
		le.PutUint32(b[len(b)-6:], uint32(at+len(extra)))
		return slices.Concat(b[:i], []byte(extra), b[i:])
	}
}

// remade makes a whole new pack of a changed log with a key of the attacker's.
func remade(t testing.TB, _ []byte) []byte {
	t.Helper()
	log := makeLog(t, 11)
	log = append(log, sealed(t, Draft{Kind: "note.added", Actor: "u1"}, SealAt{Incident: "IR-12", Prev: log[10].Position(), Now: morning}))
	s := testSigner(t, 66)
	return packBytes(t, makePack(t, s, log), s)
}

// sized writes an honest pack of something else with the right key.
func honest(edit func(testing.TB, *Pack)) func(testing.TB, []byte) []byte {
	return func(t testing.TB, _ []byte) []byte {
		t.Helper()
		s := testSigner(t, 1)
		p := makePack(t, s, makeLog(t, 12))
		edit(t, &p)
		return packBytes(t, p, s)
	}
}

func packAttacks() []attack {
	const mode = 0o120777 << 16
	attachment := AttachmentPath(hashOf(kept))
	return []attack{
		{"edit the record", onFile(fileTimeline, swapIn("note.added", "note.voided")), CodeManifest, false},
		{"delete an entry", onFile(fileTimeline, func(b []byte) []byte { return b[bytes.IndexByte(b, '\n')+1:] }), CodeSequence, false},
		{"strip a text and mark it", onFile(fileTimeline, func(b []byte) []byte {
			i, j := bytes.Index(b, []byte(`"text":{`)), bytes.Index(b, []byte(`,"entry_hash"`))
			k := bytes.Index(b, []byte("}\n"))
			return slices.Concat(b[:i], []byte(`"text":null`), b[j:k], []byte(`,"withheld":"tlp"`), b[k:])
		}), CodeManifest, false},
		{"erased becomes tlp", onFile(fileTimeline, swapIn(`"withheld":"erased"`, `"withheld":"tlp"`)), CodeManifest, false},
		{"empty record", onFile(fileTimeline, func([]byte) []byte { return []byte{} }), CodeEmpty, false},
		{"record is missing", onFile(fileTimeline, drop), CodeMissing, false},
		{"replace an attachment", onFile(attachment, func([]byte) []byte { return []byte("other") }), CodeAttachment, false},
		{"attachment is missing", onFile(attachment, drop), CodeMissing, false},
		{"attachment missing from manifest too", honest(func(_ testing.TB, p *Pack) { p.Files = slices.Delete(p.Files, 1, 2) }), CodeAttachment, false},
		{"attachment named otherwise", honest(func(_ testing.TB, p *Pack) { p.Files[1] = Bytes(AttachmentPath(hashOf(kept)), []byte("other")) }), CodeAttachment, false},
		{"runbook replaced", onFile(RunbookPath(hashOf(runbook)), func([]byte) []byte { return []byte("other") }), CodeRunbook, false},
		{"runbook the record does not name", honest(func(_ testing.TB, p *Pack) { p.Files[2] = Bytes(RunbookPath(hashOf([]byte("x"))), []byte("x")) }), CodeRunbook, false},
		{"rendered timeline changed", onFile("timeline.md", swapIn("IR-12", "IR-21")), CodeManifest, false},
		{"README changed", onFile(fileReadme, swapIn("12", "13")), CodeManifest, false},
		{"README missing", onFile(fileReadme, drop), CodeMissing, false},
		{"manifest changed", onFile(fileManifest, swapIn("timeline.md", "timeline.me")), CodeManifest, false},
		{"manifest with an unknown member", onFile(fileManifest, swapIn(`{"files"`, `{"extra":1,"files"`)), CodeManifest, false},
		{"manifest missing", onFile(fileManifest, drop), CodeMissing, false},
		{"manifest note changed", onFile(fileManifestNote, swapIn("IR-12", "IR-13")), CodeSignature, false},
		{"manifest note missing", onFile(fileManifestNote, drop), CodeMissing, false},
		{"manifest note is a checkpoint", func(t testing.TB, b []byte) []byte {
			c := checkpointAt(t, testSigner(t, 1), makeLog(t, 12), 12)
			return onFile(fileManifestNote, func([]byte) []byte { return c.Note })(t, b)
		}, CodeManifest, false},
		{"checkpoint changed", onFile("checkpoints/000004.note", swapIn("\n4\n", "\n5\n")), CodeSignature, false},
		{"checkpoint of another history", honest(func(t testing.TB, p *Pack) {
			c, err := SignCheckpoint(testSigner(t, 1), "IR-12", Position{Seq: 4, Head: [32]byte{1}})
			if err != nil {
				t.Fatal(err)
			}
			p.Checkpoints[1] = c
		}), CodeFork, false},
		{"newest checkpoint taken away", onFile("checkpoints/000012.note", drop), CodeUncovered, false},
		{"checkpoint under another number", func(t testing.TB, b []byte) []byte {
			return rezip(t, b, func(n string, data []byte) (string, []byte) {
				return strings.Replace(n, "000004", "000005", 1), data
			})
		}, CodeName, false},
		{"time stamp replaced", onFile("checkpoints/000012.tsr", func([]byte) []byte { return []byte("other") }), CodeManifest, false},
		{"keys replaced", func(t testing.TB, b []byte) []byte {
			return onFile(fileKeys, func([]byte) []byte { return []byte(testSigner(t, 66).Public() + "\n") })(t, b)
		}, CodeSignature, false},
		{"keys missing", onFile(fileKeys, drop), CodeMissing, false},
		{"keys are prose", onFile(fileKeys, func([]byte) []byte { return []byte("trust me\n") }), CodeSignature, false},
		{"made anew with another key", remade, CodeSignature, true},
		{"unlisted file", withFile(zip.FileHeader{Name: "extra.txt"}, "x"), CodeUnlisted, false},
		{"repeated name", withFile(zip.FileHeader{Name: fileTimeline}, "{}\n"), CodeName, false},
		{"name differs in case only", withFile(zip.FileHeader{Name: "TIMELINE.jsonl"}, "{}\n"), CodeName, false},
		{"name climbs out", withFile(zip.FileHeader{Name: "../evil.sh"}, "x"), CodeName, false},
		{"absolute name", withFile(zip.FileHeader{Name: "/etc/passwd"}, "x"), CodeName, false},
		{"name with a backslash", withFile(zip.FileHeader{Name: `a\b`}, "x"), CodeName, false},
		{"symbolic link", withFile(zip.FileHeader{Name: "link", ExternalAttrs: mode, CreatorVersion: 3 << 8}, "/etc/passwd"), CodeName, false},
		{"folder entry", withFile(zip.FileHeader{Name: "x/"}, ""), CodeName, false},
		{"comment on a file", withFile(zip.FileHeader{Name: "c.txt", Comment: "hello"}, "x"), CodeZip, false},
		{"data in an extra field", withFile(zip.FileHeader{Name: "c.txt", Extra: []byte{0xfe, 0xca, 2, 0, 1, 2}}, "x"), CodeZip, false},
		{"appended bytes", func(_ testing.TB, b []byte) []byte { return append(bytes.Clone(b), "tail"...) }, CodeZip, false},
		{"prepended bytes", func(_ testing.TB, b []byte) []byte { return append([]byte("head"), b...) }, CodeZip, false},
		{"prepended bytes, offsets moved", insertAt(0, "head"), CodeZip, false},
		{"bytes before the directory", insertAt(-1, "gap"), CodeZip, false},
		{"comment of the zip", func(_ testing.TB, b []byte) []byte {
			b = append(bytes.Clone(b), "note"...)
			b[len(b)-6] = 4
			return b
		}, CodeZip, false},
		{"fewer files in the end record", poke(14, 5, 0, 5, 0), CodeZip, false},
		{"cut off", func(_ testing.TB, b []byte) []byte { return b[:len(b)-40] }, CodeZip, false},
		{"local header differs", func(_ testing.TB, b []byte) []byte {
			return bytes.Replace(b, []byte(fileReadme), []byte("README.txx"), 1)
		}, CodeZip, false},
		{"content differs from the checksum", func(_ testing.TB, b []byte) []byte {
			return bytes.Replace(b, []byte("# IR-12\n"), []byte("# IR-13\n"), 1)
		}, CodeZip, false},
	}
}

func TestAttacksOnPacksAreFound(t *testing.T) {
	s := testSigner(t, 1)
	log := makeLog(t, 12)
	good := packBytes(t, makePack(t, s, log), s)
	if n := len(packAttacks()); n < 30 {
		t.Errorf("only %d attacks", n)
	}
	for _, a := range packAttacks() {
		t.Run(a.name, func(t *testing.T) {
			bad := a.make(t, good)
			if bytes.Equal(bad, good) {
				t.Fatal("the attack changed nothing")
			}
			opt := VerifyOptions{}
			if a.needed {
				if rep := verifyBytes(t, bad, opt); !rep.Holds() || rep.Anchored {
					t.Errorf("without anything from outside: %v", rep.Problems)
				}
				opt.Keys = []string{s.Public()}
			}
			rep := verifyBytes(t, bad, opt)
			if !slices.Contains(codes(rep.Problems), a.want) || rep.Anchored {
				t.Errorf("found %v, want %s", rep.Problems, a.want)
			}
		})
	}
}

func TestAPackMayNotUnpackWithoutEnd(t *testing.T) {
	s := testSigner(t, 1)
	good := packBytes(t, makePack(t, s, makeLog(t, 12)), s)
	bomb := withFile(zip.FileHeader{Name: "zeros.bin", Method: zip.Deflate}, strings.Repeat("\x00", 32<<20))(t, good)
	rep := verifyBytes(t, bomb, VerifyOptions{})
	if !slices.Contains(codes(rep.Problems), CodeLimit) {
		t.Errorf("%v", rep.Problems)
	}
	rep = verifyBytes(t, good, VerifyOptions{MaxBytes: 100})
	if !slices.Contains(codes(rep.Problems), CodeLimit) {
		t.Errorf("%v", rep.Problems)
	}
}
