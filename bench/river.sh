#!/usr/bin/env bash
# Performance goal P09: River's scheduled p99 on PostgreSQL against irbot's timer due -> send started, in the same
# minutes on the same machine, in turns. Installs PostgreSQL where Debian lets it, and fetches
# the module the first time. PostgreSQL runs as it is delivered (fsync on), in a folder of its own that is removed afterwards.
#   bench/river.sh [ROUNDS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=${1:-3}
tools() { # Debian keeps them out of the path
  if command -v initdb >/dev/null; then dirname "$(command -v initdb)"; else find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1; fi
}
bin=$(tools || true)
if [ ! -x "$bin/initdb" ]; then
  apt-get install -y --no-install-recommends postgresql >/dev/null || { echo "initdb not found: install PostgreSQL (Debian, as root: apt-get install postgresql)" >&2; exit 1; }
  bin=$(tools)
fi
dir=$(mktemp -d)
as=() # PostgreSQL refuses to run as root
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  chown nobody:nogroup "$dir"
fi
trap '"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
port=$((20000 + RANDOM % 20000))
"${as[@]}" "$bin/initdb" -D "$dir/db" -U bench -A trust >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -o "-p $port -k $dir -c listen_addresses=127.0.0.1" -l "$dir/log" -w start >/dev/null
(cd "$here/river" && go build -o "$dir/river" .)
(cd "$here/.." && go test -c -o "$dir/bench.test" ./bench)
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)"
for i in $(seq "$rounds"); do
  psql -q -h 127.0.0.1 -p "$port" -U bench -d postgres -c "create database r$i" # an empty one for every round
  "$dir/river" -db "postgres://bench@127.0.0.1:$port/r$i"
  (
    cd "$here"
    "$dir/bench.test" -test.run '^$' -test.bench P08 -test.benchtime 1x | grep -E 'ms-p|P08-ratio'
  )
done
echo "load after:  $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)"
