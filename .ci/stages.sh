# The stages of .ci/run, one function each. Sourced, not run. A stage returns non-zero when it failed; a stage that
# runs tests leaves "passed failed" in $work/count.
# shellcheck shell=bash disable=SC2154

# stage_packages installs the Debian packages the tests need and that are missing. It never starts a service: the
# alert manager and the browser are only run by the tests themselves, on ports of their own.
stage_packages() {
  local missing=() pair
  for pair in chromium:chromium prometheus-alertmanager:prometheus-alertmanager pdftotext:poppler-utils \
    python3:python3 openssl:openssl fc-list:fontconfig git:git shellcheck:shellcheck strace:strace; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  # Without a Japanese font the pictures show boxes and the width checks measure the wrong thing.
  fc-list :lang=ja family 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)
  if [ ${#missing[@]} -eq 0 ]; then echo "nothing to install"; return 0; fi
  echo "installing: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    echo "cannot install as $(id -un): run as root, or install these packages first: ${missing[*]}" >&2
    return 1
  fi
  local policy=/usr/sbin/policy-rc.d made=no status=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=yes
  fi
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold install "${missing[@]}"; } \
    >"$work/apt.log" 2>&1 || { status=1; tail -n 40 "$work/apt.log"; }
  [ "$made" = no ] || rm -f "$policy"
  return "$status"
}

# stage_tools installs the linter, pinned, into a folder of its own, and the small counter that reads test output.
stage_tools() {
  go version || return 1
  go build -o "$work/testcount" ./scripts/testcount || return 1
  if go version -m "$tools/golangci-lint" 2>/dev/null | grep -qF "golangci-lint/v2	$LINT_VERSION"; then
    echo "golangci-lint $LINT_VERSION is present"
    return 0
  fi
  echo "installing golangci-lint $LINT_VERSION"
  mkdir -p "$tools" && GOBIN="$tools" go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$LINT_VERSION"
}

stage_format() {
  local bad
  bad=$(git ls-files -z '*.go' | xargs -0r gofmt -l) || return 1
  if [ -z "$bad" ]; then return 0; fi
  printf 'not gofmt-clean, run gofmt -w on:\n%s\n' "$bad"
  return 1
}

stage_tree() {
  local status=0
  bash .ci/tree || status=1
  bash .ci/deps || status=1
  go mod tidy -diff || status=1
  (cd e2e && go mod tidy -diff) || status=1
  return "$status"
}

stage_shell() {
  git ls-files -z '.ci/*' '*.sh' | xargs -0 grep -lZE '^#!.*bash|shellcheck shell=bash' | xargs -0r shellcheck -x
}

# stage_lint has all of go vet as one of its linters, so there is no stage for vet alone.
stage_lint() { "$tools/golangci-lint" run --allow-parallel-runners ./... && (cd e2e && "$tools/golangci-lint" run --allow-parallel-runners -c ../.golangci.yaml ./...); }

# stage_control proves that the linter is able to fail: a forbidden import must be found.
stage_control() { LINT="$tools/golangci-lint" bash scripts/lint-control.sh; }

# count LABEL: reads `go test -json` and fails on a failed, skipped or missing test.
count() { "$work/testcount" -label "$1" -out "$work/count"; }

# stage_test is the README's test command, word for word apart from -json. The script tests on the built binary and
# the seeds of every fuzz target are part of it.
stage_test() { go test -json ./... | count test; }

# stage_race repeats the tests under the race detector, apart from those .ci/race-skip names and the runbooks folder, whose
# tests read files in one goroutine. Vet ran before; the C code of SQLite is compiled once more for this mode.
stage_race() {
  local skip packages name
  skip=$(sed -E 's/[[:space:]]*#.*//; /^$/d' .ci/race-skip | paste -sd '|') || return 1
  for name in ${skip//|/ }; do
    git grep -q "^func $name(" -- '*_test.go' || { echo ".ci/race-skip names $name, and no test has that name"; return 1; }
  done
  packages=$(go list ./... | grep -vx irbot/runbooks) || return 1
  # shellcheck disable=SC2086 # one word a package
  go test -json -vet=off -race -skip "^($skip)\$" $packages | count race
}

# stage_fuzz searches for three seconds with every fuzz target, from the seeds of the repository alone, so that the time
# goes into new inputs; a find stays in the package's testdata as a new seed. A search that the clock ends in the middle of
# an input says "context deadline exceeded" and names no input: that is no find, and it is searched once more.
stage_fuzz() {
  local file dir name status=0
  while IFS=: read -r file name; do
    dir=$(dirname "$file")
    printf '%s %s: ' "$dir" "$name"
    if fuzz "$dir" "$name" || { ended_by_clock && fuzz "$dir" "$name"; }; then
      echo "ok $(grep -oE 'execs: [0-9]+' "$work/fuzz.log" | tail -n 1)"
    else
      echo FAILED
      tail -n 60 "$work/fuzz.log"
      status=1
    fi
  done < <(git grep -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | sed 's/:func /:/')
  return "$status"
}

fuzz() {
  rm -rf "$work/fuzz"
  go test -vet=off -run '^$' -fuzz "^$2\$" -fuzztime 3s -parallel 2 "./$1" -args -test.fuzzcachedir="$work/fuzz" >"$work/fuzz.log" 2>&1
}

ended_by_clock() {
  grep -q 'context deadline exceeded' "$work/fuzz.log" && ! grep -q 'Failing input' "$work/fuzz.log"
}

# stage_browser drives the built binary in Debian's chromium. It is a module of its own, because the browser driver
# would pull older versions of test tools into the main module.
stage_browser() { (cd e2e && go test -json -count=1 ./...) | count browser; }
