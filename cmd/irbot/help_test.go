package main

import (
	"os"
	"strings"
	"testing"
)

// The guide to the command line names every command there is.
func TestGuideNamesEveryCommand(t *testing.T) {
	guide, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := replayCLI(t, "ja", false)
	for _, x := range c.root().Commands() {
		if !x.Hidden && x.Name() != "help" && !strings.Contains(string(guide), "`"+x.Name()+"`") && !strings.Contains(string(guide), "`"+x.Name()+" ") {
			t.Errorf("docs/cli.md does not name irbot %s", x.Name())
		}
	}
}
