#!/usr/bin/env bash
# Proves that the linter can fail: plants one broken rule per file into a copy of the tree and expects every one of
# them to be reported. A rule that nothing can break is no rule.
#
#   LINT=path/to/golangci-lint bash scripts/lint-control.sh
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
lint=${LINT:-golangci-lint}

copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard -- ':!e2e' ':!docs' |
  while IFS= read -r -d '' f; do [ ! -e "$f" ] || printf '%s\0' "$f"; done |
  xargs -0 cp --parents -t "$copy" || exit 1

# plant FOLDER: writes standard input as a file of that folder's package, in a form that compiles.
planted=()
plant() {
  mkdir -p "$copy/$1"
  { printf '// Package %s is part of the linter control.\npackage %s\n\n' "$(basename "$1")" "$(basename "$1")"
    cat; } >"$copy/$1/zz_control.go"
  planted+=("./$1")
}

plant internal/timeline <<'GO'
import _ "net/http"
GO
plant internal/runbook <<'GO'
import "os"

func controlRead() ([]byte, error) { return os.ReadFile("x") }

var _ = controlRead
GO
plant internal/escalation <<'GO'
import "time"

func controlClock() time.Time { return time.Now() }

var _ = controlClock
GO
plant internal/web <<'GO'
import _ "irbot/internal/sqlite"
GO
plant internal/sqlite <<'GO'
import _ "testing"
GO
plant internal/slackbot <<'GO'
import _ "irbot/internal/config"
GO
plant internal/config <<'GO'
func controlStop() { panic("x") }

var _ = controlStop
GO
plant internal/report <<'GO'
import _ "github.com/slack-go/slack"
GO
plant internal/chat <<'GO'
type controlWide interface {
	A()
	B()
	C()
	D()
}

func controlLong(a, b, c, d, e, f int) int { return a + b + c + d + e + f }

var (
	_ controlWide
	_ = controlLong
)

func init() {}
GO
out=$(cd "$copy" && "$lint" run --allow-parallel-runners "${planted[@]}" 2>&1)

missing=0
# expect FILE TEXT: one report about FILE must hold TEXT.
expect() {
  if ! grep -F "internal/$1/zz_control.go" <<<"$out" | grep -qE "$2"; then
    printf 'the linter did not find in internal/%s: %s\n' "$1" "$2"
    missing=1
  fi
}
expect timeline 'net/http.*\(depguard\)'
expect runbook "'os'.*\(depguard\)"
expect escalation 'time\.Now.*\(forbidigo\)'
expect web 'irbot/internal/sqlite.*\(depguard\)'
expect sqlite 'testing.*\(depguard\)'
expect slackbot 'irbot/internal/config.*\(depguard\)'
expect config 'panic.*\(forbidigo\)'
expect report 'slack-go.*\(depguard\)'
expect chat '\(interfacebloat\)'
expect chat 'argument-limit'
expect chat '\(gochecknoinits\)'
if [ "$missing" -ne 0 ]; then
  printf '%s\n' "$out" | tail -n 60
  exit 1
fi
echo "the linter found all planted mistakes"
