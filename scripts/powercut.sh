#!/usr/bin/env bash
# Cuts the power under the store, again and again, and counts what was answered "recorded" and is gone.
#
#   sudo bash scripts/powercut.sh [--cuts 60] [--writers 4] [--control | --control-nosync]
#
# How it works is told in scripts/README.md. --control builds the store with synchronous=NORMAL, the default of its
# driver; --control-nosync puts a library under it that turns fsync into nothing. These runs must lose records, or the
# test proves nothing. Needs root, a free loop device, e2fsprogs, and gcc for --control-nosync. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

cuts=60 writers=4 control=no
while [ $# -gt 0 ]; do
  case $1 in
    --cuts) cuts=$2; shift 2 ;;
    --writers) writers=$2; shift 2 ;;
    --control) control=normal; shift ;;
    --control-nosync) control=nosync; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || { echo "powercut: mounting a disk image needs root: sudo bash $0" >&2; exit 2; }

work=$(mktemp -d)
disk=$work/disk.img mnt=$work/mnt answered=$work/answered
pid=0
cleanup() {
  if [ "$pid" -ne 0 ]; then kill -KILL "$pid" 2>/dev/null || true; fi
  if mountpoint -q "$mnt"; then umount "$mnt"; fi
  rm -rf "$work"
}
trap cleanup EXIT
mkdir "$mnt"
: >"$answered"

go build -o "$work/storeload" ./scripts/storeload
if [ "$control" = normal ]; then go build -tags faultcontrol -o "$work/storeload" ./scripts/storeload; fi
preload=""
if [ "$control" = nosync ]; then
  preload=$work/nosync.so
  printf '%s\n' 'int fsync(int fd) { (void)fd; return 0; }' 'int fdatasync(int fd) { (void)fd; return 0; }' >"$work/nosync.c"
  gcc -shared -fPIC -o "$preload" "$work/nosync.c"
fi

truncate -s 256M "$disk"
mkfs.ext4 -q -F "$disk"
mount -o loop "$disk" "$mnt"

# The folder is set up before the first cut, with working fsync in the control too: what is tested is not the set-up.
(timeout -s KILL 1 "$work/storeload" load "$mnt/data" "$writers" >>"$answered" || true) 2>/dev/null
sync -f "$mnt"

lost=0 broken=0 kept=0 rounds=0 torn=0 began=$SECONDS
for round in $(seq "$cuts"); do
  LD_PRELOAD=$preload "$work/storeload" load "$mnt/data" "$writers" >>"$answered" 2>"$work/load.log" &
  pid=$!
  # A cut at a moment nobody chose: between 0.3 and 0.9 s of load.
  sleep "0.$((RANDOM % 7 + 3))"
  kill -STOP "$pid" || { cat "$work/load.log" >&2; exit 1; }
  # The image as it is now is the disk after the cut: what the kernel still holds back is not in it. The kernel may write
  # while the image is being copied, and a copy of two moments is no disk: only one that equals the image is a cut.
  until cp --sparse=always "$disk" "$disk.cut" && cmp -s "$disk" "$disk.cut"; do torn=$((torn + 1)); done
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  pid=0
  umount "$mnt"
  mv "$disk.cut" "$disk"
  mount -o loop "$disk" "$mnt"

  rounds=$round
  if ! found=$("$work/storeload" check "$mnt/data" <"$answered" 2>&1); then
    found="answered 0 lost 0 kept 0 broken 1: $found"
  fi
  read -r _ _ _ now _ kept _ bad _ <<<"$found"
  bad=${bad%:}
  if [ "$now" -ne "$lost" ] || [ "$bad" -ne 0 ]; then echo "cut $round: $found"; fi
  # What is gone once stays gone, so the newest count is the whole count.
  [ "$bad" -ne 0 ] || lost=$now
  broken=$((broken + bad))
  if [ "$bad" -ne 0 ] && [ "$control" != no ]; then break; fi
done

printf 'cuts %d (copies taken again %d), writers %d, answered %d, kept %d, lost %d, broken %d, %d s\n' \
  "$rounds" "$torn" "$writers" "$(wc -l <"$answered")" "$kept" "$lost" "$broken" "$((SECONDS - began))"
if [ "$control" != no ]; then
  [ $((lost + broken)) -gt 0 ] || { echo "powercut: the control lost nothing, so this test cannot see a loss" >&2; exit 1; }
  echo "the control lost records, as it must"
  exit 0
fi
[ "$lost" -eq 0 ] && [ "$broken" -eq 0 ]
