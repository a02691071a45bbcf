package web

import (
	"net/http"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// evidenceData is the register of evidence.
type evidenceData struct {
	Rows []evidenceRow
	TLPs []string
}

// evidenceRow is an item of the register with who held it, in order.
type evidenceRow struct {
	chat.CustodyItem
	Kept  bool // the file is here, not only its hash
	StepN int
	Wait  *incident.Transfer // waits for its receiver
	Mine  bool               // the reader is the one to accept
	Whom  string
}

func (s *Server) evidencePage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := evidenceData{TLPs: incident.TLPs()}
	for _, x := range chat.Custody(d.draw, d.v) {
		row := evidenceRow{CustodyItem: x, Kept: x.Evidence.Kept}
		if st := d.v.S.Step(x.Step); st != nil {
			row.StepN = st.N
		}
		for _, t := range d.v.S.Custody {
			if t.Item == x.ID && t.State == incident.CustodyOffered {
				row.Wait, row.Mine, row.Whom = t, t.To == d.me, chat.OneLine(d.v.Text(t.Seq)["name"])
			}
		}
		data.Rows = append(data.Rows, row)
	}
	s.show(w, r, view{name: "evidence", title: "step.evid", active: "room", tab: "evidence", in: d.v, data: data})
}

// custodyAct hands a piece of evidence over, accepts it, or says that it did
// not happen.
func (s *Server) custodyAct(w http.ResponseWriter, r *http.Request) {
	f := r.PostFormValue
	var cmd incident.Command
	switch r.PathValue("act") {
	case "offer":
		cmd = incident.OfferCustody{Item: f("item"), To: f("to"), Outside: f("outside"), Why: f("reason"), Where: f("where")}
	case "accept":
		cmd = incident.AcceptCustody{Transfer: f("transfer"), Check: f("check"), Receipt: f("receipt")}
	case "refuse":
		cmd = incident.RefuseCustody{Transfer: f("transfer"), Reason: f("reason")}
	default:
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	s.act(w, r, r.PathValue("id"), cmd)
}

func (s *Server) custodyCSV(w http.ResponseWriter, r *http.Request) {
	if d, ok := s.desk(w, r); ok {
		s.give(w, d.v, "evidence.csv", "text/csv; charset=utf-8", chat.CustodyCSV(d.draw, d.v))
	}
}

func (s *Server) custodyMarkdown(w http.ResponseWriter, r *http.Request) {
	if d, ok := s.desk(w, r); ok {
		s.give(w, d.v, "evidence.md", "text/markdown; charset=utf-8", []byte(chat.CustodyMarkdown(d.draw, d.v)))
	}
}
