package email

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/notify"
)

// reader takes a mail apart with Python's own library, which is stricter about
// ISO-2022-JP than most: it knows no cell beyond JIS X 0208.
const reader = `
import sys, json, email, email.policy, email.header, email.utils
def take(raw):
  m = email.message_from_bytes(raw, policy=email.policy.default)
  old = email.message_from_bytes(raw)  # its words are joined as RFC 2047 asks
  words = lambda s: str(email.header.make_header(email.header.decode_header(s)))
  b = m.get_body(("plain",))
  return {"subject": words(old["Subject"]), "to": words(email.utils.parseaddr(old["To"])[0]), "addr": m["To"].addresses[0].addr_spec,
    "from": words(email.utils.parseaddr(old["From"])[0]), "body": b.get_payload(decode=True).decode(b.get_content_charset()).replace("\r\n", "\n"),
    "charset": b.get_content_charset(), "cte": b["Content-Transfer-Encoding"], "defects": [str(d) for d in m.defects + b.defects],
    "files": [a.get_filename() for a in m.iter_attachments()]}
print(json.dumps([take(bytes.fromhex(x)) for x in sys.stdin.read().split()]))
`

type read struct {
	Subject, To, Addr, From, Body, Charset, CTE string
	Defects, Files                              []string
}

func parsed(t *testing.T, mails ...[]byte) []read {
	t.Helper()
	tool, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	var in strings.Builder
	for _, m := range mails {
		fmt.Fprintf(&in, "%x\n", m)
	}
	cmd := exec.CommandContext(context.Background(), tool, "-c", reader)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, bytes.Join(mails, nil))
	}
	var r []read
	if err := json.Unmarshal(out, &r); err != nil || len(r) != len(mails) {
		t.Fatal(len(r), err)
	}
	return r
}

func TestOldCharacterSetOnRequest(t *testing.T) {
	s, err := New(Config{Host: "mail.example.jp", From: "irbot@example.jp", FromName: "さくら港ターミナル CSIRT"})
	if err != nil {
		t.Fatal(err)
	}
	base := page()
	base.Charset = notify.ISO2022JP
	base.Subject = "【緊急】IR-12 ターミナルシステムの暗号化、岸壁クレーン停止、至急確認してください（第二報） CSIRT"
	long := strings.Repeat("岸壁クレーン停止。", 120)
	tests := []struct {
		name, body, toName string
		charset, cte       string
		odd                []string // named in the note
	}{
		{"plain text", "渡辺さん\n\nhttps://irbot.example.jp/a/x で確認\n09:00〜10:00 − ― ‖\n.\n以上\n", "渡辺 花子", "iso-2022-jp", "7bit", nil},
		{"ASCII only", "please answer\n", "Watanabe, H.", "iso-2022-jp", "7bit", nil},
		{"a line too long for 7 bits", long + "\n", "渡辺", "iso-2022-jp", "base64", nil},
		{"a name with 髙", "確認してください\n", "髙橋", "utf-8", "base64", []string{"髙"}},
		{"vendor cells and beyond", "① 手順 ㈱港湾 𠮷田 ｶﾀｶﾅ 🚢\n", "渡辺", "utf-8", "base64", []string{"①", "㈱", "𠮷", "ｶ", "ﾀ", "(+"}},
		{"yen and accents", "¥100 café\n", "渡辺", "utf-8", "base64", []string{"¥", "é"}},
	}
	var mails [][]byte
	for _, tt := range tests {
		e := base
		e.Body, e.ToName = tt.body, tt.toName
		msg, note, err := s.compose(e)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		mails = append(mails, msg)
		for _, line := range strings.Split(string(msg), "\r\n") {
			if len(line) > maxLine {
				t.Errorf("%s: a line has %d bytes", tt.name, len(line))
			}
		}
		if len(tt.odd) == 0 && note != "charset ISO-2022-JP" {
			t.Errorf("%s: note = %q", tt.name, note)
		}
		for _, c := range tt.odd {
			if !strings.HasPrefix(note, "charset UTF-8: ") || !strings.Contains(note, c) {
				t.Errorf("%s: note %q does not name %s", tt.name, note, c)
			}
		}
	}
	for i, got := range parsed(t, mails...) {
		tt := tests[i]
		want := read{Subject: base.Subject, To: tt.toName, Addr: base.To, From: "さくら港ターミナル CSIRT", Body: tt.body, Charset: tt.charset, CTE: tt.cte, Defects: []string{}, Files: []string{}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s\n%s", tt.name, diff, mails[i])
		}
	}
}

func TestOldCharacterSetWithFilesAndRepeats(t *testing.T) {
	s, err := New(Config{Host: "mail.example.jp", From: "irbot@example.jp"})
	if err != nil {
		t.Fatal(err)
	}
	e := page()
	e.Charset, e.Repeat, e.Files = notify.ISO2022JP, true, []notify.File{{Name: "IR-12-N1.pdf", Data: []byte("%PDF")}}
	msg, _, err := s.compose(e)
	if err != nil {
		t.Fatal(err)
	}
	got := parsed(t, msg)[0]
	if got.Charset != "iso-2022-jp" || len(got.Files) != 1 || !strings.HasPrefix(got.Body, "※ このメール") || len(got.Defects) > 0 {
		t.Errorf("%+v\n%s", got, msg)
	}
	again, _, err := s.compose(e)
	if err != nil || !bytes.Equal(msg, again) {
		t.Errorf("the same envelope gives other bytes: %v", err)
	}
	// Nobody asked: as always.
	e.Charset = ""
	if msg, note, err := s.compose(e); err != nil || note != "" || bytes.Contains(msg, []byte("2022")) {
		t.Errorf("%v %q\n%s", err, note, msg)
	}
}

// What people typed must not get out of its header in this character set either.
func TestOldCharacterSetHeadersCannotBeInjected(t *testing.T) {
	s, err := New(Config{Host: "mail.example.jp", From: "irbot@example.jp"})
	if err != nil {
		t.Fatal(err)
	}
	e := page()
	e.Charset = notify.ISO2022JP
	e.Subject, e.ToName = "暗号化\r\nBcc: x@evil.example\x1b$B", "渡辺\r\nCc: y@evil.example\x1b(B <z@evil.example>"
	msg, _, err := s.compose(e)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(msg), "\r\n\r\n")
	for _, bad := range []string{"Bcc", "\nCc", "\x1b", "z@evil"} {
		if strings.Contains(head, bad) {
			t.Errorf("the head contains %q:\n%s", bad, head)
		}
	}
	if got := parsed(t, msg)[0]; got.Addr != e.To {
		t.Errorf("To is %s", got.Addr)
	}
}
