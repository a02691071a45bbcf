package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"irbot/internal/auth"
)

// PutAccount makes or replaces an account.
func (s *Store) PutAccount(ctx context.Context, a auth.Account) error {
	return s.write(ctx, func(t *tx) error {
		return wrap("store account", t.exec(`INSERT INTO account (name, person, hash, created_us, disabled) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
			SET person = excluded.person, hash = excluded.hash, disabled = excluded.disabled`,
			a.Name, a.Person, a.Hash, micros(s.wall()), a.Disabled))
	})
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

const accountColumns = "SELECT name, person, hash, disabled FROM account "

func scanAccount(r *sql.Rows) (auth.Account, error) {
	var a auth.Account
	return a, r.Scan(&a.Name, &a.Person, &a.Hash, &a.Disabled)
}

// Account finds an account by its name; auth.ErrNone where there is none.
func (v *View) Account(ctx context.Context, name string) (auth.Account, error) {
	return one(query(ctx, v.db, scanAccount, accountColumns+"WHERE name = ?", name))
}

// ListAccounts gives all accounts by name.
func (v *View) ListAccounts(ctx context.Context) ([]auth.Account, error) {
	return query(ctx, v.db, scanAccount, accountColumns+"ORDER BY name")
}

// one takes the only row.
func one[T any](rows []T, err error) (T, error) {
	var zero T
	if err != nil {
		return zero, err
	}
	if len(rows) == 0 {
		return zero, auth.ErrNone
	}
	return rows[0], nil
}

// PutSession makes or replaces a session.
func (s *Store) PutSession(ctx context.Context, x auth.Session) error {
	return s.write(ctx, func(t *tx) error {
		return wrap("store session", t.exec(`INSERT INTO session (id_hash, account, person, created_us, seen_us, expires_us) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (id_hash) DO UPDATE SET account = excluded.account, person = excluded.person,
			created_us = excluded.created_us, seen_us = excluded.seen_us, expires_us = excluded.expires_us`,
			x.Digest, x.Account, x.Person, micros(x.Created), micros(x.Seen), micros(x.Expires)))
	})
}

// Session finds a session; auth.ErrNone where there is none. Whether it is expired
// is for the caller to say.
func (v *View) Session(ctx context.Context, digest []byte) (auth.Session, error) {
	return one(query(ctx, v.db, func(r *sql.Rows) (auth.Session, error) {
		var x auth.Session
		var created, seen, expires int64
		err := r.Scan(&x.Digest, &x.Account, &x.Person, &created, &seen, &expires)
		x.Created, x.Seen, x.Expires = fromMicros(created), fromMicros(seen), fromMicros(expires)
		return x, err
	}, "SELECT id_hash, account, person, created_us, seen_us, expires_us FROM session WHERE id_hash = ?", digest))
}

// DeleteSession ends a session; one that is not there is no error.
func (s *Store) DeleteSession(ctx context.Context, digest []byte) error {
	return s.write(ctx, func(t *tx) error {
		return wrap("end session", t.exec("DELETE FROM session WHERE id_hash = ?", digest))
	})
}

// DeleteSessionsOf ends every session of an account, e.g. when it is disabled
// or its password changes.
func (s *Store) DeleteSessionsOf(ctx context.Context, account string) error {
	return s.write(ctx, func(t *tx) error {
		return wrap("end sessions", t.exec("DELETE FROM session WHERE account = ?", account))
	})
}

// DropExpired removes sessions and login links that expired before now.
func (s *Store) DropExpired(ctx context.Context, now time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.exec("DELETE FROM session WHERE expires_us < ?", now.UnixMicro()); err != nil {
			return wrap("drop expired sessions", err)
		}
		return wrap("drop expired links", t.exec("DELETE FROM link WHERE expires_us < ?", now.UnixMicro()))
	})
}

// PutApprovalCode sets the hash of a person's approval code.
func (s *Store) PutApprovalCode(ctx context.Context, person, hash string) error {
	return s.write(ctx, func(t *tx) error {
		return wrap("store approval code", t.exec(`INSERT INTO approval_code (person, hash, created_us) VALUES (?, ?, ?)
			ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, created_us = excluded.created_us`, person, hash, micros(s.wall())))
	})
}

// ApprovalCode gives the hash of a person's approval code; auth.ErrNone where none
// is set.
func (v *View) ApprovalCode(ctx context.Context, person string) (string, error) {
	return one(query(ctx, v.db, func(r *sql.Rows) (string, error) {
		var hash string
		return hash, r.Scan(&hash)
	}, "SELECT hash FROM approval_code WHERE person = ?", person))
}

// PutLink keeps a new link; the same token a second time is an error.
func (s *Store) PutLink(ctx context.Context, l auth.Link) error {
	return s.write(ctx, func(t *tx) error {
		return wrap("store login link", t.exec("INSERT INTO link (token_hash, person, purpose, expires_us, used_us) VALUES (?, ?, ?, ?, ?)",
			l.Digest, l.Person, l.Purpose, micros(l.Expires), 0))
	})
}

// PutLinks keeps several new links in one commit.
func (s *Store) PutLinks(ctx context.Context, links []auth.Link) error {
	return s.write(ctx, func(t *tx) error {
		for _, l := range links {
			if err := t.exec("INSERT INTO link (token_hash, person, purpose, expires_us, used_us) VALUES (?, ?, ?, ?, ?)",
				l.Digest, l.Person, l.Purpose, micros(l.Expires), 0); err != nil {
				return wrap("store links", err)
			}
		}
		return nil
	})
}

// UseLink marks a link as used and gives it. One that is unknown, used or
// expired at now gives auth.ErrNone, so that a token works at most once.
func (s *Store) UseLink(ctx context.Context, digest []byte, now time.Time) (auth.Link, error) {
	l := auth.Link{Digest: digest}
	err := s.write(ctx, func(t *tx) error {
		var expires int64
		err := t.row(`UPDATE link SET used_us = ? WHERE token_hash = ? AND used_us = 0 AND expires_us >= ?
			RETURNING person, purpose, expires_us`, now.UnixMicro(), digest, now.UnixMicro()).Scan(&l.Person, &l.Purpose, &expires)
		l.Expires = fromMicros(expires)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("use link: %w", auth.ErrNone)
		}
		return wrap("use link", err)
	})
	if err != nil {
		return auth.Link{}, err
	}
	return l, nil
}

// Link gives an unused link without using it; auth.ErrNone where there is none.
func (v *View) Link(ctx context.Context, digest []byte) (auth.Link, error) {
	return one(query(ctx, v.db, func(r *sql.Rows) (auth.Link, error) {
		l := auth.Link{Digest: digest}
		var expires int64
		err := r.Scan(&l.Person, &l.Purpose, &expires)
		l.Expires = fromMicros(expires)
		return l, err
	}, "SELECT person, purpose, expires_us FROM link WHERE token_hash = ? AND used_us = 0", digest))
}
