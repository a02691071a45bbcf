package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// waitLimit is a safety net for one step of a walk; what a step waits for is a word on the screen, not a time.
const waitLimit = 30 * time.Second

//go:embed page.js
var finder string

// Page is one tab. Its methods must be called one after the other.
type Page struct {
	ctx    context.Context // the driver keeps the tab's connection in its context
	cancel context.CancelFunc
	view   View
	limit  time.Duration

	mu     sync.Mutex
	faults []string
}

// View returns the way this page looks at the console.
func (p *Page) View() View { return p.view }

// Within sets how long each later step waits for what it looks for, and returns the page. Zero looks once.
func (p *Page) Within(limit time.Duration) *Page { p.limit = limit; return p }

// Close closes the tab.
func (p *Page) Close() { p.cancel() }

// Open loads an address and waits until it is loaded. An answer of 400 and above is an error.
func (p *Page) Open(url string) error {
	ctx, cancel := context.WithTimeout(p.ctx, waitLimit)
	defer cancel()
	resp, err := chromedp.RunResponse(ctx, chromedp.Navigate(url))
	if err != nil {
		return fmt.Errorf("open %s: %w", url, err)
	}
	if resp != nil && resp.Status >= 400 {
		return fmt.Errorf("open %s: answered %d", url, resp.Status)
	}
	return nil
}

// Reload loads the page again.
func (p *Page) Reload() error {
	ctx, cancel := context.WithTimeout(p.ctx, waitLimit)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Reload()); err != nil {
		return fmt.Errorf("reload: %w", err)
	}
	return nil
}

// URL returns the address the page is at, after redirects.
func (p *Page) URL() (string, error) { return evaluate[string](p, "location.href") }

// Text returns what a person can read on the page, white space folded.
func (p *Page) Text() (string, error) { return evaluate[string](p, finder+".text()") }

// TextOf returns what a person can read in the first element of a CSS selector.
func (p *Page) TextOf(selector string) (string, error) {
	return evaluate[string](p, finder+".textOf("+quote(selector)+")")
}

// Expect waits until every one of the texts can be read on the page.
func (p *Page) Expect(texts ...string) error { return p.ExpectIn("body", texts...) }

// ExpectIn waits until every one of the texts can be read in the first element of a CSS selector.
func (p *Page) ExpectIn(selector string, texts ...string) error {
	for _, want := range texts {
		var last string
		err := p.until(func() (bool, error) {
			got, err := p.TextOf(selector)
			last = got
			return strings.Contains(got, want), err
		})
		if err != nil {
			return fmt.Errorf("expect %q: %w; the page reads: %s", want, err, shorten(last))
		}
	}
	return nil
}

// Lacks returns an error when one of the texts can be read on the page now.
func (p *Page) Lacks(texts ...string) error {
	got, err := p.Text()
	if err != nil {
		return err
	}
	for _, bad := range texts {
		if strings.Contains(got, bad) {
			return fmt.Errorf("page shows %q: %s", bad, shorten(got))
		}
	}
	return nil
}

// Click presses the button, link, summary or label whose visible words are the given ones, or that holds them if no
// element has exactly these. It waits until there is one, and fails if something lies over it.
func (p *Page) Click(words string) error { return p.press(words, "") }

// ClickIn is Click within the first element of a CSS selector, for words that stand on the page more than once. Without
// words it presses the first thing there that can be pressed.
func (p *Page) ClickIn(selector, words string) error { return p.press(words, selector) }

// Follow presses like Click and waits until the page that this opens is loaded: for links and for forms that are
// posted without a script.
func (p *Page) Follow(words string) error {
	ctx, cancel := context.WithTimeout(p.ctx, waitLimit)
	defer cancel()
	loaded := make(chan struct{}, 1)
	if err := chromedp.Listen(ctx, func(ev any) {
		if _, ok := ev.(*page.EventLoadEventFired); ok {
			select {
			case loaded <- struct{}{}:
			default:
			}
		}
	}); err != nil {
		return fmt.Errorf("follow %q: %w", words, err)
	}
	if err := p.press(words, ""); err != nil {
		return err
	}
	select {
	case <-loaded:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("follow %q: no page was loaded: %w", words, ctx.Err())
	}
}

// Fill replaces the content of the field with this label, placeholder or name, by real typing.
func (p *Page) Fill(label, value string) error { return p.FillIn("", label, value) }

// FillIn is Fill within the first element of a CSS selector, for labels that stand on the page more than once.
func (p *Page) FillIn(selector, label, value string) error {
	if err := p.aim("field", label, selector); err != nil {
		return fmt.Errorf("fill %q: %w", label, err)
	}
	if _, err := evaluate[bool](p, finder+".select()"); err != nil {
		return fmt.Errorf("fill %q: %w", label, err)
	}
	return chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: value})
		return err
	}))
}

// Pick chooses the option with these words in the select field with this label.
func (p *Page) Pick(label, option string) error {
	ok, err := evaluate[bool](p, finder+".pick("+quote(label)+","+quote(option)+")")
	if err != nil {
		return fmt.Errorf("pick %q in %q: %w", option, label, err)
	}
	if !ok {
		return fmt.Errorf("pick %q in %q: there is no such field or option", option, label)
	}
	return nil
}

// Attach puts one small file of text into the first file field that matches the CSS selector, as if it were chosen.
func (p *Page) Attach(selector, name, kind, content string) error {
	ok, err := evaluate[bool](p, finder+".attach("+quote(selector)+","+quote(name)+","+quote(kind)+","+quote(content)+")")
	if err != nil {
		return fmt.Errorf("attach %s: %w", name, err)
	}
	if !ok {
		return fmt.Errorf("attach %s: there is no field for files at %s", name, selector)
	}
	return nil
}

// Press sends one key to the focused element, as in Press("Enter").
func (p *Page) Press(key string) error { return chromedp.Do(p.ctx, chromedp.KeyEvent(key)) }

// Overflow returns by how many pixels the page is wider than the window. A page that must be scrolled sideways cannot
// be read with one hand.
func (p *Page) Overflow() (int, error) { return evaluate[int](p, finder+".overflow()") }

// SmallTargets names the buttons and links that are smaller than the given number of CSS pixels in both directions
// (WCAG 2.2, 2.5.8: 24).
func (p *Page) SmallTargets(pixels int) ([]string, error) {
	return evaluate[[]string](p, fmt.Sprintf("%s.small(%d)", finder, pixels))
}

// Value returns what stands in the first field that matches a CSS selector.
func (p *Page) Value(selector string) (string, error) {
	return evaluate[string](p, "(document.querySelector("+quote(selector)+") || {}).value || \"\"")
}

// Count returns how many elements match a CSS selector.
func (p *Page) Count(selector string) (int, error) {
	return evaluate[int](p, "document.querySelectorAll("+quote(selector)+").length")
}

// Shot takes two pictures into the folder that IRBOT_SHOTS names: NAME-VIEW.png of the whole page, and
// NAME-VIEW-window.png of what is in the window without scrolling. Without that variable it does nothing.
func (p *Page) Shot(name string) error {
	dir := os.Getenv("IRBOT_SHOTS")
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("take picture %s: %w", name, err)
	}
	if _, err := evaluate[chromedp.Void](p, "window.scrollTo(0, 0)"); err != nil {
		return fmt.Errorf("take picture %s: %w", name, err)
	}
	if err := p.settle(); err != nil {
		return fmt.Errorf("take picture %s: %w", name, err)
	}
	for _, kind := range []struct {
		suffix string
		take   chromedp.Action[[]byte]
	}{{"-window", chromedp.CaptureScreenshot()}, {"", chromedp.FullScreenshot(100)}} {
		png, err := chromedp.Run(p.ctx, kind.take)
		if err != nil {
			return fmt.Errorf("take picture %s: %w", name, err)
		}
		file := filepath.Join(dir, name+"-"+p.view.String()+kind.suffix+".png")
		if err := os.WriteFile(file, png, 0o644); err != nil {
			return fmt.Errorf("take picture %s: %w", name, err)
		}
	}
	return nil
}

// settle waits, two seconds at most, until the page says that its line to the server stands, as a reader sees it.
func (p *Page) settle() error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 20 {
		open, err := evaluate[bool](p, "document.querySelector('#conn a') !== null")
		if err != nil || !open {
			return err
		}
		<-tick.C
	}
	return nil // a page without scripts never says so
}

// Faults returns the script errors and refused loads (content security policy, missing files) since the last call.
func (p *Page) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.faults
	p.faults = nil
	return f
}

// hear runs inside the driver's read loop and must not call the browser.
func (p *Page) hear(ev any) {
	var fault string
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		fault = ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			fault += " " + x.Description
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError {
			fault = ev.Entry.Text + " " + ev.Entry.URL
		}
	}
	if fault == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, fault)
}

// press waits for the element, scrolls to it and clicks its middle.
func (p *Page) press(words, within string) error {
	if err := p.aim("press", words, within); err != nil {
		return fmt.Errorf("click %q: %w", words, err)
	}
	return nil
}

// spot is what the finder answers: a point to click, or why there is none.
type spot struct {
	X, Y  float64
	Error string
}

func (p *Page) aim(kind, words, within string) error {
	var at spot
	err := p.until(func() (bool, error) {
		call := fmt.Sprintf("%s.aim(%s,%s,%s)", finder, quote(kind), quote(words), quote(within))
		got, err := evaluate[spot](p, call)
		at = got
		return err == nil && got.Error == "", err
	})
	if err != nil {
		if at.Error != "" {
			return errors.New(at.Error)
		}
		return err
	}
	return chromedp.Do(p.ctx, chromedp.MouseClickXY(at.X, at.Y))
}

// until asks again and again, because a page may be between two loads; only the time limit ends it.
func (p *Page) until(ready func() (bool, error)) error {
	limit := time.NewTimer(p.limit)
	defer limit.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := ready()
		if ok {
			return nil
		}
		select {
		case <-limit.C:
			if err != nil {
				return err
			}
			return errors.New("did not appear")
		case <-p.ctx.Done():
			return p.ctx.Err()
		case <-tick.C:
		}
	}
}

func evaluate[T any](p *Page, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, waitLimit)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

// quote writes a string as a JavaScript literal.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 600 {
		return string(r[:600]) + "…"
	}
	return s
}
