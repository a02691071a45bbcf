package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"unicode/utf16"
)

// file writes the objects of a PDF (ISO 32000-1) one after another and keeps
// only where each begins: a document of thousands of pages takes no more memory
// than one of a few. The first error is kept.
type file struct {
	w    io.Writer
	size int64
	from []int64 // where each object begins; 0: not written yet
	sum  hash.Hash
	zip  *zlib.Writer
	buf  bytes.Buffer
	err  error
}

func newFile(w io.Writer) *file {
	f := &file{w: w, from: make([]int64, 1), sum: sha256.New()}
	f.zip, f.err = zlib.NewWriterLevel(&f.buf, zlib.BestSpeed)
	f.write("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return f
}

func (f *file) write(s string) { f.bytes([]byte(s)) }

func (f *file) bytes(b []byte) {
	if f.err != nil {
		return
	}
	n, err := f.w.Write(b)
	_, _ = f.sum.Write(b)
	f.size += int64(n)
	f.err = err
}

// next reserves the number of an object.
func (f *file) next() int {
	f.from = append(f.from, 0)
	return len(f.from) - 1
}

// object writes an object under a reserved number.
func (f *file) object(n int, body string) {
	f.from[n] = f.size
	f.write(fmt.Sprintf("%d 0 obj\n%s\nendobj\n", n, body))
}

// stream writes data packed, with further entries of its dictionary.
func (f *file) stream(n int, more string, data []byte) {
	f.buf.Reset()
	f.zip.Reset(&f.buf)
	_, _ = f.zip.Write(data)
	_ = f.zip.Close()
	f.from[n] = f.size
	f.write(fmt.Sprintf("%d 0 obj\n<</Length %d/Filter/FlateDecode%s>>stream\n", n, f.buf.Len(), more))
	f.bytes(f.buf.Bytes())
	f.write("\nendstream\nendobj\n")
}

// end writes the table of objects and what a reader begins with. The
// identifier comes from the bytes themselves, so that the same content has the
// same one.
func (f *file) end(root, info int) error {
	at, id := f.size, fmt.Sprintf("<%x>", f.sum.Sum(nil)[:16])
	var b bytes.Buffer
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(f.from))
	for _, from := range f.from[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", from)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[%s%s]>>\nstartxref\n%d\n%%%%EOF\n", len(f.from), root, info, id, id, at)
	f.bytes(b.Bytes())
	return f.err
}

// textString writes free text for the document's properties.
func textString(s string) string {
	out := []byte("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		out = fmt.Appendf(out, "%04X", u)
	}
	return string(append(out, '>'))
}
