// Package localapi is the socket by which the command line talks to the running
// server. It guarantees that only the owner of the data (or root) can use it,
// and that what it answers as recorded is committed.
package localapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"irbot/internal/incident"
)

// SocketName is the socket's file in the data folder.
const SocketName = "irbot.sock"

const maxRequest = 40 << 20 // an attachment of 25 MiB in base64, with room

// Request asks the server to do something as the local operator.
type Request struct {
	Incident string          `json:"incident,omitempty"`
	Command  string          `json:"command"`
	Args     json.RawMessage `json:"args,omitempty"`
	Request  string          `json:"request,omitempty"` // identity of the act; the same one is done once
	At       time.Time       `json:"at,omitzero"`       // when it happened, if stated
	Person   string          `json:"person,omitempty"`  // whom the operator acts as; "" = the operator
}

// Reply is what came of it.
type Reply struct {
	Incident   string            `json:"incident,omitempty"`
	Seq        int64             `json:"seq,omitempty"`
	RecordedAt string            `json:"recorded_at,omitempty"` // as in the envelope
	Ref        string            `json:"ref,omitempty"`
	Outcome    string            `json:"outcome,omitempty"`
	Args       map[string]string `json:"args,omitempty"`
	Duplicate  bool              `json:"duplicate,omitempty"`
	Pending    int               `json:"pending,omitempty"` // messages this act caused that are not out yet
	Error      *Error            `json:"error,omitempty"`
}

// Error is a refusal or a failure, by code of the wording catalogue.
type Error struct {
	Code     string            `json:"code"`
	Args     map[string]string `json:"args,omitempty"`
	Detail   string            `json:"detail,omitempty"`
	Recorded bool              `json:"recorded,omitempty"`
	Kind     string            `json:"kind"` // refused, not_found, not_recorded, bad_request, failed
}

// Server answers on the socket.
type Server struct {
	Service  *incident.Service
	Operator string // directory id the command line acts as
	Log      *slog.Logger
	Info     func() any // what GET /info says: version, console address, loops
}

// Listen makes the socket in the data folder, for its owner only. A socket left
// by a process that died is replaced; the data folder's lock makes sure that no
// living one is.
func Listen(ctx context.Context, dir string) (net.Listener, error) {
	path := Path(dir)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove old socket: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("protect socket: %w", err)
	}
	return &ownerOnly{Listener: l, dir: dir}, nil
}

// Path is where the socket is. Unix sockets have short names: a deep data
// folder gets one in the system's folder for temporary files.
func Path(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	path := filepath.Join(abs, SocketName)
	if len(path) < 100 {
		return path
	}
	return filepath.Join(os.TempDir(), "irbot-"+incident.HashOf([]byte(abs))[:16]+".sock")
}

// Handler is the HTTP side of the socket.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /do", s.do)
	mux.HandleFunc("GET /info", func(w http.ResponseWriter, _ *http.Request) {
		var info any = struct{}{}
		if s.Info != nil {
			info = s.Info()
		}
		answer(w, http.StatusOK, info)
	})
	return mux
}

func (s *Server) do(w http.ResponseWriter, r *http.Request) {
	var q Request
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		answer(w, http.StatusBadRequest, Reply{Error: &Error{Code: "request.bad", Detail: err.Error(), Kind: "bad_request"}})
		return
	}
	cmd, err := incident.ParseCommand(q.Command, q.Args)
	if err != nil {
		s.fail(w, incident.Result{}, err)
		return
	}
	act := incident.Act{Person: q.Person, Surface: "cli", Request: q.Request, At: q.At}
	if act.Person == "" {
		act.Person = s.Operator
	}
	var res incident.Result
	if q.Incident == "" {
		res, err = s.Service.Open(r.Context(), act, cmd)
	} else {
		res, err = s.Service.Do(r.Context(), act, q.Incident, cmd)
	}
	if err != nil {
		s.fail(w, res, err)
		return
	}
	answer(w, http.StatusOK, replyOf(res))
}

// TimeFormat is the form of times in the record (ARCHITECTURE 3).
const TimeFormat = "2006-01-02T15:04:05.000000Z"

func replyOf(res incident.Result) Reply {
	out := Reply{
		Incident: res.Incident, Seq: res.Seq, Ref: res.Outcome.Ref, Outcome: res.Outcome.Code,
		Args: res.Outcome.Args, Duplicate: res.Duplicate,
	}
	if !res.At.IsZero() {
		out.RecordedAt = res.At.UTC().Format(TimeFormat)
	}
	if res.State != nil {
		out.Pending = len(res.State.Outbox())
	}
	return out
}

func (s *Server) fail(w http.ResponseWriter, res incident.Result, err error) {
	e := &Error{Code: "failed", Detail: err.Error(), Kind: "failed"}
	status := http.StatusInternalServerError
	var r *incident.Refusal
	switch {
	case errors.As(err, &r):
		e = &Error{Code: r.Code, Args: r.Args, Recorded: r.Recorded, Kind: "refused"}
		status = http.StatusConflict
	case errors.Is(err, incident.ErrNotFound):
		e.Code, e.Kind, status = "not_found", "not_found", http.StatusNotFound
	case errors.Is(err, incident.ErrNotRecorded):
		e.Code, e.Kind, status = "not_recorded", "not_recorded", http.StatusServiceUnavailable
	}
	reply := replyOf(res)
	reply.Error = e
	answer(w, status, reply)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the other end is gone: nobody to tell
}
