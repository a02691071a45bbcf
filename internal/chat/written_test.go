package chat

import "testing"

// TestANameIsWrittenAsItWasSeen holds that no number of an account is shown to a
// person in place of a name.
func TestANameIsWrittenAsItWasSeen(t *testing.T) {
	for in, want := range map[string]string{"<@U0STRANGER1|gatekeeper>": "gatekeeper", "<@U0STRANGER1|守衛>さん": "守衛", "@だれか": "だれか", "鈴木さん": "鈴木", "<@U0STRANGER1>": "<@U0STRANGER1>"} {
		if got := writtenName(in); got != want {
			t.Errorf("%s is shown as %q, want %q", in, got, want)
		}
	}
}
