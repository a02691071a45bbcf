#!/usr/bin/env bash
# Holds docs/service/irbot.service to its word (S20): how much the unit leaves open, by systemd's own count, and whether
# the program keeps to what the unit allows it: system calls, address families, no memory both writable and executable.
# No unit is started; the program runs as `nobody` without capabilities, as the unit has it.
#
#   sudo bash scripts/sandbox.sh
set -euo pipefail
cd "$(dirname "$0")/.."

unit=docs/service/irbot.service
most=15 # tenths: exposure 1.5 of 10
[ "$(id -u)" -eq 0 ] || { echo "sandbox: running the program as another user needs root: sudo bash $0" >&2; exit 2; }
for need in systemd-analyze:systemd strace:strace curl:curl; do
  command -v "${need%%:*}" >/dev/null || apt-get install -y --no-install-recommends "${need##*:}" >/dev/null
done

systemd-analyze security --offline=yes --threshold="$most" --no-pager "$unit" | tail -n 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/irbot" ./cmd/irbot
"$work/irbot" init "$work/site" >/dev/null
port=$((20000 + RANDOM % 20000))
sed -i "s/127.0.0.1:8642/127.0.0.1:$port/" "$work/site/config.yaml"
chown -R nobody "$work"
export IRBOT_CONFIG="$work/site/config.yaml"
as=(setpriv --reuid nobody --regid nogroup --clear-groups --no-new-privs --bounding-set -all --inh-caps -all)
cd "$work"
"${as[@]}" strace -f -qq -o trace ./irbot serve --no-open >log 2>&1 &
for _ in $(seq 300); do
  curl -s -o /dev/null "http://127.0.0.1:$port/" && break
  sleep 0.1
done
"${as[@]}" ./irbot incident declare "脅迫文" >/dev/null
"${as[@]}" ./irbot export IR-1 --format zip --out site/IR-1.zip >/dev/null
"${as[@]}" ./irbot backup site/copy.db >/dev/null
pkill -TERM -f "^./irbot serve" || true
wait

# members NAME: the system calls of one of systemd's groups.
members() {
  systemd-analyze syscall-filter "$1" --no-pager | sed 1d | sed '/^ *#/d; s/ //g; /^$/d' | while read -r name; do
    case $name in @*) members "$name" ;; *) echo "$name" ;; esac
  done
}
awk '{print $2}' trace | grep -oE '^[a-z_0-9]+\(' | tr -d '(' | sort -u >used
members @system-service | sort -u >allowed
{ members @privileged; members @resources; } | sort -u >denied
bad=$(comm -23 used <(comm -23 allowed denied))
families=$(grep -oE '\<AF_[A-Z0-9]+' trace | sort -u | grep -vE '^AF_(INET6?|UNIX|UNSPEC)$' || true)
both=$(grep -cE 'PROT_WRITE\|PROT_EXEC' trace || true)
echo "system calls used: $(wc -l <used), outside what the unit allows: ${bad:-none}"
echo "address families outside the unit: ${families:-none}; mappings writable and executable: $both"
[ "$(wc -l <used)" -gt 30 ] || { echo "sandbox: the trace is empty, nothing was seen" >&2; cat log >&2; exit 1; }
[ -z "$bad$families" ] && [ "$both" -eq 0 ]
