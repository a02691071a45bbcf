package timeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// maxSmall bounds notes and keys, maxManifest the manifest, in bytes.
const (
	maxSmall    = 1 << 20
	maxManifest = 32 << 20
)

// packReader is a pack while it is being checked.
type packReader struct {
	r     io.ReaderAt
	opt   VerifyOptions
	rep   Report // what is found beside the chain
	files map[string]*zipFile
	order []*zipFile

	keys     *Keys
	keysOut  bool // the keys came from outside
	sums     map[string][HeadSize]byte
	runbooks map[string]bool // hash in the pack: named in facts
	wanted   map[string]int64
}

// VerifyPack checks an evidence pack: container, manifest and its signature,
// checkpoints, attachments, runbooks and the record. The error wraps
// ErrUnreadable where it is no zip at all or cannot be read.
func VerifyPack(r io.ReaderAt, size int64, opt VerifyOptions) (Report, error) {
	if !looksLikeZip(r, size) {
		return Report{}, fmt.Errorf("read pack: %w: not a zip", ErrUnreadable)
	}
	p := &packReader{
		r: r, opt: opt, files: map[string]*zipFile{}, sums: map[string][HeadSize]byte{},
		runbooks: map[string]bool{}, wanted: map[string]int64{},
	}
	limit := opt.MaxBytes
	if limit <= 0 {
		limit = defaultMax
	}
	files, err := readZip(r, size, limit)
	if err != nil {
		return p.refuse(err)
	}
	for _, f := range files {
		p.files[f.name] = f
	}
	p.order = files
	return p.verify()
}

// refuse turns a damaged container into a report; other errors stay errors.
func (p *packReader) refuse(err error) (Report, error) {
	var bad *zipProblem
	if errors.As(err, &bad) {
		p.rep.problem(0, bad.code, "%s", bad.detail)
		return p.rep.done(), nil
	}
	return Report{}, err
}

func (p *packReader) verify() (Report, error) {
	for _, name := range []string{fileTimeline, fileKeys, fileReadme, fileManifest, fileManifestNote} {
		if p.files[name] == nil {
			p.rep.problem(0, CodeMissing, "%s", name)
		}
	}
	if !p.rep.Holds() {
		return p.rep.done(), nil
	}
	if err := p.readKeys(); err != nil {
		return p.refuse(err)
	}
	anchors, err := p.checkpoints()
	if err != nil {
		return p.refuse(err)
	}
	v := newVerifier(anchors)
	if err := p.checkFiles(v); err != nil {
		return p.refuse(err)
	}
	if err := p.checkManifest(v.rep.Incident); err != nil {
		return p.refuse(err)
	}
	p.checkReferences()
	p.checkCover(v, anchors)
	if p.keys != nil && !p.keysOut {
		v.Vouch(p.keys)
	}
	v.rep.Problems = append(p.rep.Problems, v.rep.Problems...)
	v.rep.More += p.rep.More
	rep := v.Report()
	if rep.Site == "" && p.keys != nil {
		rep.Site = p.keys.site
	}
	return rep, nil
}

// readKeys takes the keys from outside, else the pack's own.
func (p *packReader) readKeys() error {
	given, err := p.opt.keys()
	if err != nil {
		return err
	}
	b, err := p.files[fileKeys].bytes(p.r, maxSmall)
	if err != nil {
		return err
	}
	own, err := ParseKeys(string(b))
	if err != nil || own.File() != string(b) {
		p.rep.problem(0, CodeSignature, "%s: %v", fileKeys, ErrKey)
	}
	if p.keys = own; given != nil {
		p.keys, p.keysOut = given, true
	}
	return nil
}

// checkpoints opens every note of the pack and those from outside.
func (p *packReader) checkpoints() ([]anchor, error) {
	anchors, err := p.opt.anchors(p.keys, &p.rep)
	if err != nil {
		return nil, err
	}
	for _, f := range p.order {
		if !strings.HasPrefix(f.name, dirCheckpoints) {
			continue
		}
		if token, ok := strings.CutSuffix(f.name, ".tsr"); ok && p.files[token+".note"] != nil {
			continue
		}
		msg, err := f.bytes(p.r, maxSmall)
		if err != nil {
			return nil, err
		}
		if p.keys == nil {
			continue
		}
		c, err := p.keys.OpenCheckpoint(msg)
		switch {
		case err != nil:
			p.rep.problem(0, CodeSignature, "%s: %v", f.name, err)
		case CheckpointPath(c.Size) != f.name:
			p.rep.problem(c.Size, CodeName, "%s", f.name)
		default:
			anchors = append(anchors, anchor{Checkpoint: c, outside: p.keysOut, signed: true})
		}
	}
	return anchors, nil
}

// checkFiles reads every file once: sums for the manifest, and the timeline
// through the verifier on the way.
func (p *packReader) checkFiles(v *Verifier) error {
	for _, f := range p.order {
		hash, ok := strings.CutPrefix(f.name, dirRunbooks)
		if hash, md := strings.CutSuffix(hash, ".md"); ok && md {
			p.runbooks[hash] = false
		}
	}
	for _, f := range p.order {
		sum := sha256.New()
		var err error
		if f.name == fileTimeline {
			err = v.readAll(NewReader(io.TeeReader(f.open(p.r), sum)), p.seen)
		} else {
			err = f.copyTo(sum, p.r)
		}
		if err != nil {
			return err
		}
		p.sums[f.name] = [HeadSize]byte(sum.Sum(nil))
	}
	return nil
}

// seen notes what facts name.
func (p *packReader) seen(e *Entry) {
	if hash := e.Attachment(); hash != "" && e.Withheld == "" {
		p.wanted[hash] = e.Seq
	} else if _, known := p.wanted[hash]; hash != "" && !known {
		p.wanted[hash] = 0
	}
	for hash, named := range p.runbooks {
		if !named && bytes.Contains(e.Facts, []byte(hash+`"`)) {
			p.runbooks[hash] = true
		}
	}
}

// checkManifest holds the files to the signed list, both ways.
func (p *packReader) checkManifest(incident string) error {
	b, err := p.files[fileManifest].bytes(p.r, maxManifest)
	if err != nil {
		return err
	}
	msg, err := p.files[fileManifestNote].bytes(p.r, maxSmall)
	if err != nil {
		return err
	}
	if p.keys != nil {
		text, err := p.keys.open(msg)
		if err != nil {
			p.rep.problem(0, CodeSignature, "%s: %v", fileManifestNote, err)
		} else if text != manifestText(p.keys.site, incident, sha256.Sum256(b)) {
			p.rep.problem(0, CodeManifest, "%s", fileManifestNote)
		}
	}
	list, err := parseManifest(b)
	if err != nil {
		p.rep.problem(0, CodeManifest, "%v", err)
		return nil
	}
	listed := map[string]bool{fileManifest: true, fileManifestNote: true}
	for _, m := range list {
		sum, ok := p.sums[m.Path]
		switch {
		case listed[m.Path]:
			p.rep.problem(0, CodeManifest, "%.80q", m.Path)
		case !ok:
			p.rep.problem(0, CodeMissing, "%.80q", m.Path)
		case m.Size != p.files[m.Path].size || m.SHA256 != hex.EncodeToString(sum[:]):
			p.rep.problem(0, CodeManifest, "%s", m.Path)
		}
		listed[m.Path] = true
	}
	for _, f := range p.order {
		if !listed[f.name] {
			p.rep.problem(0, CodeUnlisted, "%s", f.name)
		}
	}
	return nil
}

// checkReferences holds attachments and runbooks to their names and to facts.
func (p *packReader) checkReferences() {
	for _, f := range p.order {
		sum := p.sums[f.name]
		if hash, ok := strings.CutPrefix(f.name, dirAttachments); ok {
			if _, named := p.wanted[hash]; !named || hash != hex.EncodeToString(sum[:]) {
				p.rep.problem(p.wanted[hash], CodeAttachment, "%s", f.name)
			}
		}
		if name, ok := strings.CutPrefix(f.name, dirRunbooks); ok {
			if hash := hex.EncodeToString(sum[:]); name != hash+".md" || !p.runbooks[hash] {
				p.rep.problem(0, CodeRunbook, "%s", f.name)
			}
		}
	}
	for _, hash := range slices.Sorted(maps.Keys(p.wanted)) {
		if seq := p.wanted[hash]; seq > 0 && p.files[AttachmentPath(hash)] == nil {
			p.rep.problem(seq, CodeAttachment, "%s", hash)
		}
	}
}

// checkCover wants the newest checkpoint of the pack itself at the head.
func (p *packReader) checkCover(v *Verifier, anchors []anchor) {
	if p.keys == nil {
		return
	}
	if p.files[CheckpointPath(v.last.Seq)] == nil {
		newest := int64(0)
		for _, a := range anchors {
			newest = max(newest, a.Size)
		}
		p.rep.problem(v.last.Seq, CodeUncovered, "%d < %d", newest, v.last.Seq)
	}
}
