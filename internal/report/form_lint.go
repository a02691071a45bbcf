package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

// linter collects what is wrong with one form.
type linter struct {
	forms *Forms
	doc   *strictyaml.Doc
	out   []problem.Problem
}

func (l *linter) add(at string, what, why, fix problem.Words) {
	l.out = append(l.out, problem.Problem{File: l.doc.File, Line: l.doc.Line(at), Key: at, What: what, Why: why, Fix: fix})
}

// lint checks a form against the fields: a template that names a field there is
// not would leave a hole in a letter to an authority.
func (b *Forms) lint(doc *strictyaml.Doc, f *Form) []problem.Problem {
	l := &linter{forms: b, doc: doc}
	if !formID.MatchString(f.ID) {
		l.add("id", problem.Say("様式の id「%s」は使えません", "the form id %q cannot be used", f.ID),
			problem.Say("id は記録に残る印です", "ids go into the record"),
			problem.Say("英小文字、数字、- だけで書いてください", "use lower-case letters, digits and -"))
	}
	l.needed("name", f.JA)
	l.needed("name_en", f.EN)
	l.needed("subject", f.Subject)
	l.template("subject", f.Subject)
	l.template("opening", f.Opening)
	l.template("closing", f.Closing)
	l.series(f)
	l.rows(f)
	if _, err := time.Parse(time.DateOnly, f.Checked); err != nil {
		l.add("checked", problem.Say("確かめた日「%s」を読めません", "the day of checking %q cannot be read", f.Checked),
			problem.Say("いつの決まりかがわからない様式は使えません", "a form of unknown age cannot be relied on"),
			problem.Say("checked: \"2026-11-22\" のように書いてください", "write checked: \"2026-11-22\""))
	}
	if !f.Official && f.Mark == "" {
		l.add("official", problem.Say("公式の様式でないのに、その断り書き（mark）がありません", "the form is not the official one and does not say so (mark)"),
			problem.Say("受け取る人が公式の様式と思い込みます", "a reader would take it for the official form"),
			problem.Say("mark と mark_en に断り書きを書いてください", "write mark and mark_en"))
	}
	for i, a := range f.Attach {
		if a != "pdf" && a != "xlsx" {
			l.add(fmt.Sprintf("attach[%d]", i), problem.Say("添付「%s」は作れません", "no attachment of kind %q can be made", a),
				problem.Say("作れるのは pdf と xlsx です", "only pdf and xlsx can be made"), problem.Say("pdf か xlsx と書いてください", "write pdf or xlsx"))
		}
	}
	if f.Sheet.File != "" && len(f.Template) == 0 {
		l.add("sheet.file", problem.Say("公式の表計算ファイル「%s」がありません", "the official spreadsheet %q is not there", f.Sheet.File),
			problem.Say("この様式に記入できません", "it cannot be filled in"),
			problem.Say("様式のファイルと同じフォルダーに置き、名前だけを書いてください", "put it beside the form file and write its bare name"))
	}
	return l.out
}

func (l *linter) needed(at, value string) {
	if strings.TrimSpace(value) == "" {
		l.add(at, problem.Say("%s がありません", "%s is missing", at), problem.Say("画面と報告に出る言葉です", "it is shown on screens and in reports"), problem.Say("%s: に書いてください", "write it under %s:", at))
	}
}

// template checks every placeholder of a text.
func (l *linter) template(at, text string) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if _, ok := l.forms.Field(m[1]); ok || slices.Contains(formVars(), m[1]) {
			continue
		}
		l.unknown(at, m[1])
	}
}

func (l *linter) unknown(at, word string) {
	names := formVars()
	for _, f := range l.forms.Fields() {
		names = append(names, f.ID)
	}
	fix := problem.Say("使える項目: %s", "known items: %s", strings.Join(names, ", "))
	if near := problem.Nearest(word, names); near != "" {
		fix = problem.Say("「%s」のことですか", "did you mean %q?", near)
	}
	l.add(at, problem.Say("「%s」という項目はありません", "there is no item %q", word),
		problem.Say("報告のその場所が空のまま外に出ます", "that place of the report would leave empty"), fix)
}

func (l *linter) series(f *Form) {
	if len(f.Series) == 0 {
		l.add("series", problem.Say("版（series）がありません", "there is no series of reports"), problem.Say("何の報告かが書けません", "a report could not be named"), problem.Say("series: に first、update、final を書いてください", "list first, update, final under series:"))
	}
	for i, s := range f.Series {
		at := fmt.Sprintf("series[%d]", i)
		l.kinds(at+".kind", []string{s.Kind})
		l.needed(at+".name", s.JA)
		l.needed(at+".name_en", s.EN)
	}
}

func (l *linter) kinds(at string, kinds []string) {
	for _, k := range kinds {
		if !slices.Contains([]string{First, Update, Final}, k) {
			l.add(at, problem.Say("版「%s」はありません", "there is no kind of report %q", k),
				problem.Say("必要な項目の確認が効きません", "the check of what is needed would not work"),
				problem.Say("first、update、final のどれかを書いてください", "write first, update or final"))
		}
	}
}

func (l *linter) rows(f *Form) {
	if len(f.Rows) == 0 {
		l.add("rows", problem.Say("行（rows）がありません", "there are no rows"), problem.Say("何も書かれない報告になります", "the report would be empty"), problem.Say("rows: に項目を並べてください", "list the items under rows:"))
	}
	cells := map[string]int{}
	for i, r := range f.Rows {
		at := fmt.Sprintf("rows[%d]", i)
		if _, ok := l.forms.Field(r.Field); !ok {
			l.unknown(at+".field", r.Field)
		}
		l.needed(at+".label", r.JA)
		l.needed(at+".label_en", r.EN)
		l.kinds(at+".show", r.Show)
		l.kinds(at+".must", r.Must)
		l.kinds(at+".answer", r.Answer)
		if r.Absent != "" && !f.Plain {
			l.add(at+".absent", problem.Say("absent は plain: true の様式だけで使えます", "absent is for forms with plain: true"),
				problem.Say("ほかの様式では「不明（調査中）」と書かれ、この文は出ません", "other forms say that it is not known, and this sentence would not be seen"),
				problem.Say("plain: true を書くか、absent を消してください", "write plain: true, or take absent out"))
		}
		if r.Cell == "" {
			continue
		}
		if first, ok := cells[r.Cell]; ok || !cellForm.MatchString(r.Cell) {
			l.add(at+".cell", problem.Say("欄「%s」は使えません（rows[%d]）", "the cell %q cannot be used (rows[%d])", r.Cell, first),
				problem.Say("同じ欄に二つ入れるか、欄の名前でないかです", "two items would share it, or it is no cell"), problem.Say("C5 のような欄を一つずつ書いてください", "give each row a cell of its own, such as C5"))
		}
		cells[r.Cell] = i
	}
}

func twice(file, id, other string) problem.Problem {
	return problem.Problem{File: file, Line: 1, Key: "id",
		What: problem.Say("様式「%s」は %s にもあります", "the form %q is also in %s", id, other),
		Why:  problem.Say("どちらを使うか、機械には決められません", "a machine cannot tell which one is meant"),
		Fix:  problem.Say("どちらかの id を変えてください", "change one of the ids")}
}
