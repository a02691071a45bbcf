package export

import (
	"bytes"
	"io"
)

// keptPDF is how many bytes of a PDF stay in memory between the two times that a
// pack asks for them: the paper of some twenty thousand entries.
const keptPDF = 2 << 20

// again gives a form that may be asked for more than once: the first time it is
// made, and kept where it is no longer than limit; else it is made again each
// time, so that memory does not grow with the record. kept (may be nil) is told
// each time that it need not be made.
func again(limit int, form func(io.Writer) error, kept func()) func(io.Writer) error {
	var have *bytes.Buffer
	return func(w io.Writer) error {
		if have != nil {
			if kept != nil {
				kept()
			}
			_, err := w.Write(have.Bytes())
			return err
		}
		k := &keeper{limit: limit}
		if err := form(io.MultiWriter(w, k)); err != nil {
			return err
		}
		if !k.over {
			have = &k.b
		}
		return nil
	}
}

// keeper keeps what is written until it is too much.
type keeper struct {
	b     bytes.Buffer
	limit int
	over  bool
}

// Write never fails.
func (k *keeper) Write(p []byte) (int, error) {
	if k.over = k.over || k.b.Len()+len(p) > k.limit; k.over {
		k.b = bytes.Buffer{}
		return len(p), nil
	}
	return k.b.Write(p)
}
