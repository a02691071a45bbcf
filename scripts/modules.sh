#!/usr/bin/env bash
# Lists every module that is compiled into the program, with version and licence: the bill of materials (S19).
#
#   bash scripts/modules.sh > docs/modules.txt
#
# `.ci/run` compares the list with docs/modules.txt, so no module, version or licence changes unnoticed.
set -euo pipefail
cd "$(dirname "$0")/.."

# licence FOLDER: what the licence file of a module says it is.
licence() {
  local text
  text=$(find "$1" -maxdepth 1 -type f \( -iname 'licen[sc]e*' -o -iname 'copying*' \) -exec cat {} + | tr -s '[:space:]' ' ')
  case $text in
    *'Apache License'*'Permission is hereby granted, free of charge'*) echo 'Apache-2.0 AND MIT' ;;
    *'Permission is hereby granted, free of charge'*'Apache License'*) echo 'Apache-2.0 AND MIT' ;;
    *'Apache License'*) echo Apache-2.0 ;;
    *'Mozilla Public License'*) echo MPL-2.0 ;;
    *'Permission is hereby granted, free of charge'*) echo MIT ;;
    *'Redistribution and use'*'either the name'*) echo BSD-3-Clause ;;
    *'Redistribution and use'*) echo BSD-2-Clause ;;
    *'Permission to use, copy, modify, and'*) echo ISC ;;
    *) echo unknown ;;
  esac
}

go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/irbot | sort -u |
  while read -r module version folder; do
    printf '%-48s %-40s %s\n' "$module" "$version" "$(licence "$folder")"
  done
