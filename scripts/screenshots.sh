#!/usr/bin/env bash
# Takes the pictures of the README from the real binary: lives through the scripted morning in chromium and keeps some
# of what it sees in docs/img/. Needs chromium and a Japanese font.
#
#   bash scripts/screenshots.sh [FOLDER]     every picture of every screen stays in FOLDER, if given
set -euo pipefail
cd "$(dirname "$0")/.."

shots=${1:-}
if [ -z "$shots" ]; then
  shots=$(mktemp -d)
  trap 'rm -rf "$shots"' EXIT
fi
mkdir -p "$shots" docs/img
shots=$(realpath "$shots")

(cd e2e && IRBOT_SHOTS="$shots" go test -count=1 -run '^TestMorning$' .)

# keep NAME SHOT: one picture of the desk window for the README.
keep() { cp "$shots/$2.png" "docs/img/$1.png"; }
keep board board-1280x900-light-window
keep room step2-1280x900-light-window
keep chrono chrono-1280x900-light-window
keep phone step2-375x667-dark-window
ls -l docs/img
