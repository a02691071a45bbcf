package email

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"irbot/internal/notify"
)

// What an approver saw as a file is, byte for byte, what the mail server gets,
// beside the text and under the same name.
func TestFilesOfANoticeArriveByteForByte(t *testing.T) {
	srv := serve(t, nil)
	e := page()
	pdf := append([]byte("%PDF-1.7\r\n\x00\xff.\r\n..\n"), bytes.Repeat([]byte("港\x00"), 9000)...)
	sheet := []byte("PK\x03\x04\r\n.\r\nend")
	e.Files = []notify.File{{Name: "IR-12-N1.pdf", Data: pdf}, {Name: "IR-12-N1.xlsx", Data: sheet}}
	if _, err := client(t, srv.addr, srv.pool, nil).Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	mails := srv.accepted()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	kind, params, err := mime.ParseMediaType(mails[0].Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatalf("%s %v", kind, err)
	}
	want := map[string][]byte{"": []byte(e.Body), "IR-12-N1.pdf": pdf, "IR-12-N1.xlsx": sheet}
	r := multipart.NewReader(mails[0].Body, params["boundary"])
	for {
		part, err := r.NextPart()
		if err == io.EOF { //nolint:errorlint // NextPart gives the bare value
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
		if err != nil {
			t.Fatal(err)
		}
		name := part.FileName()
		if name == "" {
			data = []byte(strings.ReplaceAll(string(data), "\r\n", "\n"))
		}
		if exp, ok := want[name]; !ok || !bytes.Equal(exp, data) {
			t.Errorf("part %q: %d bytes, expected %d", name, len(data), len(exp))
		}
		if name != "" && !strings.HasPrefix(part.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%q is %s", name, part.Header.Get("Content-Disposition"))
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("%d parts did not arrive", len(want))
	}
}
