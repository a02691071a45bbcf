package e2e_test

import (
	"strings"
	"testing"

	"irbot/e2e"
)

// TestMorning lives through the scripted morning in the demo as a newcomer does, once per kind of screen, with and
// without JavaScript, and ends it with Ctrl+C.
func TestMorning(t *testing.T) {
	for _, v := range []e2e.View{
		e2e.Desk(), e2e.Desk().InDark().WithoutScript(), e2e.Phone().InDark(), e2e.Phone().WithoutScript(),
	} {
		t.Run(v.String(), func(t *testing.T) {
			p := open(t, v)
			demo, err := e2e.Start(t.Context(), binary, t.TempDir(), "demo", "--no-open")
			must(t, err)
			must(t, p.Open(demo.URL))
			if at, err := p.URL(); err != nil || strings.Contains(at, "t=") {
				t.Errorf("the one-time token stays in the address bar: %s, %v", at, err)
			}
			for _, b := range e2e.Morning() {
				if err := b.Do(p); err != nil {
					t.Fatalf("%s %s: %v", b.At, b.What, err)
				}
				if err := p.Expect(b.Shows...); err != nil {
					t.Fatalf("%s %s: %v", b.At, b.What, err)
				}
				look(t, p, b)
			}
			if err := demo.Stop(); err != nil {
				t.Errorf("Ctrl+C ended the demo with %v:\n%s", err, demo.Output())
			}
			if out := demo.Output(); !strings.Contains(out, "irbot-demo") {
				t.Errorf("the demo does not say what it keeps where:\n%s", out)
			}
		})
	}
}

// look checks what holds on every screen: nothing to scroll sideways, nothing too small to hit, no script fault and no
// load that the page's own policy refused.
func look(t *testing.T, p *e2e.Page, b e2e.Beat) {
	t.Helper()
	if b.Shot != "" {
		must(t, p.Shot(b.Shot))
	}
	if n, err := p.Overflow(); err != nil || n > 0 {
		t.Errorf("%s %s: the page is %d pixels wider than the window (%v)", b.At, b.What, n, err)
	}
	if small, err := p.SmallTargets(24); err != nil || len(small) > 0 {
		t.Errorf("%s %s: buttons under 24 pixels: %q (%v)", b.At, b.What, small, err)
	}
	if f := p.Faults(); len(f) > 0 {
		t.Errorf("%s %s: %q", b.At, b.What, f)
	}
}
