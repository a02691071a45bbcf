#!/usr/bin/env bash
# Builds the last commit twice, in two folders of different names with two empty caches, and compares the programs (S18):
# who builds irbot again must get the very file that is in use, or somebody changed one of them.
#
#   bash scripts/samebuild.sh
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for at in one another/and/deeper; do
  mkdir -p "$work/$at"
  git archive HEAD | tar -x -C "$work/$at"
  (cd "$work/$at" && GOFLAGS='' GOCACHE="$work/$at.cache" go build -trimpath -o "$work/$at.irbot" ./cmd/irbot)
done
one=$(sha256sum <"$work/one.irbot") two=$(sha256sum <"$work/another/and/deeper.irbot")
echo "SHA-256 ${one%% *}"
[ "$one" = "$two" ] || { echo "samebuild: the second build is ${two%% *}" >&2; exit 1; }
