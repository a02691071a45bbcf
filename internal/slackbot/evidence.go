package slackbot

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// fetchWithin is how long the files of a form may take before the form says
// that nothing is recorded yet.
const fetchWithin = 1800 * time.Millisecond

var (
	errBig   = errors.New("file is larger than what is kept")
	errThere = errors.New("file does not lie with Slack")
)

// limited stops a download at the size that is kept.
type limited struct {
	bytes.Buffer
}

// Write fails once the file is larger than what is kept.
func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > incident.MaxFile {
		return 0, errBig
	}
	return l.Buffer.Write(p)
}

// fetch downloads a file, with the bot's token, and from Slack only.
func (b *Bot) fetch(ctx context.Context, f slack.File) ([]byte, slack.File, error) {
	if f.URLPrivateDownload == "" && f.URLPrivate == "" {
		err := b.patient(ctx, "files.info", func(ctx context.Context) error {
			info, _, _, err := b.api.GetFileInfoContext(ctx, f.ID, 0, 0)
			if err == nil {
				f = *info
			}
			return err
		})
		if err != nil {
			return nil, f, err
		}
	}
	if f.Size > incident.MaxFile {
		return nil, f, errBig
	}
	address := cmp.Or(f.URLPrivateDownload, f.URLPrivate)
	u, err := url.Parse(address)
	ours := err == nil && b.o.APIURL != "" && strings.HasPrefix(b.o.APIURL, u.Scheme+"://"+u.Host)
	if err != nil || !ours && (u.Scheme != "https" || !strings.HasSuffix(u.Hostname(), ".slack.com")) {
		return nil, f, errThere
	}
	var data limited
	if err := b.api.GetFileContext(ctx, address, &data); err != nil {
		return nil, f, fmt.Errorf("download file: %w", err)
	}
	return data.Bytes(), f, nil
}

// attach keeps one file as evidence. A file that cannot be had is said so, not
// left out silently.
func (d *deed) attach(ctx context.Context, f slack.File, cmd incident.AddEvidence) (incident.Result, bool, saying) {
	data, f, err := d.b.fetch(ctx, f)
	name := cmp.Or(f.Name, f.Title, f.ID)
	if err != nil {
		return incident.Result{}, false, d.nofile(f, err)
	}
	cmd.File, cmd.Type, cmd.Data = name, f.Mimetype, data
	if cmd.Source == "" {
		cmd.Source = "slack:file:" + f.ID
	}
	return d.do(ctx, cmd)
}

// nofile says why a file could not be had.
func (d *deed) nofile(f slack.File, err error) saying {
	d.b.log.Warn("fetch file", "file", f.ID, "err", err)
	if errors.Is(err, errBig) {
		return saying{text: d.b.o.Words.Refusal(d.who.lang, "evidence.large", map[string]string{"mb": fmt.Sprint(incident.MaxFile >> 20)})}
	}
	return saying{text: d.t("slk.nofile", "file", cmp.Or(f.Name, f.Title, f.ID))}
}

// evidence works on the evidence form: files of the person, or only a hash.
func (s *sent) evidence(ctx context.Context) answer {
	files, hash := s.in["file"].Files, s.in.text("hash")
	cmd := incident.AddEvidence{Words: s.in.text("words"), Where: s.in.text("where"), Step: s.n.Ref}
	if len(files) == 0 {
		cmd.Hash, cmd.File = hash, cmp.Or(chat.Truncate(s.in.text("words"), 100), "hash")
		if hash == "" {
			s.bad["file"] = s.b.o.Words.Refusal(s.who.lang, "evidence.empty", nil)
			return s.errors()
		}
		res, ok, say := s.do(ctx, cmd)
		return s.close(ctx, res, ok, say)
	}
	return s.carry(ctx, "step.evid", func(ctx context.Context) (bool, saying) {
		all := true
		var words []string
		for _, f := range files {
			_, ok, say := s.attach(ctx, f, cmd)
			all = all && ok
			words = append(words, cmp.Or(f.Name, f.ID)+": "+say.text)
		}
		return all, saying{text: strings.Join(words, "\n")}
	})
}

// photoDone completes a step with the files of the form: all of it, or nothing.
func (s *sent) photoDone(ctx context.Context) answer {
	read, err := s.command(ctx)
	if err != nil {
		s.bad[s.first()] = s.trouble(err).text
	}
	cmd, ok := read.(incident.Done)
	if len(s.bad) > 0 || !ok {
		return s.errors()
	}
	act := s.who.act(s.key())
	act.At = s.at
	return s.carry(ctx, "step.done", func(ctx context.Context) (bool, saying) {
		for _, f := range s.in["file"].Files {
			data, f, err := s.b.fetch(ctx, f)
			if err != nil {
				return false, s.nofile(f, err)
			}
			cmd.Photos = append(cmd.Photos, incident.Photo{File: cmp.Or(f.Name, f.Title, f.ID), Data: data, Type: f.Mimetype})
		}
		_, ok, say := s.doAct(ctx, act, cmd)
		return ok, say
	})
}

// carry does what takes the files of a form: at once, or, where they take their
// time, behind a screen that says that nothing is recorded yet.
func (s *sent) carry(ctx context.Context, title string, work func(context.Context) (bool, saying)) answer {
	type end struct {
		ok  bool
		say saying
	}
	done := make(chan end, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		defer s.b.caught("evidence")
		var e end
		e.ok, e.say = work(ctx)
		done <- e
	}()
	select {
	case e := <-done:
		if !e.ok {
			s.bad[cmp.Or(s.inputOf(s.refusal), "file")] = e.say.text
			ans := s.errors()
			ans.failed = s.failed
			return ans
		}
		return answer{after: s.tellHere(e.say)}
	case <-time.After(fetchWithin):
	}
	screen := func(kind chat.BlockKind, text string) slack.ModalViewRequest {
		return modal(chat.Form{Title: s.t(title), Cancel: s.t("slk.shut"), Body: []chat.Block{{Kind: kind, Text: text}}}, note{Form: "show"})
	}
	waiting := screen(chat.Warn, s.t("slk.fetching"))
	return answer{payload: slack.NewUpdateViewSubmissionResponse(&waiting), after: func(ctx context.Context) error {
		select {
		case e := <-done:
			if err := s.b.updateView(ctx, s.view.ID, "", screen(chat.Para, e.say.text)); err != nil {
				return err
			}
			return s.tellHere(e.say)(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
}

// exported makes an export and sends it to the person's DM.
func (s *sent) exported(ctx context.Context) answer {
	say := s.export(ctx, s.in.text("format"))
	return answer{after: s.tellHere(say)}
}

// export starts an export; the file comes by DM when it is ready.
func (d *deed) export(ctx context.Context, format string) saying {
	if format == "print" {
		format = "html"
	}
	if !slices.Contains(chat.Formats(), format) {
		format = "zip"
	}
	if d.b.o.Export == nil {
		return d.elsewhere(d.t("slk.export.console"), d.b.o.Link("/i/"+d.id+"/export"))
	}
	who, id, act := d.who, d.id, d.who.act(d.key())
	d.b.after(ctx, "export", func(ctx context.Context) error {
		name, data, err := d.b.o.Export(ctx, act, id, format)
		if err == nil {
			err = d.b.upload(ctx, who.slack, upload{name: name, data: data, words: d.t("exp.done.plain", "count", d.count(ctx), "digest", incident.HashOf(data)[:12])})
		}
		if err != nil {
			d.b.log.Error("export", "incident", id, "err", err)
			return d.b.direct(ctx, who.slack, d.elsewhere(d.t("slk.export.failed"), d.b.o.Link("/i/"+id+"/export")))
		}
		return nil
	})
	return saying{text: d.t("slk.export.wait", "format", format)}
}

func (d *deed) count(ctx context.Context) int64 {
	v, err := d.view(ctx)
	if err != nil {
		return 0
	}
	return v.S.Seq
}

// upload is a file on its way to a person.
type upload struct {
	name  string
	data  []byte
	words string
}

// upload puts a file into somebody's DM, by the external upload of Slack.
func (b *Bot) upload(ctx context.Context, member string, u upload) error {
	ch, err := b.dm(ctx, member)
	if err != nil {
		return err
	}
	return b.patient(ctx, "files.getUploadURLExternal", func(ctx context.Context) error {
		_, err := b.api.UploadFileContext(ctx, slack.UploadFileParameters{
			Reader: bytes.NewReader(u.data), FileSize: len(u.data), Filename: u.name, Title: u.name,
			InitialComment: fit(u.words, maxText, plainEsc), Channel: ch,
		})
		return err
	})
}

// dm is the id of the conversation with a member.
func (b *Bot) dm(ctx context.Context, member string) (string, error) {
	var id string
	err := b.patient(ctx, "conversations.open", func(ctx context.Context) error {
		c, _, _, err := b.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{member}, ReturnIM: true})
		if err == nil {
			id = c.ID
		}
		return err
	})
	return id, err
}
