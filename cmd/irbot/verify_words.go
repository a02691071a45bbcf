package main

import (
	"fmt"
	"slices"

	"irbot/internal/chat"
	"irbot/internal/sqlite"
)

// noNote says that what was given to compare with is no checkpoint.
func (c *cli) noNote(name string, err error) error {
	return &problem{exit: exitFailed, code: "unreadable", what: c.say(name+" を外の控えとして読めません", "cannot read "+name+" as a checkpoint kept elsewhere"), why: err.Error(),
		fix: c.say("--checkpoint には署名つき控え（.note か、届いたメールや投稿を保存したもの）、--anchors にはそのフォルダを指定してください", "--checkpoint takes a signed note (.note, or a mail or post as it was saved), --anchors a folder of them")}
}

// difference says what a check of the store found. A kept file is told in words,
// because it may be the evidence itself; the rest is for experts.
func (c *cli) difference(d sqlite.Difference) string {
	if d.Table != "blob" || d.ID == "" {
		return chat.OneLine(d.String())
	}
	at := ""
	if d.Seq > 0 {
		at = fmt.Sprintf("%s #%d  ", d.Incident, d.Seq)
	}
	if d.What == sqlite.FileMissing {
		return at + c.say("保管したファイルがありません: "+d.ID, "a kept file is gone: "+d.ID)
	}
	return at + c.say("保管したファイルの中身がハッシュと合いません。書き換えられたか、切れています: "+d.ID, "a kept file does not give its hash; it was changed or cut: "+d.ID)
}

// wayBack says how differences are mended where the chains hold, "" where there
// is nothing to say.
func (c *cli) wayBack(found sqlite.Checked, holds bool) string {
	file := func(d sqlite.Difference) bool { return d.Table == "blob" }
	switch {
	case len(found.Differences) == 0:
		return ""
	case slices.ContainsFunc(found.Differences, file):
		return c.say("保管したファイルは記録からは作り直せません。前の控え（irbot backup list）を別のフォルダに戻し、そこから出力してください", "a kept file cannot be made anew from the record: restore an earlier copy (irbot backup list) into another folder, and export from there")
	case holds && !slices.ContainsFunc(found.Differences, func(d sqlite.Difference) bool { return !d.Derived() }):
		return c.say("記録の連なりは正しく、操作用の表だけが違います。直すには irbot verify --rebuild", "the chains hold; only operational tables differ. To mend: irbot verify --rebuild")
	}
	return ""
}
