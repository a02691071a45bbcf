package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/sqlite"
)

// searchMost is how many hits are shown.
const searchMost = 50

func (c *cli) searchCommand() *cobra.Command {
	var id string
	var most int
	cmd := &cobra.Command{
		Use: "search WORDS", Short: c.say("記録の文面を探す（全角・半角、カタカナ・ひらがなを区別しません）", "search the texts of the record"), Args: c.args(1, -1),
		Example: "  irbot search トラック 停止\n  irbot search 県警 --incident IR-12",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(strings.Fields(sqlite.Fold(strings.Join(args, " ")))) == 0 {
				return &problem{exit: exitUsage, code: "usage", what: c.say("探す言葉がありません", "there is no word to look for"), why: c.say("空白だけです", "only blanks were given"), fix: "irbot search " + c.say("トラック", "truck")}
			}
			if id != "" {
				var err error
				if id, err = c.onlyOrSite(cmd.Context(), []string{id}); err != nil {
					return err
				}
			}
			return c.search(cmd.Context(), strings.Join(args, " "), id, most)
		},
	}
	cmd.Flags().StringVar(&id, "incident", "", c.say("この案件だけ", "in this incident only"))
	cmd.Flags().IntVar(&most, "limit", searchMost, c.say("表示する件数", "how many are shown"))
	return cmd
}

// hit is a find as --json tells it.
type hit struct {
	Incident string    `json:"incident"`
	Seq      int64     `json:"seq"`
	Kind     string    `json:"kind"`
	At       time.Time `json:"at"`
	Field    string    `json:"field"`
	Before   string    `json:"before"`
	Match    string    `json:"match"`
	After    string    `json:"after"`
	URL      string    `json:"url"`
}

func hitOf(h sqlite.Hit, base string) hit {
	return hit{
		Incident: h.Incident, Seq: h.Seq, Kind: string(h.Kind), At: h.At, Field: h.Field, Before: chat.OneLine(h.Before), Match: chat.OneLine(h.Match), After: chat.OneLine(h.After),
		URL: fmt.Sprintf("%s/i/%s/chrono?kind=audit#e%d", base, h.Incident, h.Seq),
	}
}

func (c *cli) search(ctx context.Context, question, id string, most int) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	got, err := v.Search(ctx, question, id, max(most, 1))
	if err != nil {
		return err
	}
	rows := []hit{}
	for _, h := range got.Hits {
		rows = append(rows, hitOf(h, cfg.URL()))
	}
	return c.answer("search", map[string]any{"question": question, "hits": rows, "more": got.More}, func() {
		for _, h := range rows {
			c.printf("%s #%d  %s  %s[%s]%s\n", h.Incident, h.Seq, chat.Stamp(h.At, cfg.Site.Zone, c.lang), h.Before, h.Match, h.After)
		}
		switch {
		case len(rows) == 0:
			c.printf("%s\n", c.say("見つかりません", "nothing found"))
		case got.More:
			c.printf("%s\n", c.say("ほかにもあります。言葉を足すか --limit を増やしてください", "there is more: add a word or raise --limit"))
		}
	})
}
