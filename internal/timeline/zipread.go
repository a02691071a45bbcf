package timeline

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"slices"
	"strings"
)

// Limits of a pack. They keep the zip inside its plain form (no zip64), which
// every tool reads, and leave no room for a bomb.
const (
	maxZip       = 1<<32 - 1<<20
	maxPackFiles = 50000
	maxDirectory = 32 << 20
	defaultMax   = 8 << 30
	maxRatio     = 200
)

// zipFile is a file of a pack whose headers agree with each other.
type zipFile struct {
	name   string
	method uint16
	flags  uint16
	stamp  uint32 // date and time as written
	crc    uint32
	packed int64
	size   int64
	local  int64 // where its local header begins
	data   int64 // where its bytes begin
}

// zipProblem is a reason to refuse the container.
type zipProblem struct {
	code   Code
	detail string
}

func (p *zipProblem) Error() string { return string(p.code) + ": " + p.detail }

func badZip(c Code, format string, args ...any) error {
	return &zipProblem{c, fmt.Sprintf(format, args...)}
}

const (
	endSize     = 22
	centralSize = 46
	localSize   = 30
	endMark     = 0x06054b50
	centralMark = 0x02014b50
	localMark   = 0x04034b50
	descMark    = 0x08074b50
	flagDesc    = 1 << 3
	flagUTF8    = 1 << 11
	methodStore = 0
	methodFlate = 8
)

// looksLikeZip reports a zip at the start or, behind a foreign beginning, one
// that ends here.
func looksLikeZip(r io.ReaderAt, size int64) bool {
	var b [4]byte
	if n, _ := r.ReadAt(b[:], 0); n == 4 && binary.LittleEndian.Uint32(b[:]) == localMark {
		return true
	}
	if size < endSize {
		return false
	}
	n, _ := r.ReadAt(b[:], size-endSize)
	return n == 4 && binary.LittleEndian.Uint32(b[:]) == endMark
}

// readZip reads the directory and holds the container to its strict form:
// local headers, data and directory follow each other without a gap from the
// first byte to the last, and say the same.
func readZip(r io.ReaderAt, size, maxBytes int64) ([]*zipFile, error) {
	dir, at, count, err := readDirectory(r, size)
	if err != nil {
		return nil, err
	}
	files := make([]*zipFile, 0, count)
	names := map[string]bool{}
	var total int64
	for range count {
		f, rest, err := parseCentral(dir)
		if err != nil {
			return nil, err
		}
		dir = rest
		if lower := strings.ToLower(f.name); !safeName(f.name) || names[lower] {
			return nil, badZip(CodeName, "%.80q", f.name)
		} else {
			names[lower] = true
		}
		if total += f.size; total > maxBytes || total > maxRatio*size+1<<20 {
			return nil, badZip(CodeLimit, "%d bytes unpacked", total)
		}
		files = append(files, f)
	}
	if len(dir) != 0 {
		return nil, badZip(CodeZip, "%d bytes in the directory belong to no file", len(dir))
	}
	return files, checkLayout(r, files, at)
}

// readDirectory finds the directory through the end record, which must be the
// very last bytes.
func readDirectory(r io.ReaderAt, size int64) (dir []byte, at int64, count int, err error) {
	if size < endSize || size > maxZip {
		return nil, 0, 0, badZip(CodeLimit, "%d bytes", size)
	}
	var b [endSize]byte
	if err := readAt(r, b[:], size-endSize); err != nil {
		return nil, 0, 0, err
	}
	le := binary.LittleEndian
	if le.Uint32(b[:]) != endMark || le.Uint16(b[20:]) != 0 {
		return nil, 0, 0, badZip(CodeZip, "the file does not end with the end of a zip")
	}
	count = int(le.Uint16(b[8:]))
	length, at := int64(le.Uint32(b[12:])), int64(le.Uint32(b[16:]))
	if le.Uint32(b[4:]) != 0 || int(le.Uint16(b[10:])) != count || at+length != size-endSize {
		return nil, 0, 0, badZip(CodeZip, "the directory does not reach from %d to the end", at)
	}
	if count > maxPackFiles || length > maxDirectory {
		return nil, 0, 0, badZip(CodeLimit, "%d files", count)
	}
	dir = make([]byte, length)
	return dir, at, count, readAt(r, dir, at)
}

func readAt(r io.ReaderAt, b []byte, at int64) error {
	if n, err := r.ReadAt(b, at); n < len(b) {
		if errors.Is(err, io.EOF) {
			return badZip(CodeZip, "it ends before byte %d", at+int64(len(b)))
		}
		return fmt.Errorf("read pack at %d: %w: %w", at, ErrUnreadable, err)
	}
	return nil
}

// parseCentral reads one directory record.
func parseCentral(b []byte) (*zipFile, []byte, error) {
	le := binary.LittleEndian
	if len(b) < centralSize || le.Uint32(b) != centralMark {
		return nil, nil, badZip(CodeZip, "damaged directory")
	}
	nameLen, extraLen, noteLen := int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:]))
	if len(b) < centralSize+nameLen+extraLen+noteLen {
		return nil, nil, badZip(CodeZip, "damaged directory")
	}
	f := &zipFile{
		name: string(b[centralSize : centralSize+nameLen]), flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]),
		stamp: le.Uint32(b[12:]), crc: le.Uint32(b[16:]), packed: int64(le.Uint32(b[20:])), size: int64(le.Uint32(b[24:])), local: int64(le.Uint32(b[42:])),
	}
	mode := le.Uint32(b[38:])
	switch {
	case noteLen != 0 || le.Uint16(b[34:]) != 0:
		return nil, nil, badZip(CodeZip, "%.80q carries a comment", f.name)
	case !plainExtra(b[centralSize+nameLen : centralSize+nameLen+extraLen]):
		return nil, nil, badZip(CodeZip, "%.80q carries extra data", f.name)
	case mode&0x10 != 0 || mode>>28 != 0 && mode>>28 != 8: // a folder, a link, a device
		return nil, nil, badZip(CodeName, "%.80q is not a plain file", f.name)
	case f.method != methodStore && f.method != methodFlate, f.flags&^(flagDesc|flagUTF8|6) != 0:
		return nil, nil, badZip(CodeZip, "%.80q: method %d, flags %#x", f.name, f.method, f.flags)
	case f.method == methodStore && f.packed != f.size:
		return nil, nil, badZip(CodeZip, "%.80q: sizes differ", f.name)
	}
	return f, b[centralSize+nameLen+extraLen+noteLen:], nil
}

// plainExtra accepts only the small time and owner fields that common tools
// add; anything else could hide data.
func plainExtra(b []byte) bool {
	for len(b) > 0 {
		if len(b) < 4 {
			return false
		}
		id, n := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		known := id == 0x5455 && n <= 13 || id == 0x7875 && n <= 11 || id == 0x000a && n == 32
		if !known || len(b) < 4+n {
			return false
		}
		b = b[4+n:]
	}
	return true
}

// checkLayout walks over the local headers in the order of the bytes.
func checkLayout(r io.ReaderAt, files []*zipFile, end int64) error {
	order := slices.Clone(files)
	slices.SortFunc(order, func(a, b *zipFile) int { return int(min(1, max(-1, a.local-b.local))) })
	var at int64
	for _, f := range order {
		if f.local != at {
			return badZip(CodeZip, "bytes %d to %d belong to no file", at, f.local)
		}
		next, err := checkLocal(r, f)
		if err != nil {
			return err
		}
		if at = next; at > end {
			return badZip(CodeZip, "%.80q reaches into the directory", f.name)
		}
	}
	if at != end {
		return badZip(CodeZip, "bytes %d to %d belong to no file", at, end)
	}
	return nil
}

// checkLocal compares the local header with the directory and returns where the
// file ends.
func checkLocal(r io.ReaderAt, f *zipFile) (int64, error) {
	var b [localSize]byte
	if err := readAt(r, b[:], f.local); err != nil {
		return 0, err
	}
	le := binary.LittleEndian
	nameLen, extraLen := int(le.Uint16(b[26:])), int(le.Uint16(b[28:]))
	tail := make([]byte, nameLen+extraLen)
	if err := readAt(r, tail, f.local+localSize); err != nil {
		return 0, err
	}
	f.data = f.local + localSize + int64(len(tail))
	desc := f.flags&flagDesc != 0
	crc, packed, size := le.Uint32(b[14:]), int64(le.Uint32(b[18:])), int64(le.Uint32(b[22:]))
	same := crc == f.crc && packed == f.packed && size == f.size
	switch {
	case le.Uint32(b[:]) != localMark || le.Uint16(b[6:]) != f.flags || le.Uint16(b[8:]) != f.method,
		le.Uint32(b[10:]) != f.stamp, string(tail[:nameLen]) != f.name, !plainExtra(tail[nameLen:]),
		!same && (!desc || crc != 0 || packed != 0 || size != 0):
		return 0, badZip(CodeZip, "%.80q: header and directory differ", f.name)
	case !desc:
		return f.data + f.packed, nil
	}
	var d [16]byte
	if err := readAt(r, d[:], f.data+f.packed); err != nil {
		return 0, err
	}
	if le.Uint32(d[:]) != descMark || le.Uint32(d[4:]) != f.crc || int64(le.Uint32(d[8:])) != f.packed || int64(le.Uint32(d[12:])) != f.size {
		return 0, badZip(CodeZip, "%.80q: descriptor and directory differ", f.name)
	}
	return f.data + f.packed + int64(len(d)), nil
}

// fileReader unpacks a file; at its end it has checked size, checksum and that
// the packed bytes were used to the last.
type fileReader struct {
	f   *zipFile
	in  *bufio.Reader
	src io.Reader
	crc hash.Hash32
	n   int64
}

func (f *zipFile) open(r io.ReaderAt) *fileReader {
	in := bufio.NewReaderSize(io.NewSectionReader(r, f.data, f.packed), 1<<16)
	fr := &fileReader{f: f, in: in, src: in, crc: crc32.NewIEEE()}
	if f.method == methodFlate {
		fr.src = flate.NewReader(in)
	}
	return fr
}

// Read implements io.Reader; damage is a *zipProblem.
func (fr *fileReader) Read(b []byte) (int, error) {
	if left := fr.f.size + 1 - fr.n; int64(len(b)) > left {
		b = b[:left]
	}
	n, err := fr.src.Read(b)
	fr.n += int64(n)
	_, _ = fr.crc.Write(b[:n]) // never fails, see hash.Hash
	switch {
	case fr.n > fr.f.size:
		return n, badZip(CodeZip, "%.80q: larger than stated", fr.f.name)
	case err == nil:
		return n, nil
	case !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return n, badZip(CodeZip, "%.80q: %v", fr.f.name, err)
	}
	if _, err := fr.in.ReadByte(); fr.n != fr.f.size || fr.crc.Sum32() != fr.f.crc || err == nil {
		return n, badZip(CodeZip, "%.80q: size or checksum differs", fr.f.name)
	}
	return n, io.EOF
}

// copyTo unpacks a file into w.
func (f *zipFile) copyTo(w io.Writer, r io.ReaderAt) error {
	_, err := io.Copy(w, f.open(r))
	return err
}

// bytes unpacks a small file.
func (f *zipFile) bytes(r io.ReaderAt, limit int64) ([]byte, error) {
	if f.size > limit {
		return nil, badZip(CodeLimit, "%.80q: %d bytes", f.name, f.size)
	}
	var buf bytes.Buffer
	err := f.copyTo(&buf, r)
	return buf.Bytes(), err
}
