package export

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// pack writes an evidence pack: timeline, checkpoints, keys, kept files, the
// runbooks that were worked from, and the forms people read.
func (x *job) pack(w io.Writer) error {
	if x.Signer == nil {
		return errors.New("no signing key: an evidence pack needs one")
	}
	notes, err := x.checkpoints()
	if err != nil {
		return err
	}
	kept, err := x.kept()
	if err != nil {
		return err
	}
	var stamps map[int64][]byte
	if x.Tokens != nil {
		if stamps, err = x.Tokens(x.ctx, x.o.Incident, notes); err != nil {
			return err
		}
	}
	p := timeline.Pack{
		Log: x.entries(func(*timeline.Entry) {}), Head: x.made.Head, MadeAt: x.made.At, Incident: x.o.Incident,
		Checkpoints: notes, Tokens: stamps, Keys: x.Keys, Files: append(x.renderings(), kept...),
	}
	return timeline.WritePack(w, p, x.Signer)
}

// checkpoints gives the kept ones in order of their size, and signs the head
// where none covers it. Ed25519 is deterministic: the same head gives the same
// note.
func (x *job) checkpoints() ([]timeline.Checkpoint, error) {
	all, err := x.Checkpoints(x.ctx, x.o.Incident)
	if err != nil {
		return nil, err
	}
	var out []timeline.Checkpoint
	covered := false
	seen := map[int64]bool{}
	for _, c := range all {
		if c.Size > x.made.Head.Seq || seen[c.Size] {
			continue
		}
		seen[c.Size] = true
		covered = covered || c.Size == x.made.Head.Seq
		out = append(out, c)
	}
	if !covered {
		c, err := timeline.SignCheckpoint(x.Signer, x.o.Incident, x.made.Head)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b timeline.Checkpoint) int { return int(min(1, max(-1, a.Size-b.Size))) })
	return out, nil
}

// kept lists attachments of texts that are not withheld, and the runbooks named
// in the facts, up to the head.
func (x *job) kept() ([]timeline.PackFile, error) {
	var out []timeline.PackFile
	seen := map[string]bool{}
	add := func(path, hash string) {
		if len(hash) != 64 || seen[path] {
			return
		}
		if _, err := hex.DecodeString(hash); err != nil {
			return
		}
		seen[path] = true
		out = append(out, timeline.PackFile{Path: path, Write: func(w io.Writer) error {
			b, err := x.Blob(x.ctx, hash)
			if err != nil {
				return fmt.Errorf("read kept file %s: %w", hash, err)
			}
			if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != hash {
				return fmt.Errorf("%w: kept file %s", ErrAltered, hash)
			}
			_, err = w.Write(b)
			return err
		}})
	}
	err := x.each(func(e *timeline.Entry) error {
		var f struct {
			Attachment string `json:"attachment"`
			Hash       string `json:"hash"`
		}
		if json.Unmarshal(e.Facts, &f) != nil {
			return nil //nolint:nilerr // facts of a kind from elsewhere name no attachment
		}
		if f.Attachment != "" && e.Withheld == "" && x.keeps(e) {
			add(timeline.AttachmentPath(f.Attachment), f.Attachment)
		}
		if e.Kind == incident.KindRunStarted {
			add(timeline.RunbookPath(f.Hash), f.Hash)
		}
		return nil
	})
	return out, err
}

// renderings are the forms people read that go into a pack. Each is asked for
// twice; a PDF of ordinary length is kept, because setting it takes as long as
// all the rest.
func (x *job) renderings() []timeline.PackFile {
	if x.Words == nil {
		return nil
	}
	h := x.header()
	file := func(path string, write func(io.Writer, timeline.Header, timeline.Rows) error) timeline.PackFile {
		return timeline.PackFile{Path: path, Write: func(w io.Writer) error { return write(w, h, x.rows()) }}
	}
	out := []timeline.PackFile{
		file("timeline.md", timeline.WriteMarkdown),
		file("timeline.csv", timeline.WriteCSV),
		file("timeline.html", timeline.WriteHTML),
	}
	if x.PDF != nil {
		form := func(w io.Writer) error { return x.PDF(w, h, x.rows()) }
		out = append(out, timeline.PackFile{Path: "timeline.pdf", Write: again(keptPDF, form, func() { x.done += x.o.At })})
	}
	return append(out, x.notices()...)
}

// notices are the messages to outside bodies as they stood at the head, one file
// each, word for word. One whose text is withheld has no file.
func (x *job) notices() []timeline.PackFile {
	var out []timeline.PackFile
	for _, n := range x.made.view.S.Notices {
		t := x.made.view.Text(n.Seq)
		if len(t) == 0 || !x.noticeKept(n.Seq) {
			continue
		}
		var b strings.Builder
		line := func(key, value string) {
			if value != "" {
				fmt.Fprintf(&b, "%s: %s\n", key, chat.OneLine(value))
			}
		}
		if x.made.Drill {
			b.WriteString("【訓練】 DRILL\n")
		}
		line("notice", n.ID)
		line("state", string(n.State))
		line("to", t["dest_name"])
		line("TLP", n.TLP)
		line("means", strings.Join(n.Means, ", "))
		line("text of entry", fmt.Sprintf("#%d", n.Seq))
		if n.ApproveSeq > 0 {
			line("approved in entry", fmt.Sprintf("#%d", n.ApproveSeq))
		}
		if n.DoneSeq > 0 {
			line("proof in entry", fmt.Sprintf("#%d", n.DoneSeq))
		}
		line("subject", t["subject"])
		b.WriteString("\n" + chat.Safe(t["body"]) + "\n")
		out = append(out, timeline.Bytes("notices/"+n.ID+".txt", []byte(b.String())))
	}
	return out
}

// noticeKept reports whether the entry of a notice lies in the range.
func (x *job) noticeKept(seq int64) bool {
	kept := false
	err := x.Each(x.ctx, x.o.Incident, seq, seq, func(e *timeline.Entry) error {
		kept = x.inRange(e) && x.allowed(e)
		return nil
	})
	return err == nil && kept
}
