package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// kindKeyLost says in the SITE log that the signing key was not there and a new
// one was made; nothing of the old one vouches for it.
const kindKeyLost timeline.Kind = "key.replaced"

// nextKeyName is the new key while it is being announced.
const nextKeyName = "site.key.new"

// factsOf reads facts into a struct; what does not fit stays zero.
func factsOf[T any](e *timeline.Entry) T {
	var f T
	_ = json.Unmarshal(e.Facts, &f)
	return f
}

type keyRotated struct {
	Old   string   `json:"old"`
	New   string   `json:"new"`
	Under []string `json:"under"` // logs in which the new key stands under a checkpoint of the old one
}

// rotateKey replaces the signing key. The new one is announced in the standing
// log and in every open incident, under a checkpoint of the old one, before it
// signs anything; a rotation that was cut short goes on with the same key.
func (n *node) rotateKey(ctx context.Context, _ struct{}) (keyRotated, error) {
	n.rotating.Lock()
	defer n.rotating.Unlock()
	old := n.signer.Load()
	next, err := n.nextKey()
	if err != nil {
		return keyRotated{}, err
	}
	out := keyRotated{Old: fingerprint(old.Public()), New: fingerprint(next.Public())}
	act := incident.Act{Person: operator(n.cfg), Surface: "cli", Request: "key/" + out.New}
	if err := n.svc.SiteEntry(ctx, act, incident.KindKeyAnnounced, map[string]any{"public": next.Public()}, nil); err != nil {
		return out, err
	}
	for _, id := range n.live(ctx) {
		act := incident.Act{Person: timeline.System, Surface: "machine", Request: "key/" + out.New + "/" + id}
		if _, err := n.svc.Do(ctx, act, id, incident.AnnounceKey{Public: next.Public()}); err != nil {
			return out, err
		}
		out.Under = append(out.Under, id)
	}
	out.Under = append(out.Under, timeline.SiteLog)
	if _, err := n.notary.All(ctx); err != nil { // still the old key
		return out, err
	}
	if err := n.install(next); err != nil {
		return out, err
	}
	n.signer.Store(next)
	_, err = n.notary.All(ctx)
	return out, err
}

// nextKey makes the new key, or takes up the one of a rotation that was cut.
func (n *node) nextKey() (*timeline.Signer, error) {
	path := filepath.Join(n.dir, nextKeyName)
	data, err := os.ReadFile(path) //nolint:gosec // inside the data folder
	if errors.Is(err, os.ErrNotExist) {
		secret, _, err := timeline.GenerateKey(rand.Reader, n.svc.Site().ID)
		if err != nil {
			return nil, err
		}
		if err := writeNew(path, []byte(secret+"\n"), 0o600); err != nil {
			return nil, err
		}
		return timeline.ParseSigner(secret)
	}
	if err != nil {
		return nil, fmt.Errorf("read new signing key: %w", err)
	}
	return timeline.ParseSigner(string(data))
}

// install puts the public key into the list first: what the new key signs must
// never be unknown.
func (n *node) install(next *timeline.Signer) error {
	list := filepath.Join(n.dir, publicName)
	old, err := os.ReadFile(list) //nolint:gosec // inside the data folder
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read verifier keys: %w", err)
	}
	if !strings.Contains(string(old), next.Public()) {
		if err := replace(list, append([]byte(next.Public()+"\n"), old...)); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(n.dir, nextKeyName), filepath.Join(n.dir, keyName)); err != nil {
		return fmt.Errorf("install new signing key: %w", err)
	}
	if d, err := os.Open(n.dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// fingerprint is the short form of a public key.
func fingerprint(public string) string {
	parts := strings.SplitN(public, "+", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

// lostKey records that a key had to be made although there was one before.
func (n *node) lostKey(ctx context.Context) error {
	keys, err := publicKeys(n.dir, n.signer.Load())
	if err != nil || len(keys.Public()) < 2 {
		return err
	}
	for _, kind := range []timeline.Kind{incident.KindKeyAnnounced, kindKeyLost} {
		list, err := n.store.KindsOf(ctx, timeline.SiteLog, kind)
		if err != nil {
			return err
		}
		for i := range list {
			if factsOf[keyFacts](&list[i]).Public == keys.Public()[0] {
				return nil
			}
		}
	}
	act := incident.Act{Person: timeline.System, Surface: "machine", Request: "key-lost/" + keys.Fingerprint()}
	n.freshKey = strings.ToUpper(keys.Fingerprint())
	return n.svc.SiteEntry(ctx, act, kindKeyLost, map[string]any{"public": keys.Public()[0], "old": fingerprint(keys.Public()[1])}, nil)
}

// keyBanner says that this start had to make a new key, "" otherwise.
func (n *node) keyBanner(say func(ja, en string) string) string {
	if n.freshKey == "" {
		return ""
	}
	return say("署名の鍵 site.key がなかったので、新しい鍵を作りました。写しがあれば irbot を止めて "+n.dir+" に戻してください。なければ新しい指紋 "+n.freshKey+" を関係先へ電話で伝えてください",
		"The signing key site.key was missing: a new one was made. If you have a copy, stop irbot and put it back into "+n.dir+"; if not, tell the new fingerprint "+n.freshKey+" by phone")
}

type keyFacts struct {
	Public string `json:"public"`
}

// keyName is the file in the data folder that holds the signing key.
const keyName = "site.key"

// publicName is the file of verifier keys, newest first, to be given away.
const publicName = "verifier.key"

// loadSigner reads the signing key, or makes one at the first start. The key
// is for its owner only.
func loadSigner(dir, site string) (*timeline.Signer, error) {
	path := filepath.Join(dir, keyName)
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return makeSigner(dir, path, site)
	}
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	if st, err := os.Stat(path); err == nil && st.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("signing key %s can be read by others: chmod 600 %s", path, path)
	}
	return timeline.ParseSigner(string(data))
}

// makeSigner makes a key. Keys of the same record that were there before, as
// after a restore without the secret one, stay in the list behind it.
func makeSigner(dir, path, site string) (*timeline.Signer, error) {
	secret, public, err := timeline.GenerateKey(rand.Reader, site)
	if err != nil {
		return nil, err
	}
	if err := writeNew(path, []byte(secret+"\n"), 0o600); err != nil {
		return nil, err
	}
	list := filepath.Join(dir, publicName)
	old, err := os.ReadFile(list) //nolint:gosec // inside the data folder
	switch {
	case errors.Is(err, os.ErrNotExist):
		err = writeNew(list, []byte(public+"\n"), 0o644)
	case err == nil:
		err = replace(list, append([]byte(public+"\n"), old...))
	}
	if err != nil {
		return nil, err
	}
	return timeline.ParseSigner(secret)
}

// publicKeys are the keys that may have signed this record, newest first.
func publicKeys(dir string, signer *timeline.Signer) (*timeline.Keys, error) {
	var rest []string
	data, err := os.ReadFile(filepath.Join(dir, publicName)) //nolint:gosec // inside the data folder
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read verifier keys: %w", err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line != strings.TrimSpace(signer.Public()) {
			rest = append(rest, line)
		}
	}
	return timeline.ParseKeys(append([]string{signer.Public()}, rest...)...)
}

// folderKeys are the public keys of a data folder.
func folderKeys(dir string) (*timeline.Keys, error) {
	b, err := os.ReadFile(dir + string(os.PathSeparator) + publicName) //nolint:gosec // inside the data folder
	if err != nil {
		return nil, fmt.Errorf("read verifier keys: %w", err)
	}
	return timeline.ParseKeys(string(b))
}
