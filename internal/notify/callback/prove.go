package callback

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the form of Twilio's signature; HMAC does not need a hash free of collisions
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"irbot/internal/auth"
)

// proved checks the signature that the gateway's carrier promised.
func (h *Handler) proved(g Gateway, r *http.Request, body []byte) bool {
	switch g.Auth {
	case Token:
		return true
	case Twilio:
		return h.twilio(g, r, body)
	case Signed:
		stamp := r.Header.Get(auth.TimestampHeader)
		return auth.Fresh(stamp, h.o.Wall()) && auth.Signed(string(g.Secret), stamp, r.Header.Get(auth.SignatureHeader), body)
	}
	return false
}

// twilio checks X-Twilio-Signature: HMAC-SHA1, in base64, of the whole address
// followed by the form's fields in the order of their names, name and value
// without anything between them
// (https://www.twilio.com/docs/usage/security#validating-requests).
func (h *Handler) twilio(g Gateway, r *http.Request, body []byte) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != typeForm {
		return false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return false
	}
	given, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Twilio-Signature"))
	return err == nil && hmac.Equal(given, twilioSum(string(g.Secret), h.o.Base+r.URL.RequestURI(), form))
}

func twilioSum(secret, address string, form url.Values) []byte {
	m := hmac.New(sha1.New, []byte(secret))
	m.Write([]byte(address))
	names := make([]string, 0, len(form))
	for k := range form {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		values := slices.Clone(form[k])
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			m.Write([]byte(k + v))
		}
	}
	return m.Sum(nil)
}
