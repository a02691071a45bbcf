package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// ErrNoBrowser says that no chromium is installed on this machine.
var ErrNoBrowser = errors.New("chromium is missing: apt-get install chromium fonts-noto-cjk")

// startLimit is a safety net: a browser on a busy machine starts within seconds.
const startLimit = 90 * time.Second

// Browser is one running chromium with a profile of its own, which is removed when the browser closes.
type Browser struct {
	ctx   context.Context // the driver keeps the browser's connection in its context
	close func()
}

// FindChromium returns the path of the installed browser. It returns ErrNoBrowser when there is none.
func FindChromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBrowser
}

// StartBrowser starts chromium without a window and without any traffic of its own. The profile folder is new for
// every browser, so that no sign-in of an earlier test is left.
func StartBrowser(profile string) (*Browser, error) {
	path, err := FindChromium()
	if err != nil {
		return nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-first-run", true),
		chromedp.Flag("lang", "ja"),
		chromedp.Flag("accept-lang", "ja"),
		chromedp.Flag("hide-scrollbars", true),
		// Nothing but the console under test is to be reached, whatever a page asks for.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
		chromedp.WSURLReadTimeout(startLimit),
	)
	if os.Geteuid() == 0 {
		// The sandbox refuses to run as root; only pages of the program under test are opened.
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		stop()
		return nil, fmt.Errorf("start chromium %s: %w", path, err)
	}
	return &Browser{ctx: ctx, close: func() {
		end, done := context.WithTimeout(ctx, 10*time.Second)
		defer done()
		// A browser that does not close in time is killed by the two calls below.
		_ = chromedp.Cancel(end)
		cancel()
		stop()
	}}, nil
}

// Close ends the browser and every page of it.
func (b *Browser) Close() { b.close() }

// NewPage opens an empty tab that looks at the console in the given way.
func (b *Browser) NewPage(v View) (*Page, error) {
	ctx, cancel := chromedp.NewContext(b.ctx)
	p := &Page{ctx: ctx, cancel: cancel, view: v, limit: waitLimit}
	if err := p.prepare(); err != nil {
		cancel()
		return nil, fmt.Errorf("open page %s: %w", v, err)
	}
	return p, nil
}

func (p *Page) prepare() error {
	scheme := "light"
	if p.view.Dark {
		scheme = "dark"
	}
	if err := chromedp.Do(p.ctx,
		chromedp.EmulateViewport(p.view.Width, p.view.Height),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: scheme},
					{Name: "prefers-reduced-motion", Value: "reduce"},
				},
			})
			return err
		}),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled,
				emulation.SetScriptExecutionDisabledParams{Value: p.view.NoScript})
			return err
		}),
	); err != nil {
		return err
	}
	return chromedp.Listen(p.ctx, p.hear)
}
