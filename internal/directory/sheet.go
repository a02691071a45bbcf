package directory

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"irbot/internal/notify"
	"irbot/internal/problem"
)

const personKind = "person"

// ReadCSV reads a sheet of contacts as WriteCSV writes it and as spreadsheets
// save it again: commas, semicolons or tabs between the cells, columns missing
// or in another order, dates such as 2026/11/1, TRUE, full-width digits. The
// text must be UTF-8 already. What cannot be read is a *problem.Errors that names
// the line; it is ErrHead, too, where the columns are not known.
func ReadCSV(text string) ([]Row, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.Comma = -1, between(text)
	head, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, notCSV(err)
	}
	head, err = heads(head)
	if err != nil {
		return nil, err
	}
	out, lines := []Row{}, map[string]int{}
	var wrong []problem.Problem
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, problem.Err(wrong)
		}
		if err != nil {
			return nil, notCSV(err)
		}
		if !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		line, _ := r.FieldPos(0)
		row := rowOf(head, cells)
		at := row.List + "/" + row.ID
		wrong = append(wrong, misread(line, row, lines[at], head, cells)...)
		lines[at] = line
		out = append(out, row)
	}
}

// between is what stands between the cells of the first line.
func between(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	for _, c := range []rune{'\t', ';'} {
		if strings.ContainsRune(first, c) && !strings.ContainsRune(first, ',') {
			return c
		}
	}
	return ','
}

// heads are the columns; one without a head has "".
func heads(cells []string) ([]string, error) {
	var out, unknown []string
	for _, c := range cells {
		name := strings.ToLower(folded(c))
		if name != "" && !slices.Contains(Columns(), name) {
			unknown = append(unknown, strings.TrimSpace(c))
		}
		out = append(out, name)
	}
	fix := problem.Say("irbot contacts export --out contacts.csv か「CSV で出す」の表を直すのが確実です。使える列: %s", "start from irbot contacts export --out contacts.csv; the columns are %s", strings.Join(Columns(), ", "))
	switch {
	case !slices.Contains(out, "kind") || !slices.Contains(out, "id"):
		return nil, fmt.Errorf("%w: %w", ErrHead, one(1, problem.Say("一行目に列の名前 kind と id がありません", "the first row does not name the columns kind and id"),
			problem.Say("どの行が誰のことか分かりません", "no row could be told to be about anybody"), fix))
	case len(unknown) > 0:
		return nil, fmt.Errorf("%w: %w", ErrHead, one(1, problem.Say("列「%s」は連絡先の表にありません", "the column %q is not one of contacts", strings.Join(unknown, "」「")),
			problem.Say("どの項目のことか分からず、読み飛ばすと書いたことが失われます", "what stands in it would be lost"), fix))
	}
	return out, nil
}

func one(line int, what, why, fix problem.Words) *problem.Errors {
	return &problem.Errors{List: []problem.Problem{{Key: lineName(line), What: what, Why: why, Fix: fix}}}
}

// lineName is understood in both languages.
func lineName(line int) string { return "CSV:" + strconv.Itoa(line) }

func notCSV(err error) error {
	var p *csv.ParseError
	line := 1
	if errors.As(err, &p) {
		line = p.Line
	}
	return one(line, problem.Say("引用符（\"）の対応が取れず、ここから読めません", "the quotes (\") do not match, so nothing from here on can be read"),
		problem.Say("どこまでが一つの欄か分かりません", "where a cell ends is not known"),
		problem.Say("Excel で開き、「CSV UTF-8」で保存し直してください", "open it in a spreadsheet and save it as CSV again"))
}

// misread tells what is wrong with a row as such; what its cells say is checked
// with the whole directory.
func misread(line int, row Row, before int, head, cells []string) []problem.Problem {
	var out []problem.Problem
	add := func(what, why, fix problem.Words) { out = append(out, one(line, what, why, fix).List...) }
	kind := folded(cellOf("kind", head, cells))
	switch {
	case row.ID == "":
		add(problem.Say("ID がありません", "there is no id"), problem.Say("誰の行か分かりません", "whom the row is about is not known"),
			problem.Say("id の列に、半角の英数字で書いてください（例: sato）", "write one under id, e.g. sato"))
	case before > 0:
		add(problem.Say("ID「%s」の行は %d 行目にもあります", "the id %q stands on line %d, too", row.ID, before), problem.Say("どちらが正しいか決められません", "which one is right is not known"),
			problem.Say("どちらかの行を消してください", "delete one of the two"))
	}
	if kind != personKind && !slices.Contains(Kinds(), kind) {
		add(problem.Say("種別「%s」はありません", "there is no kind %q", kind), problem.Say("人か組織かが決まりません", "whether it is a person or an organisation is not known"),
			problem.Say("人は person、組織は %s のどれかを kind の列に書いてください", "write person, or for an organisation one of %s", strings.Join(Kinds(), ", ")))
	}
	for i, c := range cells {
		if strings.TrimSpace(c) != "" && (i >= len(head) || head[i] == "") {
			add(problem.Say("「%s」の列に名前がありません", "the column of %q has no name", strings.TrimSpace(c)), problem.Say("どの項目のことか分かりません", "which field is meant is not known"),
				problem.Say("一行目に列の名前を書くか、消してください", "name the column in the first row, or delete it"))
		}
	}
	return out
}

func cellOf(name string, head, cells []string) string {
	if i := slices.Index(head, name); i >= 0 && i < len(cells) {
		return cells[i]
	}
	return ""
}

func rowOf(head, cells []string) Row {
	row := Row{List: "destinations", ID: folded(cellOf("id", head, cells))}
	fits := []string{"kind", "name", "name_en", "contact", "aliases", "reach", "lang", "tlp", "hours", "outside", "verified"}
	if folded(cellOf("kind", head, cells)) == personKind {
		row.List = "people"
		fits = []string{"name", "name_en", "org", "title", "roles", "reach", "lang", "tlp", "hours", "verified"}
	}
	for i, name := range head {
		if i < len(cells) && slices.Contains(fits, name) {
			row.Fields = append(row.Fields, Field{Name: name, Value: cell(name, cells[i])})
		}
	}
	return row
}

var reDate = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0:00(?::00)?)?$`)

// cell is what a cell means: spreadsheets change dates and capitals as they
// please, and people type in full width.
func cell(name, v string) string {
	v = strings.TrimSpace(v)
	if len(v) > 1 && v[0] == '\'' && strings.ContainsRune("=+-@", rune(v[1])) {
		v = v[1:]
	}
	switch name {
	case "verified":
		if m := reDate.FindStringSubmatch(folded(v)); m != nil {
			return fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3])
		}
		return folded(v)
	case "outside", "lang":
		return strings.ToLower(folded(v))
	case "kind":
		return folded(v)
	case "tlp":
		return strings.ToUpper(folded(v))
	case "roles":
		return list(folded(v), ";、\n")
	case "aliases":
		return list(v, ";；\n")
	case "reach":
		return reached(v)
	}
	return v
}

func folded(s string) string { return strings.TrimSpace(norm.NFKC.String(s)) }

func list(v, marks string) string {
	parts := strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune(marks, c) })
	out := parts[:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "; ")
}

// reached reads the means as people call them: "電話 03-0000-0001、メール …".
func reached(v string) string {
	parts := strings.Split(list(folded(v), ";、\n"), "; ")
	for i, p := range parts {
		word, to, _ := strings.Cut(p, " ")
		means := strings.ToLower(strings.TrimSuffix(word, ":"))
		if m, ok := map[string]notify.Means{"メール": notify.Mail, "e-mail": notify.Mail, "email": notify.Mail, "電話": notify.Phone, "tel": notify.Phone,
			"音声": notify.Voice, "ファックス": notify.Fax, "ファクス": notify.Fax, "ショートメール": notify.SMS}[means]; ok {
			means = string(m)
		}
		parts[i] = strings.TrimSpace(means + " " + strings.TrimSpace(to))
	}
	return strings.Join(parts, "; ")
}
