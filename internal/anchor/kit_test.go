package anchor_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"irbot/internal/timeline"
)

// keyring is a signer with its public key.
type keyring struct {
	signer *timeline.Signer
	keys   *timeline.Keys
}

func newKeyring(t testing.TB, seed string) keyring {
	t.Helper()
	secret, public, err := timeline.GenerateKey(strings.NewReader(strings.Repeat(seed, 64)), "sakura")
	if err != nil {
		t.Fatal(err)
	}
	s, err := timeline.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	k, err := timeline.ParseKeys(public)
	if err != nil {
		t.Fatal(err)
	}
	return keyring{s, k}
}

// note signs a made-up head of a log.
func (k keyring) note(t testing.TB, id string, size int64, branch string) timeline.Checkpoint {
	t.Helper()
	c, err := timeline.SignCheckpoint(k.signer, id, timeline.Position{Seq: size, Head: headOf(id, size, branch)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func headOf(id string, size int64, branch string) [timeline.HeadSize]byte {
	return sha256.Sum256([]byte(fmt.Sprint(id, size, branch)))
}
