package export

import (
	"context"

	"irbot/internal/timeline"
)

// renderings are the forms people read that go into a pack.
func (s Source) renderings(context.Context, Options, Made) ([]timeline.PackFile, error) {
	return nil, nil
}
