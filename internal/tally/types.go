package tally

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Kind is what a field takes.
type Kind string

// The kinds of field.
const (
	KindContainer Kind = "container" // ISO 6346
	KindSeal      Kind = "seal"      // letters, digits and hyphens, or なし
	KindTruck     Kind = "truck"     // plate; personal, text only
	KindName      Kind = "name"      // a person; text only
	KindSlot      Kind = "slot"      // place in the yard, letters of any script
	KindBerth     Kind = "berth"     // 3号岸壁, B3
	KindTemp      Kind = "temp"      // °C
	KindMass      Kind = "mass"      // kg, whole
	KindCount     Kind = "count"     // pieces, whole, from 0
	KindClass     Kind = "class"     // class of dangerous goods
	KindUN        Kind = "un"        // UN number
	KindChoice    Kind = "choice"
	KindCode      Kind = "code" // paper number, document number
	KindText      Kind = "text"
)

// Choice is one of the values of a field.
type Choice struct{ ID, JA, EN string }

// Field is one field of a row.
type Field struct {
	ID       string
	JA, EN   string
	Kind     Kind
	Required bool
	Choices  []Choice
	Hint     string  // an example
	Min, Max float64 // bounds of temp, mass and count where Max > Min
}

// Type is a kind of row.
type Type struct {
	ID     string
	JA, EN string
	Key    string // the field a row is found by
	Fields []Field
	Words  []string // further words a runbook may use for it
}

// Name is the type's name in a language, "ja" or "en".
func (t Type) Name(lang string) string { return pick(lang, t.JA, t.EN) }

// Name is the field's name in a language.
func (f Field) Name(lang string) string { return pick(lang, f.JA, f.EN) }

// Name is the choice's name in a language.
func (c Choice) Name(lang string) string { return pick(lang, c.JA, c.EN) }

func pick(lang, ja, en string) string {
	if lang == "en" {
		return en
	}
	return ja
}

// Field finds a field by id.
func (t Type) Field(id string) (Field, bool) {
	for _, f := range t.Fields {
		if f.ID == id {
			return f, true
		}
	}
	return Field{}, false
}

func required(f Field) Field {
	f.Required = true
	return f
}

func number() Field {
	return Field{ID: "no", JA: "紙の番号", EN: "paper no.", Kind: KindCode, Hint: "G-0012"}
}

func container() Field {
	return Field{ID: "container", JA: "コンテナ番号", EN: "container", Kind: KindContainer, Hint: "CSQU3054383"}
}

func seal() Field {
	return Field{ID: "seal", JA: "シール番号", EN: "seal", Kind: KindSeal, Hint: "ABC123456"}
}

func truck() Field {
	return Field{ID: "truck", JA: "車両番号", EN: "truck plate", Kind: KindTruck, Hint: "名古屋100あ1234"}
}

func slot(id, ja, en string) Field {
	return Field{ID: id, JA: ja, EN: en, Kind: KindSlot, Hint: "A-03-12-2"}
}

func class() Field {
	return Field{ID: "class", JA: "危険物の分類", EN: "DG class", Kind: KindClass, Hint: "3"}
}

func un() Field {
	return Field{ID: "un", JA: "国連番号", EN: "UN number", Kind: KindUN, Hint: "UN1263"}
}

func mass() Field {
	return Field{ID: "mass", JA: "総重量(kg)", EN: "gross mass (kg)", Kind: KindMass, Hint: "21340", Min: 500, Max: 60000}
}

func temp(id, ja, en string) Field {
	return Field{ID: id, JA: ja, EN: en, Kind: KindTemp, Hint: "-18.0", Min: -70, Max: 40}
}

func note() Field { return Field{ID: "note", JA: "備考", EN: "remarks", Kind: KindText} }

func second() Field {
	return Field{ID: "second", JA: "2人目", EN: "second person", Kind: KindName, Hint: "山田"}
}

func hold() Field {
	return Field{ID: "hold", JA: "差止", EN: "hold", Kind: KindChoice, Choices: []Choice{{"none", "なし", "none"}, {"hold", "あり", "on hold"}}}
}

func state() Field {
	return Field{ID: "damage", JA: "傷", EN: "damage", Kind: KindText, Hint: "なし"}
}

// Types are the types of row there are (DOMAIN 5.2 and 5.3). The forms on paper
// have the same fields in the same order.
func Types() []Type {
	dir := Field{ID: "dir", JA: "区分", EN: "in/out", Kind: KindChoice, Choices: []Choice{{"in", "搬入", "in"}, {"out", "搬出", "out"}}}
	driver := Field{ID: "driver", JA: "運転者", EN: "driver", Kind: KindName}
	released := Field{ID: "release", JA: "搬出の確認(指図・許可・検疫・料金・差止)", EN: "release checks (D/O, customs, quarantine, charges, hold)", Kind: KindText}
	vessel := Field{ID: "vessel", JA: "船名", EN: "vessel", Kind: KindText, Hint: "さくら丸"}
	work := Field{ID: "work", JA: "作業", EN: "work", Kind: KindChoice, Choices: []Choice{{"discharge", "揚げ", "discharge"}, {"load", "積み", "load"}, {"restow", "積み直し", "restow"}}}
	berth := Field{ID: "berth", JA: "バース", EN: "berth", Kind: KindBerth, Hint: "B3"}
	return []Type{
		{ID: "gate", JA: "受付票", EN: "gate ticket", Key: "container", Words: []string{"搬出入票", "搬入受付票", "搬出受付票", "ゲート", "gate"},
			Fields: []Field{required(number()), required(dir), required(container()), seal(), required(truck()), driver, mass(), class(), un(), temp("temp", "受渡し時の温度(℃)", "temperature (°C)"), state(), slot("slot", "置く場所", "slot"), released, note()}},
		{ID: "move", JA: "移動指示", EN: "move order", Key: "container", Words: []string{"移動指示書", "ヤード移動", "move"},
			Fields: []Field{required(number()), required(container()), required(slot("from", "元の場所", "from")), required(slot("slot", "移す場所", "to")), second(), note()}},
		{ID: "tally", JA: "検数票", EN: "tally", Key: "container", Words: []string{"検数", "本船検数", "tally sheet"},
			Fields: []Field{required(number()), required(vessel), {ID: "hatch", JA: "ハッチ", EN: "hatch", Kind: KindCode, Hint: "2H"}, required(work), required(container()), seal(), state(), slot("slot", "船の位置・場所", "bay or slot"), required(second()), note()}},
		{ID: "reefer", JA: "リーファー点検", EN: "reefer check", Key: "container", Words: []string{"リーファー", "温度記録", "リーファー温度", "reefer log"},
			Fields: []Field{required(container()), slot("slot", "場所", "slot"), {ID: "plug", JA: "プラグ", EN: "plug", Kind: KindCode, Hint: "P-14"}, required(temp("set", "設定温度(℃)", "set point (°C)")), required(temp("temp", "実際の温度(℃)", "actual (°C)")), {ID: "alarm", JA: "警報", EN: "alarm", Kind: KindText, Hint: "なし"}, note()}},
		{ID: "dg", JA: "危険物", EN: "dangerous goods", Key: "container", Words: []string{"危険物一覧", "危険物照合", "dangerous goods list"},
			Fields: []Field{required(container()), required(class()), required(un()), required(slot("slot", "場所", "slot")), {ID: "placard", JA: "表示", EN: "placards", Kind: KindChoice, Choices: []Choice{{"ok", "四面あり", "four sides"}, {"bad", "不足・不一致", "missing or wrong"}}}, note()}},
		{ID: "berth", JA: "バース", EN: "berth", Key: "vessel", Words: []string{"着岸", "離岸", "本船"},
			Fields: []Field{required(berth), required(vessel), required(Field{ID: "event", JA: "できごと", EN: "event", Kind: KindChoice, Choices: []Choice{{"arrived", "着岸", "berthed"}, {"started", "荷役開始", "work started"}, {"ended", "荷役終了", "work ended"}, {"left", "離岸", "left"}, {"waiting", "沖待ち", "waiting"}}}), {ID: "count", JA: "本数", EN: "containers", Kind: KindCount, Hint: "120", Max: 30000}, note()}},
		{ID: "yard", JA: "現物確認", EN: "yard check", Key: "container", Words: []string{"在庫確認", "現物照合", "在庫照合", "棚卸", "inventory"},
			Fields: []Field{required(container()), required(slot("slot", "場所", "slot")), hold(), seal(), second(), note()}},
		{ID: "count", JA: "集計", EN: "count", Key: "what", Words: []string{"台数", "本数", "集計表"},
			Fields: []Field{required(Field{ID: "what", JA: "数えたもの", EN: "what", Kind: KindText, Hint: "搬入"}), required(Field{ID: "count", JA: "数", EN: "count", Kind: KindCount, Hint: "120", Max: 1000000}), {ID: "last", JA: "最後の紙の番号", EN: "last paper no.", Kind: KindCode, Hint: "G-0012"}, note()}},
	}
}

// Find finds a type by its id, name or one of its words; ok is false if no type
// is meant.
func Find(word string) (Type, bool) {
	w := fold(word)
	for _, t := range Types() {
		if w == t.ID || w == fold(t.JA) || w == fold(t.EN) {
			return t, true
		}
		for _, x := range t.Words {
			if w == fold(x) {
				return t, true
			}
		}
	}
	return Type{}, false
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))) }
