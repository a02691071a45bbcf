package chat

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"
)

// said is what the rules say: a code with the names of its arguments.
type said struct {
	code    string
	args    map[string]bool
	refusal bool
}

// rulesSay reads every refusal and outcome out of the source of the rules.
func rulesSay(t *testing.T) []said {
	t.Helper()
	files, err := filepath.Glob("../incident/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules found: %v", err)
	}
	var out []said
	for _, f := range files {
		tree, err := goparser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.CallExpr:
				if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "refuse" && len(x.Args) > 0 {
					s := said{code: literal(x.Args[0]), args: map[string]bool{}, refusal: true}
					for i := 1; i < len(x.Args); i += 2 {
						s.args[literal(x.Args[i])] = true
					}
					out = append(out, s)
				}
			case *ast.CompositeLit:
				if id, ok := x.Type.(*ast.Ident); ok && id.Name == "Outcome" {
					if s, ok := outcomeOf(x); ok {
						out = append(out, s)
					}
				}
			}
			return true
		})
	}
	return out
}

func outcomeOf(x *ast.CompositeLit) (said, bool) {
	s := said{args: map[string]bool{}}
	for _, e := range x.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, ok := kv.Key.(*ast.Ident)
		if !ok {
			continue
		}
		if key.Name == "Code" {
			s.code = literal(kv.Value)
		}
		if args, ok := kv.Value.(*ast.CompositeLit); ok && key.Name == "Args" {
			for _, a := range args.Elts {
				if pair, ok := a.(*ast.KeyValueExpr); ok {
					s.args[literal(pair.Key)] = true
				}
			}
		}
	}
	return s, s.code != ""
}

func literal(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok {
		if s, err := strconv.Unquote(l.Value); err == nil {
			return s
		}
	}
	return ""
}

func TestEverythingTheRulesSayHasWords(t *testing.T) {
	w := testWords(t)
	all := rulesSay(t)
	if len(all) < 50 {
		t.Fatalf("only %d sayings found in the rules", len(all))
	}
	for _, s := range all {
		if s.code == "" {
			continue
		}
		prefix := "ok."
		if s.refusal {
			prefix = "err."
		}
		if !w.Has(prefix + s.code) {
			t.Errorf("no wording %s%s", prefix, s.code)
			continue
		}
		if s.code == "close.block" {
			continue // its items are put together from the counts
		}
		for _, lang := range []Lang{JA, EN} {
			for _, name := range w.Names(lang, prefix+s.code) {
				if !s.args[name] {
					t.Errorf("%s%s (%s) wants {%s}, which the rules do not give", prefix, s.code, lang, name)
				}
			}
		}
	}
}

func TestRefusalsAreReadable(t *testing.T) {
	w := testWords(t)
	tests := []struct {
		got, want string
	}{
		{w.Refusal(JA, "close.block", map[string]string{"steps": "2", "notices": "1", "duties": "0", "escalations": "0", "entries": "0"}), "終結できません。残り: 未完了の手順2、未通知1。"},
		{w.Refusal(EN, "notice.state", map[string]string{"notice": "N2", "state": "sent"}), `Notice N2 is "Notified", so this cannot be done.`},
		{w.Refusal(JA, "perm.no", map[string]string{"who": ""}), "この操作ができる人が登録されていません。管理者に権限の表を確かめてもらってください。"},
		{w.Refusal(JA, "input.missing", map[string]string{"field": "reason"}), "理由が必要です。入れてからもう一度押してください。"},
		{w.Outcome(JA, "step.twice", map[string]string{"at": "07:18", "who": "伊藤", "n": "4", "state": "done"}), "すでに完了しています(07:18 伊藤)。あなたの操作はメモとして残しました。"},
		{w.Outcome(JA, "step.closed", map[string]string{"at": "07:18", "who": "佐藤", "n": "4", "state": "skipped"}), "手順4はもう閉じています(見送り 07:18 佐藤)。あなたの操作はメモとして残しました。"},
		{w.Outcome(EN, "step.early", map[string]string{"n": "16", "open": "15、17"}), "Step 16 is done. Earlier steps are still open: 15, 17."},
		{w.Outcome(EN, "", nil), "Recorded"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
}

// literals calls f with every string literal given as an argument to a call of
// one of the named functions, and its position.
func literals(t *testing.T, glob string, names map[string]int, f func(key string)) {
	t.Helper()
	files, err := filepath.Glob(glob)
	if err != nil || len(files) == 0 {
		t.Fatalf("no source found: %v", err)
	}
	for _, file := range files {
		tree, err := goparser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				if at, wanted := names[sel.Sel.Name]; wanted && at < len(call.Args) {
					if key := literal(call.Args[at]); key != "" {
						f(key)
					}
				}
			}
			return true
		})
	}
}

func TestEveryKeyInTheCodeHasWords(t *testing.T) {
	w := testWords(t)
	n := 0
	keys := map[string]int{"t": 0, "T": 1, "result": 0, "ask": 1, "action": 1, "link": 0, "in": 1, "form": 0, "stepForm": 1, "noticeForm": 1, "personInput": 0}
	literals(t, "[a-z]*[a-z].go", keys, func(key string) {
		n++
		if !w.Has(key) && key[len(key)-1] != '.' && key != "nosuch.key" {
			t.Errorf("no wording %s", key)
		}
	})
	if n < 100 {
		t.Errorf("only %d keys found", n)
	}
}

func TestEveryKindHasASentence(t *testing.T) {
	w := testWords(t)
	tree, err := goparser.ParseFile(token.NewFileSet(), "../incident/facts.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(tree, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if sel, ok := spec.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Kind" {
			n++
			if key := "ent." + literal(spec.Values[0]); !w.Has(key) {
				t.Errorf("no sentence %s", key)
			}
		}
		return true
	})
	if n < 50 {
		t.Errorf("only %d kinds found", n)
	}
}
