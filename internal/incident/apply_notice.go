package incident

import (
	"strings"

	"irbot/internal/timeline"
)

func applyNotice(s *Incident, e *timeline.Entry) {
	f := decode[noticeFacts](e)
	n := s.Notice(f.Notice)
	if n == nil {
		n = &Notice{ID: f.Notice, Dest: f.Dest, No: f.No, Template: f.Template, Form: f.Form, Report: f.Report, Recalls: f.Recalls}
		s.Notices = append(s.Notices, n)
	}
	if f.Numbered {
		n.No = f.No
		if f.Report != "" {
			n.Report = f.Report
		}
	}
	switch e.Kind {
	case KindNoticeDrafted, KindNoticeEdited:
		n.Seq, n.Author, n.Digest, n.Means, n.TLP = e.Seq, e.Actor, f.Digest, f.Means, f.TLP
		n.Due = f.Due.time()
		if f.Head != n.Head {
			n.Made = e.RecordedAt
		}
		n.Forms, n.Head, n.Rendered = f.Forms, f.Head, f.Rendered
		n.Promise = f.Promise.time()
		n.Held, n.Over, n.Attach = f.Held, f.Over, f.Attach
		n.Authors = appendOnce(n.Authors, e.Actor)
		// An edit voids whatever was asked or approved before.
		n.State, n.First, n.Approver, n.AskedBy = NoticeDraft, "", "", ""
	case KindNoticeSubmitted:
		n.State, n.AskedBy = NoticeSubmitted, e.Actor
		s.postAll(e, "notice/"+n.ID)
	case KindNoticeEndorsed:
		n.First = e.Actor
		s.postAll(e, "notice/"+n.ID)
	case KindNoticeApproved:
		applyApproved(s, n, f, e)
	case KindNoticeReturned:
		n.State, n.First = NoticeReturned, ""
	case KindNoticeWithdrawn:
		n.State = NoticeWithdrawn
	case KindNoticePhoned:
		n.Phoned = append(n.Phoned, e.Seq)
		n.DoneSeq, n.Done = e.Seq, e.HappenedAt
		if n.State != NoticeSent {
			n.State = NoticeSent
		}
	case KindNoticeReceipt:
		n.Receipts = append(n.Receipts, e.Seq)
	}
}

// applyApproved puts one message per written means into the outbox; phone and
// fax are carried out by a person, who records it.
func applyApproved(s *Incident, n *Notice, f noticeFacts, e *timeline.Entry) {
	n.State, n.Approver, n.Approved, n.ApproveSeq, n.Sole = NoticeApproved, e.Actor, e.RecordedAt, e.Seq, f.Sole
	if old := s.Notice(n.Recalls); old != nil {
		old.RecalledBy = n.ID
	}
	for _, means := range n.Means {
		if means == "phone" || means == "fax" {
			continue
		}
		m := &Message{ID: s.messageID(e, n.Dest+"-"+strings.ToLower(means)), Kind: "notice", Notice: n.ID, Dest: n.Dest, Means: []string{means}}
		n.Messages = append(n.Messages, m.ID)
		s.queue(e, m)
	}
}

// noticeOutcome keeps the notice in step with its messages: sent when one was
// accepted, failed or unconfirmed when that is how the last one ended.
func (s *Incident) noticeOutcome(m *Message, e *timeline.Entry) {
	n := s.Notice(m.Notice)
	if m.Kind != "notice" || n == nil || len(n.Phoned) > 0 {
		return
	}
	switch m.State {
	case Accepted, Delivered, Read:
		n.State, n.DoneSeq, n.Done = NoticeSent, e.Seq, e.HappenedAt
		s.postAll(e, "notice/"+n.ID+"/sent")
	case Unconfirmed:
		n.State = NoticeUnconfirmed
		s.postAll(e, "notice/"+n.ID+"/unconfirmed")
	case Failed:
		n.State = NoticeFailed
		s.postAll(e, "notice/"+n.ID+"/failed")
	case Queued, Sending, Cancelled:
		n.State = NoticeApproved
	}
}

func appendOnce(list []string, v string) []string {
	for _, x := range list {
		if x == v {
			return list
		}
	}
	return append(list, v)
}
