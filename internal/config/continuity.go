package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"irbot/internal/directory"
	"irbot/internal/problem"
)

// Continuity is what the site aims at when its systems are down. The zero value
// means that nothing is planned.
type Continuity struct {
	Terminals     []Named
	Functions     []Function
	Criteria      []Named
	ETAWarn       time.Duration
	BCPRunbook    string
	ManualRunbook string
	Restored      []string // role ids, with -deputy for a deputy
	Clean         []string
}

// Named is an id with a name in both languages.
type Named struct {
	ID     string `mapstructure:"id"`
	Name   string `mapstructure:"name"`
	NameEN string `mapstructure:"name_en"`
}

// Function is a function of the port: gate, quay, yard and so on.
type Function struct {
	Named
	Impact  string
	Decider string
	Ask     time.Duration
	Outage  time.Duration
	Figures []string
	Levels  []Objective
}

// Objective is a service level to be reached within a time.
type Objective struct {
	Level  int           `mapstructure:"level"`
	Within time.Duration `mapstructure:"within"`
}

type (
	shapeContinuity struct {
		Terminals     []Named         `mapstructure:"terminals"`
		Functions     []shapeFunction `mapstructure:"functions"`
		Criteria      []Named         `mapstructure:"criteria"`
		ETAWarn       time.Duration   `mapstructure:"eta_warn"`
		BCPRunbook    string          `mapstructure:"bcp_runbook"`
		ManualRunbook string          `mapstructure:"manual_runbook"`
		Restored      []string        `mapstructure:"restored_signed_by"`
		Clean         []string        `mapstructure:"clean_signed_by"`
	}
	shapeFunction struct {
		ID      string        `mapstructure:"id"`
		Name    string        `mapstructure:"name"`
		NameEN  string        `mapstructure:"name_en"`
		Impact  string        `mapstructure:"impact"`
		Decider string        `mapstructure:"decider"`
		Ask     time.Duration `mapstructure:"ask"`
		Outage  time.Duration `mapstructure:"outage"`
		Figures []string      `mapstructure:"figures"`
		Levels  []Objective   `mapstructure:"levels"`
	}
)

// continuity checks the plan: what is wrong in it shows at the worst hour.
func (b *builder) continuity() {
	r := b.raw.Continuity
	out := Continuity{ETAWarn: r.ETAWarn, BCPRunbook: r.BCPRunbook, ManualRunbook: r.ManualRunbook, Restored: r.Restored, Clean: r.Clean}
	out.Terminals = b.named("continuity.terminals", r.Terminals, "all")
	out.Criteria = b.named("continuity.criteria", r.Criteria, "other", "outage")
	b.atLeast("continuity.eta_warn", r.ETAWarn, time.Minute, true)
	seen := map[string]string{}
	for i, f := range r.Functions {
		out.Functions = append(out.Functions, b.function(fmt.Sprintf("continuity.functions[%d]", i), f, seen))
	}
	for i, id := range []string{r.BCPRunbook, r.ManualRunbook} {
		if id != "" && !idForm.MatchString(id) {
			b.fail([]string{"continuity.bcp_runbook", "continuity.manual_runbook"}[i], says{
				problem.Say("手順書のID「%s」は使えません", "the runbook id %q cannot be used", id),
				problem.Say("発動しても手順書が始まりません", "the runbook would not start with the activation"),
				problem.Say("手順書の先頭にある ID を書いてください", "write the id at the top of the runbook"),
			})
		}
	}
	b.signers(r)
	b.cfg.Continuity = out
}

// named checks a list of ids with names; reserved ids have a meaning of their own.
func (b *builder) named(at string, list []Named, reserved ...string) []Named {
	var out []Named
	seen := map[string]string{}
	for i, x := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		b.id(here+".id", x.ID, seen)
		if slices.Contains(reserved, x.ID) {
			b.fail(here+".id", says{
				problem.Say("ID「%s」は決まった意味があるので使えません", "the id %q has a meaning of its own", x.ID),
				problem.Say("どちらを指すか決まりません", "nothing would tell which one is meant"),
				problem.Say("別の ID にしてください", "use another id"),
			})
		}
		x.Name = cmp.Or(x.Name, x.ID)
		x.NameEN = cmp.Or(x.NameEN, x.Name)
		out = append(out, x)
	}
	return out
}

func (b *builder) function(at string, f shapeFunction, seen map[string]string) Function {
	b.id(at+".id", f.ID, seen)
	if f.Impact != "" {
		b.oneOf(at+".impact", f.Impact, []string{"gate", "vessel", "yard"})
	}
	b.atLeast(at+".ask", f.Ask, time.Minute, true)
	b.atLeast(at+".outage", f.Outage, time.Minute, true)
	if f.Ask > 0 && f.Outage > 0 && f.Ask > f.Outage {
		b.fail(at+".ask", says{
			problem.Say("判断を求める時刻（%s）が、最大許容停止時間（%s）より後です", "the decision is asked for (%s) after the maximum tolerable outage (%s)", f.Ask, f.Outage),
			problem.Say("決めるころには、もう許容できない停止になっています", "when it is decided, the outage cannot be borne any more"),
			problem.Say("ask を outage より短くしてください", "make ask shorter than outage"),
		})
	}
	if f.Ask > 0 && b.cfg.Directory != nil {
		b.known(at+".decider", f.Decider, b.roleIDs(), inDirectory())
	}
	last := Objective{Level: -1}
	for i, o := range f.Levels {
		here := fmt.Sprintf("%s.levels[%d]", at, i)
		b.atLeast(here+".within", o.Within, time.Minute, false)
		if o.Level < 0 || o.Level > 6 || o.Level <= last.Level || o.Within < last.Within {
			b.fail(here+".level", says{
				problem.Say("目標の表の L%d が順に並んでいません", "L%d is out of order in the objective table", o.Level),
				problem.Say("水準は L0 から L6 で、高い水準ほど後の時刻でなければ目標になりません", "levels are L0 to L6, and a higher one cannot be aimed at for an earlier time"),
				problem.Say("低い水準から順に、時間を延ばして書いてください", "list them from the lowest, with growing times"),
			})
		}
		last = o
	}
	return Function{Named: Named{ID: f.ID, Name: cmp.Or(f.Name, f.ID), NameEN: cmp.Or(f.NameEN, cmp.Or(f.Name, f.ID))},
		Impact: f.Impact, Decider: f.Decider, Ask: f.Ask, Outage: f.Outage, Figures: f.Figures, Levels: f.Levels}
}

// signers checks that two different roles sign the two gates.
func (b *builder) signers(r shapeContinuity) {
	if b.cfg.Directory == nil {
		return
	}
	for key, list := range map[string][]string{"restored_signed_by": r.Restored, "clean_signed_by": r.Clean} {
		for i, role := range list {
			b.known(fmt.Sprintf("continuity.%s[%d]", key, i), strings.TrimSuffix(role, "-deputy"), b.roleIDs(), inDirectory())
		}
	}
	for i, role := range r.Clean {
		if slices.Contains(r.Restored, role) && len(r.Clean) == 1 && len(r.Restored) == 1 {
			b.fail(fmt.Sprintf("continuity.clean_signed_by[%d]", i), says{
				problem.Say("「復元済」と「清浄」に同じ役割だけが署名します", "one role alone signs both “restored” and “clean”"),
				problem.Say("戻した人が、自分で清浄だと言うことになります", "whoever restored would declare it clean"),
				problem.Say("別の役割を書いてください（例: restored は it、clean は ciso）", "name another role (e.g. it for restored, ciso for clean)"),
			})
		}
	}
}

// systems reads the register of systems. It may be missing as long as nobody
// named it.
func (b *builder) systems() {
	b.cfg.SystemsFile = b.path(b.raw.Systems)
	data, err := os.ReadFile(b.cfg.SystemsFile)
	if errors.Is(err, fs.ErrNotExist) && !b.doc.Has("systems") {
		return
	}
	if err != nil {
		b.fail("systems", says{
			problem.Say("システム台帳 %s が読めません", "the register of systems %s cannot be read", b.raw.Systems),
			problem.Say("止まったときに、バックアップの場所も保守会社の電話も分かりません（%v）", "nobody would know where the backups are and whom to call (%v)", err),
			problem.Say("systems.yaml を置くか、systems: の行を消してください", "put a systems.yaml there, or delete the line systems:"),
		})
		return
	}
	s, err := directory.ParseSystems(b.raw.Systems, data)
	var list *problem.Errors
	switch {
	case errors.As(err, &list):
		b.problems = append(b.problems, list.List...)
	case err != nil:
		b.fail("systems", says{problem.Say("%v", "%v", err), problem.Say("システム台帳が読めません", "the register of systems cannot be read"), problem.Say("systems.yaml を直してください", "mend systems.yaml")})
	default:
		b.cfg.Systems = s
	}
}
