package main

import (
	"errors"
	"fmt"

	"irbot/internal/backup"
)

// sealed says that a copy is encrypted, how, and what opens it.
func (c *cli) sealed(command string, err error) error {
	phrase, identity := command+" --passphrase-file FILE", command+" --identity FILE"
	often := c.say("（いつも使うなら config.yaml の backup.passphrase_file か backup.identity_file）", " (for good: backup.passphrase_file or backup.identity_file in config.yaml)")
	p := &problem{
		exit: exitFailed, code: "backup.sealed", what: c.say("この控えは暗号化されていて、開けません", "this backup is encrypted and cannot be opened"), why: err.Error(),
		fix: phrase + "   " + c.say("または", "or") + "   --identity FILE" + often,
	}
	var how *backup.SealedError
	if !errors.As(err, &how) {
		return p
	}
	p.why = c.closedBy(how)
	switch {
	case how.Phrase:
		p.fix = phrase + often
	case how.Recipients > 0:
		p.fix = identity + often
	}
	return p
}

// closedBy says what closes a copy, and why what was tried does not open it.
func (c *cli) closedBy(how *backup.SealedError) string {
	closed := c.say(fmt.Sprintf("受取人%d人の公開鍵で閉じてあり、開くにはそのうち一人の秘密鍵が要ります。", how.Recipients), fmt.Sprintf("it is closed for recipients (%d public keys): the identity of one of them opens it; ", how.Recipients))
	if how.Phrase {
		closed = c.say("合言葉で閉じてあります。", "it is closed by a passphrase; ")
	}
	switch {
	case how.Tried == backup.TriedNothing:
		return closed + c.say("まだ何も渡されていません", "nothing was given")
	case how.Phrase && how.Tried == backup.TriedPhrase:
		return closed + c.say("渡された合言葉が違います", "the one given is wrong")
	case how.Phrase:
		return closed + c.say("渡されたのは秘密鍵です", "an identity was given")
	case how.Tried == backup.TriedPhrase:
		return closed + c.say("渡されたのは合言葉です", "a passphrase was given")
	}
	return closed + c.say("渡された秘密鍵は誰の公開鍵とも合いません", "the one given belongs to none of them")
}

// noIdentity says that a file holds no private key of age; the public one is
// easily taken for it.
func (c *cli) noIdentity(file string) error {
	return &problem{
		exit: exitFailed, code: "backup.identity", what: c.say(file+" は age の秘密鍵のファイルではありません", file+" holds no age identity"),
		why: c.say("秘密鍵は AGE-SECRET-KEY-1 で始まる行です。age1… は公開鍵で、閉じることしかできません", "an identity is a line that begins with AGE-SECRET-KEY-1; age1… is the public key, which only closes"),
		fix: c.say("age-keygen が作ったファイルを --identity に指定してください", "name the file that age-keygen made as --identity"),
	}
}
