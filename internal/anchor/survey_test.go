package anchor_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/timeline"
)

// swallows is a place whose host takes the connection and never answers.
type swallows struct{ shelf }

func (*swallows) Notes(ctx context.Context) ([][]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A restore compares with every place: one that never answers is told as
// unreadable after a time, and the others are still read.
func TestSurveyWaitsForNoPlaceWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		heads := func(context.Context, string, int64) (head [timeline.HeadSize]byte, have int64, err error) {
			return head, 0, nil
		}
		seen, err := anchor.Survey(t.Context(), []anchor.Spot{{ID: "gone", Place: &swallows{}}, {ID: "usb", Place: &shelf{}}}, nil, heads)
		if err != nil || len(seen.Findings) != 1 || seen.Findings[0].Place != "gone" || seen.Findings[0].Kind != anchor.Unreadable {
			t.Errorf("%+v, %v; want one unreadable place", seen, err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("took %s of simulated time", took)
		}
	})
}
