package incident

import (
	"bytes"
	"time"
)

// MaxPhoto is the largest picture taken from somebody without an account, in bytes.
const MaxPhoto = 8 << 20

const (
	photoWithin = 10 * time.Minute // after the report it belongs to
	mostPhotos  = 3                // of one report
)

// FinderPhoto keeps the picture of somebody who reported without an account. It
// can be added for some minutes, while nobody has taken the report in hand; what
// is no picture is refused, and its name is not taken over.
type FinderPhoto struct {
	Data  []byte
	Words string
}

// Name of the command.
func (FinderPhoto) Name() string { return "finder.photo" }
func (FinderPhoto) class() Class { return MayReport }

func (x FinderPhoto) decide(c *call) (Change, error) {
	kind := picture(x.Data)
	switch {
	case len(x.Data) > MaxPhoto:
		return Change{}, refuse("evidence.large", "mb", "8")
	case kind == "":
		return Change{}, refuse("finder.picture")
	case c.s.Status != Reported || c.now.Sub(c.s.Times.Reported) > photoWithin || len(c.s.Evidence) >= mostPhotos:
		return Change{}, refuse("finder.late")
	}
	return AddEvidence{File: "finder." + kind, Data: x.Data, Type: "application/octet-stream", Words: x.Words}.decide(c)
}

// picture tells the kind of a picture by its first bytes; "" for anything else.
func picture(data []byte) string {
	head := func(at int, s string) bool { return len(data) >= at+len(s) && string(data[at:at+len(s)]) == s }
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xd8, 0xff}):
		return "jpg"
	case head(0, "\x89PNG\r\n\x1a\n"):
		return "png"
	case head(0, "RIFF") && head(8, "WEBP"):
		return "webp"
	case head(4, "ftyphei") || head(4, "ftypmif1") || head(4, "ftyphev"):
		return "heic"
	}
	return ""
}
