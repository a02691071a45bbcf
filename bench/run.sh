#!/usr/bin/env bash
# Measures irbot beside the disk and beside Debian's Alertmanager, in turns, best of five, and prints every figure.
#
#   bench/run.sh              everything (about ten minutes)
#   bench/run.sh P05          only what matches
#
# Nothing passes or fails by the clock. The last lines say how busy the machine was: figures from a busy machine are
# low for everything that needs a processor, whatever the ratio.
set -euo pipefail
cd "$(dirname "$0")/.."

peer=${IRBOT_BENCH_ALERTMANAGER:-prometheus-alertmanager}
command -v "$peer" >/dev/null || apt-get install -y --no-install-recommends prometheus-alertmanager >/dev/null || {
  echo "missing: $peer (Debian, as root: apt-get install --no-install-recommends prometheus-alertmanager)" >&2
  exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/irbot" ./cmd/irbot
go test -c -o "$work/bench.test" ./bench
export IRBOT_BENCH_BINARY="$work/irbot"

before=$(cut -d' ' -f1-3 /proc/loadavg)
cd bench
"$work/bench.test" -test.run '^$' -test.bench "${1:-.}" -test.benchtime 1x -test.timeout 30m |
  sed -E 's/ns\/op//' | tr '\t' '\n' | sed -E 's/^ +/    /'
printf '\nprocessors: %s   load before: %s   after: %s\n' "$(nproc)" "$before" "$(cut -d' ' -f1-3 /proc/loadavg)"
