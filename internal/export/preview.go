package export

import (
	"context"
	"errors"
	"fmt"

	"irbot/internal/timeline"
)

// Preview is the beginning of an export, as it would be taken out.
type Preview struct {
	Made   Made
	Header timeline.Header
	Rows   []timeline.Row
}

// Preview gives the first rows of an export without taking it out. Errors are
// those of Write.
func (s Source) Preview(ctx context.Context, format string, o Options, most int) (Preview, error) {
	x, err := s.begin(ctx, format, o)
	if err != nil {
		return Preview{}, err
	}
	if err := x.prepare(); err != nil {
		return Preview{}, err
	}
	p := Preview{Header: x.header()}
	for r, err := range x.rows() {
		if err != nil {
			return Preview{}, fmt.Errorf("preview: %w", err)
		}
		if len(p.Rows) == most {
			break
		}
		p.Rows = append(p.Rows, r)
	}
	p.Made = x.made
	return p, nil
}

// Known tells a person's mistake in the choices from a failure.
func Known(err error) bool {
	return errors.Is(err, ErrChoice) || errors.Is(err, ErrFormat) || errors.Is(err, ErrEmpty) || errors.Is(err, ErrAltered)
}
