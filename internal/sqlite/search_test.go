package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// say appends notes to IR-1, which is made where it is missing.
func say(t testing.TB, s *Store, texts ...string) {
	t.Helper()
	if pos, err := s.Head(t.Context(), "IR-1"); err != nil || pos.Seq == 0 {
		if _, err := s.Create(t.Context(), incident.Opening{Now: t0}, func(string) (incident.Change, error) { return declared(), nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range texts {
		if _, err := s.Update(t.Context(), incident.Target{Incident: "IR-1", Now: t0}, func(*incident.Incident) (incident.Change, error) { return note(text), nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// fillBlocks makes sure that what was said so far is in complete blocks.
func fillBlocks(t testing.TB, s *Store) {
	t.Helper()
	say(t, s)
	_, err := s.Update(t.Context(), incident.Target{Incident: "IR-1", Now: t0}, func(*incident.Incident) (incident.Change, error) {
		var c incident.Change
		for i := range blockSize {
			c.Entries = append(c.Entries, note(fmt.Sprintf("定時の見回り %d 異常なし", i)).Entries...)
		}
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func seqs(t testing.TB, v *View, question string) []int64 {
	t.Helper()
	f, err := v.Search(t.Context(), question, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []int64
	for _, h := range f.Hits {
		out = append(out, h.Seq)
	}
	return out
}

func TestSearchFindsJapaneseHoweverItIsTyped(t *testing.T) {
	texts := []string{
		"第1ゲートのトラック60台が停止",      // 2
		"ﾄﾗｯｸの列は国道まで",           // 3
		"Server SRV-01 が暗号化された", // 4
		"社員の吉田さん（𠮷田）が到着、🚢入港",    // 5
		"とらっく運転手に説明した",          // 6
		"100% 復旧_ではない",          // 7
	}
	tests := []struct {
		ask  string
		want []int64
	}{
		{"トラック", []int64{6, 3, 2}},
		{"とらっく", []int64{6, 3, 2}},
		{"ﾄﾗｯｸ", []int64{6, 3, 2}},
		{"とらっく 停止", []int64{2}},
		{"ｓｒｖ－０１", []int64{4}},
		{"srv-01", []int64{4}},
		{"𠮷田", []int64{5}},
		{"🚢", []int64{5}},
		{"列", []int64{3}},
		{"止", []int64{2}},
		{"国道 暗号", nil},
		{"トラッコ", nil},
		{"100%", []int64{7}},
		{"_", []int64{7}},
		{"%", []int64{7}},
		{"TOSの画面", []int64{1}},
		{"  ", nil},
		{`" OR 1=1 --`, nil},
	}
	for _, blocks := range []bool{false, true} {
		s := open(t, Options{})
		say(t, s, texts...)
		if blocks {
			fillBlocks(t, s)
		}
		for _, tt := range tests {
			if got := seqs(t, s.View, tt.ask); !slices.Equal(got, tt.want) {
				t.Errorf("blocks %v: %q gives %v, want %v", blocks, tt.ask, got, tt.want)
			}
		}
	}
}

func TestSearchShowsWhereItStands(t *testing.T) {
	s := open(t, Options{})
	say(t, s, "07:10 ﾄﾗｯｸが60台")
	f, err := s.Search(t.Context(), "トラック", "IR-1", 10)
	if err != nil || len(f.Hits) != 1 {
		t.Fatalf("%+v %v", f, err)
	}
	if h := f.Hits[0]; h.Field != "note" || h.Before != "07:10 " || h.Match != "ﾄﾗｯｸ" || h.After != "が60台" {
		t.Errorf("%+v", h)
	}
	if f, err := s.Search(t.Context(), "トラック", "IR-2", 10); err != nil || len(f.Hits) != 0 {
		t.Errorf("another incident: %+v %v", f, err)
	}
}

func TestSearchTellsThatThereIsMore(t *testing.T) {
	s := open(t, Options{})
	fillBlocks(t, s)
	f, err := s.Search(t.Context(), "見回り", "", 10)
	if err != nil || len(f.Hits) != 10 || !f.More || f.Hits[0].Seq != blockSize+1 {
		t.Errorf("%d hits, more %v: %v", len(f.Hits), f.More, err)
	}
}

func TestErasedTextLeavesTheIndex(t *testing.T) {
	for _, blocks := range []bool{false, true} {
		s := open(t, Options{})
		say(t, s, "患者 山田太郎 の氏名")
		if blocks {
			fillBlocks(t, s)
		}
		if got := seqs(t, s.View, "山田太郎"); !slices.Equal(got, []int64{2}) {
			t.Fatalf("before: %v", got)
		}
		_, err := s.Update(t.Context(), incident.Target{Incident: "IR-1", Now: t0}, func(*incident.Incident) (incident.Change, error) {
			return incident.Change{Entries: []timeline.Draft{{Kind: incident.KindErased, Actor: "u1", Facts: facts{"erases": 2, "approver": "u3"}}}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := seqs(t, s.View, "山田太郎"); got != nil {
			t.Errorf("after: %v", got)
		}
		var left int
		if err := s.db.QueryRow("SELECT count(*) FROM gram WHERE gram IN ('山田', '田太', '太郎')").Scan(&left); err != nil || left != 0 {
			t.Errorf("%d pairs of letters of the name are left: %v", left, err)
		}
	}
}

func TestRebuildWritesTheIndexAfresh(t *testing.T) {
	s := open(t, Options{})
	say(t, s, "岸壁クレーンの停止")
	fillBlocks(t, s)
	if err := s.write(t.Context(), func(x *tx) error { return x.exec("DELETE FROM gram") }); err != nil {
		t.Fatal(err)
	}
	if got := seqs(t, s.View, "くれーん"); !slices.Equal(got, []int64{2}) {
		t.Errorf("without an index: %v", got)
	}
	if err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	var blocks int
	if err := s.db.QueryRow("SELECT count(DISTINCT block) FROM gram").Scan(&blocks); err != nil || blocks == 0 {
		t.Errorf("%d blocks: %v", blocks, err)
	}
	if got := seqs(t, s.View, "くれーん"); !slices.Equal(got, []int64{2}) {
		t.Errorf("after the rebuild: %v", got)
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, size := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := open(b, Options{})
			say(b, s)
			for i := 0; i < size; i += 1000 {
				_, err := s.Update(b.Context(), incident.Target{Incident: "IR-1", Now: t0}, func(*incident.Incident) (incident.Change, error) {
					var c incident.Change
					for j := range 1000 {
						word := "第" + fmt.Sprint((i+j)%97) + "ゲートのトラックが" + strings.Repeat("番号", (i+j)%5) + fmt.Sprint(i+j)
						c.Entries = append(c.Entries, note(word+" 県警から到着の連絡、岸壁は手作業で続行").Entries...)
					}
					return c, nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			for _, ask := range []string{fmt.Sprint(size / 2), "県警 第13ゲート", "無い言葉"} {
				b.Run(ask, func(b *testing.B) {
					for b.Loop() {
						if _, err := s.Search(b.Context(), ask, "", 50); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// What an attacker leaves in the index, or takes out of it, is told.
func TestCheckComparesTheIndexWithTheTexts(t *testing.T) {
	for _, tt := range []struct{ name, attack string }{
		{"a pair is gone", "DELETE FROM gram WHERE gram = '停止'"},
		{"a pair of a text that was erased stayed", "INSERT INTO gram (block, gram, entries) VALUES (0, '秘密', x'0100')"},
		{"a pair names another entry", "UPDATE gram SET entries = x'0900' WHERE gram = '停止'"},
		{"a block is gone but for its mark", "DELETE FROM gram WHERE gram <> ''"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, Options{})
			say(t, s, "第1ゲート停止")
			fillBlocks(t, s)
			if c, err := s.Check(t.Context(), nil); err != nil || len(c.Differences) > 0 {
				t.Fatalf("before: %v %v", c.Differences, err)
			}
			if err := s.write(t.Context(), func(w *tx) error { return w.exec(tt.attack) }); err != nil {
				t.Fatal(err)
			}
			c, err := s.Check(t.Context(), nil)
			if err != nil || !slices.ContainsFunc(c.Differences, func(d Difference) bool { return d.Table == "gram" }) {
				t.Fatalf("not found: %v %v", c.Differences, err)
			}
			if err := s.Rebuild(t.Context()); err != nil {
				t.Fatal(err)
			}
			if c, err := s.Check(t.Context(), nil); err != nil || len(c.Differences) > 0 {
				t.Fatalf("after rebuilding: %v %v", c.Differences, err)
			}
		})
	}
}
