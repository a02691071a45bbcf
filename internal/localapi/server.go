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
	"irbot/internal/problem"
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
	Pending    int               `json:"pending,omitempty"` // messages of the incident that cannot leave at present
	Error      *Error            `json:"error,omitempty"`
}

// Error is a refusal or a failure, by code of the wording catalogue.
type Error struct {
	Code     string            `json:"code"`
	Args     map[string]string `json:"args,omitempty"`
	Detail   string            `json:"detail,omitempty"`
	Recorded bool              `json:"recorded,omitempty"`
	Kind     string            `json:"kind"` // refused, not_found, not_recorded, bad_request, problems, failed
	Problems []problem.Problem `json:"problems,omitempty"`
}

// Server answers on the socket.
type Server struct {
	Service  *incident.Service
	Operator string // directory id the command line acts as
	Log      *slog.Logger
	Info     func() any // what GET /info says: version, console address, loops
	// Stuck counts the messages of an incident that cannot leave at present; nil
	// says that none are.
	Stuck func(incident string) int
	// Calls are further things the owner can ask for, by name.
	Calls map[string]Call
}

// Call carries out one named request of the owner. Its answer must marshal to
// JSON.
type Call func(ctx context.Context, args json.RawMessage) (any, error)

// Called is the answer to a named request.
type Called struct {
	Data  json.RawMessage `json:"data,omitempty"`
	Error *Error          `json:"error,omitempty"`
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
	mux.HandleFunc("POST /call/{name}", s.call)
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
	switch {
	case act.Person == "":
		act.Person = s.Operator
	case act.Person != s.Operator:
		// The request stands in the envelope: the record shows who entered it.
		act.Request = "cli/" + s.Operator + "/" + q.Request
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
	answer(w, http.StatusOK, s.reply(res))
}

func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	f, ok := s.Calls[r.PathValue("name")]
	if !ok {
		answer(w, http.StatusNotFound, Called{Error: &Error{Code: "call.unknown", Detail: r.PathValue("name"), Kind: "bad_request"}})
		return
	}
	var args json.RawMessage
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&args); err != nil {
		answer(w, http.StatusBadRequest, Called{Error: &Error{Code: "request.bad", Detail: err.Error(), Kind: "bad_request"}})
		return
	}
	out, err := f(r.Context(), args)
	if err != nil {
		e, status := errorOf(err)
		answer(w, status, Called{Error: e})
		return
	}
	data, err := json.Marshal(out)
	if err != nil {
		answer(w, http.StatusInternalServerError, Called{Error: &Error{Code: "failed", Detail: err.Error(), Kind: "failed"}})
		return
	}
	answer(w, http.StatusOK, Called{Data: data})
}

// TimeFormat is the form of times in the record (ARCHITECTURE 3).
const TimeFormat = "2006-01-02T15:04:05.000000Z"

func (s *Server) reply(res incident.Result) Reply {
	out := Reply{
		Incident: res.Incident, Seq: res.Seq, Ref: res.Outcome.Ref, Outcome: res.Outcome.Code,
		Args: res.Outcome.Args, Duplicate: res.Duplicate,
	}
	if !res.At.IsZero() {
		out.RecordedAt = res.At.UTC().Format(TimeFormat)
	}
	if s.Stuck != nil && res.Incident != "" {
		out.Pending = s.Stuck(res.Incident)
	}
	return out
}

func (s *Server) fail(w http.ResponseWriter, res incident.Result, err error) {
	reply := s.reply(res)
	var status int
	reply.Error, status = errorOf(err)
	answer(w, status, reply)
}

// errorOf tells what kind of failure an error is.
func errorOf(err error) (*Error, int) {
	var r *incident.Refusal
	var wrong *problem.Errors
	switch {
	case errors.As(err, &wrong):
		return &Error{Code: "config", Detail: err.Error(), Kind: "problems", Problems: wrong.List}, http.StatusUnprocessableEntity
	case errors.As(err, &r):
		return &Error{Code: r.Code, Args: r.Args, Recorded: r.Recorded, Kind: "refused"}, http.StatusConflict
	case errors.Is(err, incident.ErrNotFound):
		return &Error{Code: "not_found", Detail: err.Error(), Kind: "not_found"}, http.StatusNotFound
	case errors.Is(err, incident.ErrNotRecorded):
		return &Error{Code: "not_recorded", Detail: err.Error(), Kind: "not_recorded"}, http.StatusServiceUnavailable
	}
	return &Error{Code: "failed", Detail: err.Error(), Kind: "failed"}, http.StatusInternalServerError
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the other end is gone: nobody to tell
}
