package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
)

// Colours only repeat what the words say.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
)

// paint colours a word on a terminal that wants colours (NO_COLOR, TERM=dumb and
// --color decide).
func (c *cli) paint(colour, word string) string {
	if colour == "" || !c.coloured() {
		return word
	}
	return "\x1b[" + colour + "m" + word + "\x1b[0m"
}

func (c *cli) coloured() bool {
	switch c.color {
	case "always":
		return true
	case "never":
		return false
	}
	f, ok := c.out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && c.env("NO_COLOR") == "" && c.env("TERM") != "dumb" //nolint:gosec // a file descriptor is small
}

// pad is n blanks, at least none.
func pad(n int) string { return strings.Repeat(" ", max(n, 0)) }

// progress shows how far long work is: a bar on a terminal after a second, else
// a line for every tenth.
type progress struct {
	c     *cli
	what  string
	start time.Time
	tenth int64
	bar   bool
	shown bool
}

func (c *cli) progress(what string) *progress {
	f, ok := c.err.(*os.File)
	return &progress{c: c, what: what, start: time.Now(), bar: ok && term.IsTerminal(int(f.Fd()))} //nolint:gosec // small
}

// at tells how far it is.
func (p *progress) at(done, total int64) {
	if total <= 0 || time.Since(p.start) < time.Second {
		return
	}
	tenth := min(done*10/total, 10)
	if !p.bar {
		if tenth > p.tenth {
			p.tenth = tenth
			p.c.note("%s %d%%\n", p.what, tenth*10)
		}
		return
	}
	n := int(min(done*20/total, 20))
	p.shown = true
	p.c.note("\r%s   [%s%s]  %d/%d", p.what, strings.Repeat("#", n), strings.Repeat("-", 20-n), done, total)
}

// end closes the bar.
func (p *progress) end() {
	if p.shown {
		p.c.note("\n")
	}
}

// columns is the width of the terminal, 80 where there is none.
func (c *cli) columns() int {
	if v, err := strconv.Atoi(c.env("COLUMNS")); err == nil && v >= 40 {
		return v
	}
	if f, ok := c.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w >= 40 {
			return w
		}
	}
	return 80
}

// interactive reports whether a person sits at both ends.
func (c *cli) interactive() bool {
	i, ok1 := c.in.(*os.File)
	o, ok2 := c.out.(*os.File)
	return ok1 && ok2 && term.IsTerminal(int(i.Fd())) && term.IsTerminal(int(o.Fd()))
}
