package e2e

import "fmt"

// View is one way of looking at the console: a window size in CSS pixels, a colour scheme, and whether scripts run.
type View struct {
	Width, Height int64
	Dark          bool
	NoScript      bool
}

// Phone is the smallest common phone, 375 by 667 pixels.
func Phone() View { return View{Width: 375, Height: 667} }

// Desk is a window on an office screen, 1280 by 900 pixels.
func Desk() View { return View{Width: 1280, Height: 900} }

// InDark returns the view with the dark colour scheme asked for.
func (v View) InDark() View { v.Dark = true; return v }

// WithoutScript returns the view with JavaScript switched off.
func (v View) WithoutScript() View { v.NoScript = true; return v }

// String names the view for sub-tests and file names, as in "375x667-dark-noscript".
func (v View) String() string {
	name := fmt.Sprintf("%dx%d", v.Width, v.Height)
	if v.Dark {
		name += "-dark"
	} else {
		name += "-light"
	}
	if v.NoScript {
		name += "-noscript"
	}
	return name
}

// Views returns every combination of size, colour scheme and script, in a fixed order.
func Views() []View {
	var all []View
	for _, v := range []View{Phone(), Desk()} {
		for _, w := range []View{v, v.InDark()} {
			all = append(all, w, w.WithoutScript())
		}
	}
	return all
}
