package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	problems "irbot/internal/problem"
)

// act is what an act of the command line answers (an outside contract).
type act struct {
	Incident   string            `json:"incident"`
	Seq        int64             `json:"seq"`
	RecordedAt string            `json:"recorded_at"`
	Ref        string            `json:"ref,omitempty"`
	Outcome    string            `json:"outcome,omitempty"`
	Args       map[string]string `json:"args,omitempty"`
	Pending    int               `json:"pending"`
}

// actFlags are the flags every act has.
type actFlags struct {
	at      string
	as      string
	request string
}

func (f *actFlags) add(cmd *cobra.Command, c *cli) {
	cmd.Flags().StringVar(&f.at, "at", "", c.say("実際の時刻（0718、7時18分、15分前）", "when it happened (0718)"))
	cmd.Flags().StringVar(&f.as, "as", "", c.say("だれとして記録するか（連絡先一覧のID）", "whom to record it as (directory id)"))
	cmd.Flags().StringVar(&f.request, "request", "", c.say("同じ操作を二重に記録しないための鍵", "key that makes a repeated call act once"))
}

// send carries out an act through the running server and prints the answer.
func (c *cli) send(ctx context.Context, schema string, q localapi.Request, f actFlags, extra ...any) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if f.at != "" {
		if q.At, err = chat.ParseTime(f.at, time.Now(), cfg.Site.Zone); err != nil {
			return c.badTime(f.at, "--at 0718")
		}
	}
	q.Person, q.Request = f.as, f.request
	if q.Request == "" {
		q.Request = requestKey()
	} else {
		q.Request = "cli:" + q.Request
	}
	reply, err := localapi.Dial(cfg.Data).Do(ctx, q)
	if err != nil {
		return err
	}
	if reply.Error != nil {
		return c.refused(reply)
	}
	a := act{Incident: reply.Incident, Seq: reply.Seq, RecordedAt: reply.RecordedAt, Ref: reply.Ref, Outcome: reply.Outcome, Args: reply.Args, Pending: reply.Pending}
	if a.Args["first"] != "" { // somebody else closed the step before
		return &problem{exit: exitConflict, code: a.Outcome, what: c.words.Outcome(c.lang, a.Outcome, a.Args), fix: "irbot incident show " + a.Incident,
			why: c.say(fmt.Sprintf("入力したことは記録 #%d に残りました", a.Seq), fmt.Sprintf("what was typed is kept as #%d", a.Seq)), data: a}
	}
	if a.Pending > 0 {
		extra = append(extra, warning{Code: "delivery.pending", Message: c.say(fmt.Sprintf("記録しました。送れていないものが%d件あります。つながりしだい送ります", a.Pending), fmt.Sprintf("recorded; %d messages wait for their means to come back", a.Pending)), Ref: a.Incident})
	}
	err = c.answer(schema, a, func() {
		if a.Seq > 0 || a.Outcome == "" { // what was there already makes no entry
			c.printf("%s\n", c.say(fmt.Sprintf("記録 #%d  %s  %s", a.Seq, a.Incident, c.stamp(a.RecordedAt, cfg)), fmt.Sprintf("Recorded #%d  %s  %s", a.Seq, a.Incident, c.stamp(a.RecordedAt, cfg))))
		}
		if a.Outcome != "" {
			c.printf("%s\n", c.words.Outcome(c.lang, a.Outcome, a.Args))
		}
		for _, x := range extra {
			if w, ok := x.(warning); ok {
				c.note("%s\n", w.Message)
			}
		}
	}, extra...)
	if err == nil && a.Pending > 0 {
		return found(exitPending)
	}
	return err
}

func (c *cli) stamp(recorded string, cfg *config.Config) string {
	t, err := time.Parse(localapi.TimeFormat, recorded)
	if err != nil {
		return recorded
	}
	return chat.Stamp(t, cfg.Site.Zone, c.lang)
}

func requestKey() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	return "cli:" + hex.EncodeToString(b)
}

// refused words what the server refused or could not do.
func (c *cli) refused(r localapi.Reply) error {
	switch r.Error.Kind {
	case "not_found":
		return fmt.Errorf("%w: %s", incident.ErrNotFound, r.Error.Detail)
	case "not_recorded":
		return &problem{exit: exitFailed, code: "not_recorded", what: c.words.T(c.lang, "not_recorded"), why: r.Error.Detail, fix: "irbot doctor"}
	case "refused":
		return c.refusal(r.Error.Code, r.Error.Args)
	case "problems":
		return &problems.Errors{List: r.Error.Problems}
	}
	return errors.New(r.Error.Detail)
}

func arguments(v any) json.RawMessage {
	b, _ := json.Marshal(v)
	return b
}
