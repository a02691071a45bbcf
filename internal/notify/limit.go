package notify

import "time"

// Limits says how many messages one person gets by one means before further ones
// are joined: after Most of them within Within, one leaves every Every, and it
// carries all that wait. Nothing is ever dropped, and nothing waits for longer
// than Every. Most 0 means no limit.
type Limits struct {
	Most   int
	Within time.Duration
	Every  time.Duration
}

// Limiter counts what left. Its zero value with Limits is ready; it is not safe
// for concurrent use. It forgets at a restart, which withholds nothing.
type Limiter struct {
	Limits
	left map[string][]time.Time
}

// Limited tells whether a means is one of those that ring or buzz for every
// message and cost by the piece. A chat surface is not: each of its cards has
// buttons of its own, and the surface itself asks to slow down.
func Limited(m Means) bool { return m == Mail || m == SMS || m == Voice }

// Take asks for one message to leave. join tells that the limit is reached: the
// message goes together with all others that wait. Where leaves is false it waits.
func (l *Limiter) Take(key string, now time.Time) (leaves, join bool) {
	if l.Most <= 0 {
		return true, false
	}
	if l.left == nil {
		l.left = map[string][]time.Time{}
	}
	recent := l.recent(key, now)
	if len(recent) >= l.Most {
		if now.Sub(recent[len(recent)-1]) < l.Every {
			return false, true
		}
		join = true
	}
	l.left[key] = append(recent, now)
	return true, join
}

// Free takes a place for one message that leaves by itself; false where the limit
// is reached.
func (l *Limiter) Free(key string, now time.Time) bool {
	if l.Most > 0 && len(l.recent(key, now)) >= l.Most {
		return false
	}
	leaves, _ := l.Take(key, now)
	return leaves
}

// recent drops what left long ago; a clock that was set back counts as now.
func (l *Limiter) recent(key string, now time.Time) []time.Time {
	var out []time.Time
	for _, at := range l.left[key] {
		if d := now.Sub(at); d >= 0 && d < max(l.Within, l.Every) {
			out = append(out, at)
		}
	}
	if len(out) == 0 {
		delete(l.left, key)
	}
	return out
}
