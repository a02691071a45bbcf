package config

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"unicode"

	"irbot/internal/problem"
)

// source is where a secret may come from, the strongest first: the
// environment, a file, the configuration itself.
type source struct {
	key  string // of the literal, e.g. slack.bot_token; the file's is key + "_file"
	env  string // name of the variable, "" for none
	file string
	text string // the literal as the configuration has it
}

// maxSecret is the largest secret file; more is not a password.
const maxSecret = 16 << 10

func (b *builder) secret(s source) Secret {
	fileKey := s.key + "_file"
	if s.env != "" {
		if v := strings.TrimSpace(b.env(s.env)); v != "" {
			return b.clean(s.key, v)
		}
	}
	switch {
	case s.file != "" && b.doc.Has(s.key):
		b.fail(fileKey, says{
			problem.Say("同じ秘密が二か所（%s と %s）にあります", "the same secret stands in two places (%s and %s)", s.key, fileKey),
			problem.Say("どちらが正しいか決まりません", "nothing tells which one is right"),
			problem.Say("ファイルだけを残してください", "keep only the file"),
		})
	case s.file != "":
		text := b.readSecret(fileKey, s.file)
		b.absent[s.key] = text == ""
		return b.clean(fileKey, text)
	case s.text != "":
		b.warn(s.key, says{
			problem.Say("秘密の値が設定ファイルに直接書かれています", "a secret is written into the configuration file"),
			problem.Say("設定ファイルは写しやバックアップで人の目に触れます", "such files are copied, backed up and read by people"),
			b.elsewhere(s),
		})
		return b.clean(s.key, s.text)
	}
	if s.env != "" {
		b.absent[s.key] = true
	}
	return Secret{}
}

func (b *builder) elsewhere(s source) problem.Words {
	fileKey := s.key[strings.LastIndexByte(s.key, '.')+1:] + "_file"
	if s.env != "" {
		return problem.Say("環境変数 %s か %s に移してください", "move it to the variable %s or to %s", s.env, fileKey)
	}
	return problem.Say("%s に移してください", "move it to %s", fileKey)
}

// clean refuses what cannot be part of a token: it would break a header, or
// shows that the wrong text was pasted.
func (b *builder) clean(key, v string) Secret {
	if strings.ContainsFunc(v, unicode.IsControl) {
		b.fail(key, says{
			problem.Say("秘密の値に改行などの文字が入っています", "the secret contains a line break or another control character"),
			problem.Say("貼り付けで二行になっていることがよくあります", "often two lines were pasted"),
			problem.Say("一行だけにしてください", "keep a single line"),
		})
		return Secret{}
	}
	return NewSecret(v)
}

// readSecret reads a secret file and refuses one that others can read.
func (b *builder) readSecret(key, file string) string {
	path := b.path(file)
	info, err := os.Stat(path)
	if err != nil {
		b.unreadableSecret(key, file, err)
		return ""
	}
	if !info.Mode().IsRegular() || info.Size() > maxSecret {
		b.unreadableSecret(key, file, fmt.Errorf("not a small ordinary file"))
		return ""
	}
	// Windows has no such bits; its answer would always be "everybody".
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		b.fail(key, says{
			problem.Say("%s はほかの利用者にも読めます（%04o）", "%s can be read by other users (%04o)", file, info.Mode().Perm()),
			problem.Say("この機器の誰でもトークンやパスワードを使えます", "anybody on this machine could use the token or password"),
			problem.Say("chmod 600 %s", "chmod 600 %s", file),
		})
		return ""
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		b.unreadableSecret(key, file, err)
		return ""
	}
	v := strings.TrimSpace(string(data))
	if v == "" {
		b.fail(key, says{
			problem.Say("%s は空です", "%s is empty", file),
			problem.Say("秘密がないと接続できません", "without the secret there is no connection"),
			problem.Say("値を一行で書き入れてください", "write the value into it, on one line"),
		})
	}
	return v
}

func (b *builder) unreadableSecret(key, file string, err error) {
	b.fail(key, says{
		problem.Say("%s が読めません", "%s cannot be read", file),
		problem.Say("%v", "%v", err),
		problem.Say("場所と権限を確かめてください（相対パスは config.yaml のフォルダから数えます）", "check place and permission (relative paths count from the folder of config.yaml)"),
	})
}
