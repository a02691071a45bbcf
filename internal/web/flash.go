package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"irbot/internal/chat"
)

// flash is what the next page says about the act before it.
type flash struct {
	Tone string `json:"t"` // done, late or blocked
	Text string `json:"x"`
}

const flashName = "said"

// putFlash keeps a message for the next page.
func (s *Server) putFlash(w http.ResponseWriter, f flash) {
	f.Text = chat.Truncate(f.Text, 400)
	data, err := json.Marshal(f)
	if err != nil {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashName, Value: base64.RawURLEncoding.EncodeToString(data), Path: "/", MaxAge: 120,
		HttpOnly: true, Secure: s.o.TLS, SameSite: http.SameSiteLaxMode,
	})
}

// takeFlash gives the message and forgets it.
func (s *Server) takeFlash(w http.ResponseWriter, r *http.Request) *flash {
	c, err := r.Cookie(flashName)
	if err != nil || r.Header.Get("X-Refresh") != "" {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: flashName, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.o.TLS, SameSite: http.SameSiteLaxMode})
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	var f flash
	if err != nil || json.Unmarshal(data, &f) != nil || f.Text == "" {
		return nil
	}
	switch f.Tone {
	case "done", "late", "blocked":
	default:
		f.Tone = "late"
	}
	return &f
}
