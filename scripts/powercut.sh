#!/usr/bin/env bash
# Cuts the power under a running irbot, again and again, and counts what was answered "recorded" and is gone.
#
#   sudo bash scripts/powercut.sh [--cuts 60] [--writers 4] [--binary ./irbot] [--control]
#
# How it works is told in scripts/README.md. --control puts a library under the server that turns fsync into nothing,
# which is what a store without synchronous=FULL amounts to: that run must lose records, or the test proves nothing.
# Needs root, a free loop device, e2fsprogs, python3, and gcc for --control. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

cuts=60 writers=4 binary="" control=no
while [ $# -gt 0 ]; do
  case $1 in
    --cuts) cuts=$2; shift 2 ;;
    --writers) writers=$2; shift 2 ;;
    --binary) binary=$(realpath "$2"); shift 2 ;;
    --control) control=yes; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || { echo "powercut: mounting a disk image needs root: sudo bash $0" >&2; exit 2; }

work=$(mktemp -d)
disk=$work/disk.img mnt=$work/mnt answered=$work/answered
server=0
cleanup() {
  [ "$server" -eq 0 ] || kill -KILL "$server" 2>/dev/null || true
  if mountpoint -q "$mnt"; then umount "$mnt"; fi
  rm -rf "$work"
}
trap cleanup EXIT
mkdir "$mnt"
: >"$answered"

if [ -z "$binary" ]; then
  binary=$work/irbot
  go build -o "$binary" ./cmd/irbot
fi

preload=""
if [ "$control" = yes ]; then
  preload=$work/nosync.so
  printf '%s\n' 'int fsync(int fd) { (void)fd; return 0; }' 'int fdatasync(int fd) { (void)fd; return 0; }' >"$work/nosync.c"
  gcc -shared -fPIC -o "$preload" "$work/nosync.c"
fi

# irbot: the command line inside the folder on the image.
irbot() { (cd "$mnt/site" && "$binary" "$@"); }

# power_on starts the server and waits until the command line reaches it.
power_on() {
  (cd "$mnt/site" && LD_PRELOAD=$preload exec "$binary" serve --no-open >"$work/server.log" 2>&1) &
  server=$!
  for _ in $(seq 200); do
    if irbot incident list --json >/dev/null 2>&1; then return 0; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  echo "powercut: the server did not come up:" >&2
  cat "$work/server.log" >&2
  return 1
}

# write_notes ROUND WRITER: notes one after the other; only what was answered "recorded" counts as promised.
write_notes() {
  local n=0 text
  while [ ! -e "$work/stop" ]; do
    n=$((n + 1))
    text="cut-$1-writer-$2-note-$n"
    if irbot incident note "$incident" "$text" --json >/dev/null 2>&1; then echo "$text" >>"$answered"; fi
  done
}

# cut ROUND: load, freeze, copy the disk as it is, and come back on the copy.
cut() {
  local w pids=()
  rm -f "$work/stop"
  for w in $(seq "$writers"); do
    write_notes "$1" "$w" &
    pids+=($!)
  done
  # A cut at a moment nobody chose: between 0.3 and 1.0 s of load.
  sleep "0.$((RANDOM % 7 + 3))"
  kill -STOP "$server"
  touch "$work/stop"
  cp --sparse=always "$disk" "$disk.cut"
  kill -KILL "$server"
  wait "$server" 2>/dev/null || true
  server=0
  wait "${pids[@]}" 2>/dev/null || true
  umount "$mnt"
  mv "$disk.cut" "$disk"
  mount -o loop "$disk" "$mnt"
}

# lost prints how many answered notes the exported record does not hold.
lost() {
  python3 - "$answered" "$1" <<'PY'
import json, sys
kept = set()
for line in open(sys.argv[2], encoding="utf-8"):
    text = json.loads(line).get("text")
    if text:
        kept.update(v for v in json.loads(text["fields"]).values() if isinstance(v, str))
print(sum(1 for line in open(sys.argv[1], encoding="utf-8") if line.strip() not in kept))
PY
}

truncate -s 256M "$disk"
mkfs.ext4 -q -F "$disk"
mount -o loop "$disk" "$mnt"
mkdir "$mnt/site"
irbot init . >"$work/init.log" 2>&1 || { cat "$work/init.log" >&2; exit 1; }
power_on
incident=$(irbot incident declare "power cut" --json |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["data"]["incident"])')
sync -f "$mnt"

missing=0 broken=0 began=$SECONDS
for round in $(seq "$cuts"); do
  [ "$server" -ne 0 ] || power_on
  cut "$round"
  out=$work/record.jsonl
  rm -f "$out"
  if ! irbot export "$incident" --format jsonl --out "$out" >"$work/export.log" 2>&1 ||
    ! "$binary" verify "$out" >"$work/verify.log" 2>&1; then
    broken=$((broken + 1))
    echo "cut $round: the record does not hold"
    tail -n 5 "$work/export.log" "$work/verify.log" 2>/dev/null || true
    [ "$control" = no ] || break
    continue
  fi
  # Every cut answers for all notes since the beginning: what is gone once stays gone.
  gone=$(lost "$out")
  [ "$gone" -eq "$missing" ] || echo "cut $round: $((gone - missing)) answered notes are gone"
  missing=$gone
done

notes=$(wc -l <"$answered")
printf 'cuts %d, writers %d, answered notes %d, lost %d, broken %d, %d s\n' \
  "$round" "$writers" "$notes" "$missing" "$broken" "$((SECONDS - began))"
if [ "$control" = yes ]; then
  [ $((missing + broken)) -gt 0 ] || { echo "powercut: the control lost nothing, so this test cannot see a loss" >&2; exit 1; }
  echo "the control lost records, as it must"
  exit 0
fi
[ "$missing" -eq 0 ] && [ "$broken" -eq 0 ]
