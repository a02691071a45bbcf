#!/usr/bin/env bash
# The long forms of the fault tests, one after the other, with their figures. The short forms run in `go test ./faults`.
#
#   bash scripts/faults.sh              everything that needs no root
#   sudo bash scripts/faults.sh disk    a really full disk and one that turns read-only, on file systems of their own
#   bash scripts/faults.sh kill stop    only the named ones: kill stop pause model fold torn fuzz soak disk
#
# Takes about an hour on two cores, half of it the soak. The power cut has its own script, powercut.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

# long NAME=VALUE TEST...: one test in its long form; prints its figures and its verdict.
long() {
  local form=$1 name=$2
  shift 2
  printf '== %s %s\n' "$name" "$form"
  env "$form" go test "$@" -count=1 -timeout 60m -run "^$name\$" -v ./faults |
    grep -vE '^(=== |PASS$)|draw ' || { echo "faults: $name failed" >&2; return 1; }
}

run_kill() { long IRBOT_FAULT_LOOPS=200 TestPromise1KillUnderLoad; }
run_stop() { long IRBOT_FAULT_STOPS=50 TestR04OrderlyStopUnderLoad; }
run_pause() { long IRBOT_FAULT_PAUSE=60 TestR12PauseAndResume; }
run_soak() { long IRBOT_FAULT_SOAK=1800 TestR15Soak; }
run_model() { long IRBOT_FAULT_SEQUENCES=100000 TestR40Model; }
run_torn() { long IRBOT_FAULT_DISKS=2000 TestR03TornAndReorderedWrites; }
run_fold() { long IRBOT_FAULT_FOLDS=500 TestR40Fold; }
run_fuzz() { go test -run NONE -fuzz '^FuzzParseCommand$' -fuzztime 10m ./internal/incident | tail -n 3; }
run_disk() {
  [ "$(id -u)" -eq 0 ] || { echo "faults: a file system of its own needs root: sudo bash $0 disk" >&2; return 2; }
  long IRBOT_FAULT_LOOPS=1 TestR05FullDisk -tags faultroot
  long IRBOT_FAULT_LOOPS=1 TestR06ReadOnly -tags faultroot
}

[ $# -gt 0 ] || set -- kill stop pause model fold torn fuzz soak
for name in "$@"; do
  declare -F "run_$name" >/dev/null || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
done
for name in "$@"; do "run_$name"; done
