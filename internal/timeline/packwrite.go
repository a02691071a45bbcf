package timeline

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"time"
)

// ErrPack says that an evidence pack cannot be made of what was given.
var ErrPack = errors.New("not an evidence pack that verifies")

// Names inside a pack.
const (
	fileTimeline     = "timeline.jsonl"
	fileKeys         = "verifier.key"
	fileReadme       = "README.txt"
	fileManifest     = "manifest.json"
	fileManifestNote = "manifest.note"
	dirCheckpoints   = "checkpoints/"
	dirAttachments   = "attachments/"
	dirRunbooks      = "runbooks/"
)

// PackFile is a file of a pack. Write is called twice, once to measure and
// once to store, and must give the same bytes.
type PackFile struct {
	Path  string // attachments/<hex>, runbooks/<sha256>.md, or any safe ASCII path
	Write func(w io.Writer) error
}

// Bytes makes a PackFile of what is in memory.
func Bytes(path string, b []byte) PackFile {
	return PackFile{Path: path, Write: func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}}
}

// Pack is what goes into an evidence pack.
type Pack struct {
	Log         Entries          // from entry 1 to the head, texts withheld as wanted
	Head        Position         // where Log ends
	MadeAt      time.Time        // recording time of the head entry; the date of every file
	Incident    string           // id of the log
	Checkpoints []Checkpoint     // one covers Head; later ones are left out
	Tokens      map[int64][]byte // RFC 3161 tokens by checkpoint size
	Keys        *Keys            // newest first, the signer's among them
	Files       []PackFile       // renderings, reports, attachments, runbooks
}

// CheckpointPath is the name of a checkpoint inside a pack.
func CheckpointPath(size int64) string { return fmt.Sprintf("%s%06d.note", dirCheckpoints, size) }

// TokenPath is the name of an RFC 3161 token inside a pack.
func TokenPath(size int64) string { return fmt.Sprintf("%s%06d.tsr", dirCheckpoints, size) }

// AttachmentPath is the name of a kept file inside a pack.
func AttachmentPath(hex string) string { return dirAttachments + hex }

// RunbookPath is the name of a runbook inside a pack.
func RunbookPath(hex string) string { return dirRunbooks + hex + ".md" }

// WritePack streams an evidence pack: files stored without compression in a
// fixed order with fixed dates, so that the same head, texts and keys give the
// same bytes whatever compiler built the program. Errors wrap ErrPack where
// the result would not verify.
func WritePack(w io.Writer, p Pack, s *Signer) error {
	files, err := p.files(s)
	if err != nil {
		return err
	}
	z := &packWriter{zip: zip.NewWriter(w), at: p.MadeAt, names: map[string]bool{}}
	for _, f := range files {
		if err := z.add(f); err != nil {
			return err
		}
	}
	manifest, err := Canonical(map[string]any{"files": z.list})
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	sig, err := s.signManifest(p.Incident, sha256.Sum256(manifest))
	if err != nil {
		return fmt.Errorf("sign manifest: %w", err)
	}
	for _, f := range []PackFile{Bytes(fileManifest, manifest), Bytes(fileManifestNote, sig)} {
		if err := z.add(f); err != nil {
			return err
		}
	}
	if err := z.zip.Close(); err != nil {
		return fmt.Errorf("write pack: %w", err)
	}
	return nil
}

// files puts everything but the manifest into its fixed order.
func (p *Pack) files(s *Signer) ([]PackFile, error) {
	if p.Keys == nil || !slices.Contains(p.Keys.public, s.public) {
		return nil, fmt.Errorf("write pack: %w: the signing key is not among the keys", ErrPack)
	}
	list := []PackFile{
		Bytes(fileReadme, []byte(p.readme())),
		{Path: fileTimeline, Write: p.writeTimeline},
		Bytes(fileKeys, []byte(p.Keys.File())),
	}
	cps := slices.Clone(p.Checkpoints)
	slices.SortStableFunc(cps, func(a, b Checkpoint) int { return int(min(1, max(-1, a.Size-b.Size))) })
	cps = slices.CompactFunc(cps, func(a, b Checkpoint) bool { return a.Size == b.Size && a.Head == b.Head })
	covered := false
	for _, c := range cps {
		if c.Size > p.Head.Seq {
			continue
		}
		if _, err := p.Keys.OpenCheckpoint(c.Note); err != nil {
			return nil, fmt.Errorf("write pack: checkpoint %d: %w: %w", c.Size, ErrPack, err)
		}
		if c.Incident != p.Incident {
			return nil, fmt.Errorf("write pack: checkpoint %d: %w: it belongs to %s", c.Size, ErrPack, c.Incident)
		}
		covered = covered || c.Size == p.Head.Seq && c.Head == p.Head.Head
		list = append(list, Bytes(CheckpointPath(c.Size), c.Note))
		if token := p.Tokens[c.Size]; len(token) > 0 {
			list = append(list, Bytes(TokenPath(c.Size), token))
		}
	}
	if !covered {
		return nil, fmt.Errorf("write pack: %w: no checkpoint covers the head %d", ErrPack, p.Head.Seq)
	}
	rest := slices.Clone(p.Files)
	slices.SortFunc(rest, func(a, b PackFile) int { return strings.Compare(a.Path, b.Path) })
	return append(list, rest...), nil
}

func (p *Pack) writeTimeline(w io.Writer) error {
	end, err := WriteJSONL(w, p.Log)
	if err == nil && end != p.Head {
		err = fmt.Errorf("%w: the log ends at %d, not at the head %d", ErrPack, end.Seq, p.Head.Seq)
	}
	return err
}

type packWriter struct {
	zip   *zip.Writer
	at    time.Time
	names map[string]bool // in lower case
	list  []manifestFile
	total int64
}

// add measures a file, writes its header and then the file.
func (z *packWriter) add(f PackFile) error {
	if name := strings.ToLower(f.Path); !safeName(f.Path) || z.names[name] {
		return fmt.Errorf("write %.80q: %w: unsafe or repeated name", f.Path, ErrPack)
	}
	z.names[strings.ToLower(f.Path)] = true
	var m meter
	sum := sha256.New()
	crc := crc32.NewIEEE()
	if err := f.Write(io.MultiWriter(sum, crc, &m)); err != nil {
		return fmt.Errorf("measure %s: %w", f.Path, err)
	}
	if z.total += m.n + 512; z.total > maxZip || len(z.names) > maxPackFiles {
		return fmt.Errorf("write %s: %w: more than %d bytes or %d files", f.Path, ErrPack, int64(maxZip), maxPackFiles)
	}
	day, clock := dosTime(z.at)
	out, err := z.zip.CreateRaw(&zip.FileHeader{
		Name: f.Path, Method: zip.Store, CreatorVersion: 20, ReaderVersion: 20,
		ModifiedDate: day, ModifiedTime: clock, //nolint:staticcheck // CreateRaw writes these and ignores Modified
		CRC32:            crc.Sum32(),
		CompressedSize64: uint64(m.n), UncompressedSize64: uint64(m.n),
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", f.Path, err)
	}
	again := sha256.New()
	if err := f.Write(io.MultiWriter(out, again)); err != nil {
		return fmt.Errorf("write %s: %w", f.Path, err)
	}
	if !bytes.Equal(sum.Sum(nil), again.Sum(nil)) {
		return fmt.Errorf("write %s: %w: it changed while it was being packed", f.Path, ErrPack)
	}
	z.list = append(z.list, manifestFile{f.Path, m.n, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// meter counts bytes.
type meter struct{ n int64 }

func (m *meter) Write(b []byte) (int, error) {
	m.n += int64(len(b))
	return len(b), nil
}

// dosTime is the date form of zip: UTC here, two-second steps, from 1980.
func dosTime(t time.Time) (day, clock uint16) {
	t = t.UTC()
	if t.Year() < 1980 || t.Year() > 2107 {
		return 1<<5 | 1, 0
	}
	day = uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day())
	return day, uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2)
}

// safeName accepts relative paths of plain ASCII that mean the same file on
// every system.
func safeName(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for _, part := range strings.Split(s, "/") {
		if part == "" || part[0] == '.' || part[len(part)-1] == '.' || reserved(part) {
			return false
		}
		for i := range len(part) {
			c := part[i]
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
				return false
			}
		}
	}
	return true
}

// reserved names mean devices on Windows whatever their extension.
func reserved(part string) bool {
	base, _, _ := strings.Cut(strings.ToLower(part), ".")
	switch base {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "com") || strings.HasPrefix(base, "lpt")) && base[3] >= '0' && base[3] <= '9'
}
