#!/usr/bin/env bash
# Plays the Slack scenarios on the real binary against a local Slack workspace (slackstand), over Socket Mode and over
# signed HTTP, and prints one line for each.
#
#   bash scripts/slackstand.sh STAND_BINARY [OUT_FOLDER] [SCENARIO…]
#
# STAND_BINARY is a built slackstand. OUT_FOLDER keeps transcript, rule findings and the bot's log of every run.
# Without names of scenarios all of internal/slackbot/testdata/stand are played. REPEAT=20 plays each so often,
# MODES="socket" only one way, IRBOT=PATH plays a built irbot, RATELIMIT=enforce lets the workspace insist on Slack's rates.
set -euo pipefail
stand=$(realpath "${1:?usage: slackstand.sh STAND_BINARY [OUT_FOLDER] [SCENARIO…]}")
out=${2:-}
shift $(($# > 1 ? 2 : 1))
cd "$(dirname "$0")/.."
data=$PWD/internal/slackbot/testdata/stand

work=$(mktemp -d)
server=
cleanup() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT
out=$(realpath -m "${out:-$work/out}")
mkdir -p "$out"

irbot=${IRBOT:-$work/irbot}
[ -n "${IRBOT:-}" ] || go build -o "$irbot" ./cmd/irbot

# The folder of the operator: console on a port the system chooses, the sample directory with the workspace's ids.
"$irbot" init "$work/site" >/dev/null
site=$work/site
sed -i -e 's|^\(  listen: \)127\.0\.0\.1:8642|\1127.0.0.1:0|' "$site/config.yaml"
for pair in sato:U0SATO00001 tanaka:U0TANAKA001 watanabe:U0WATANABE1 kobayashi:U0KOBAYASHI ito:U0ITO000001 suzuki:U0SUZUKI001 kimura:U0KIMURA001; do
  sed -i "s|^  - id: ${pair%%:*}\$|&\n    slack: ${pair##*:}|" "$site/directory.yaml"
done

# The approval code of the approver is set in the console, as a person does it: one-time link, button, form.
"$irbot" serve --no-open --config "$site/config.yaml" >"$work/serve.log" 2>&1 &
server=$!
link=
for _ in $(seq 300); do # the socket first: before it is there, the link would be made without the server and keep it from the data folder
  [ -S "$site/data/irbot.sock" ] && break
  sleep 0.1
done
for _ in $(seq 100); do
  link=$("$irbot" user link watanabe --config "$site/config.yaml" 2>/dev/null | grep -o 'http://[^ ]*t=[A-Za-z0-9_-]*' | head -1) && [ -n "$link" ] && [[ $link != *:0/* ]] && break # :0: the server does not listen yet
  sleep 0.1
done
if [ -z "$link" ]; then
  echo "irbot serve does not answer:" >&2
  cat "$work/serve.log" >&2
  exit 1
fi
base=${link%%/\?*}
jar=$work/cookies
curl -fsS -o "$work/page.html" -c "$jar" -b "$jar" -H "Origin: $base" -L --data-urlencode "t=${link##*t=}" "$base/signin/link"
once=$(grep -o 'name="once" value="[^"]*"' "$work/page.html" | head -1 | cut -d'"' -f4)
curl -fsS -o "$work/page.html" -c "$jar" -b "$jar" -H "Origin: $base" -L -d "once=$once&code=4711-sakura&again=4711-sakura" "$base/account/code"
kill "$server"
wait "$server" 2>/dev/null || true
server=

"$irbot" slack manifest >"$work/socket.yaml"
"$irbot" slack manifest --http >"$work/http.yaml"

scenarios=("$@")
if [ ${#scenarios[@]} = 0 ]; then
  scenarios=(declare steps together capture approve approval talk cargo people runs plan turns handover anchored faults sockets)
fi
failed=0
for mode in ${MODES:-socket http}; do
  for name in "${scenarios[@]}"; do
    if [ "$mode/$name" = http/sockets ]; then
      continue # about Socket Mode only
    fi
    for round in $(seq "${REPEAT:-1}"); do
      rm -rf "$work/run"
      cp -r "$site" "$work/run"
      env=(-env 'IRBOT_SLACK_API_URL={api}/api/' -env 'IRBOT_SLACK_BOT_TOKEN={bot_token}')
      if [ "$mode" = socket ]; then
        env+=(-env 'IRBOT_SLACK_APP_TOKEN={app_token}')
      else
        env+=(-env 'IRBOT_SLACK_SIGNING_SECRET={signing_secret}' -env 'IRBOT_SLACK_LISTEN=127.0.0.1:{port}')
      fi
      to=$out/$mode-$name-$round
      [ ! -f "$data/$name.md" ] || cp "$data/$name.md" "$work/run/runbooks/"
      [ ! -f "$data/$name.config" ] || sed -i -f "$data/$name.config" "$work/run/config.yaml"
      result=ok
      editor=
      if [ -f "$data/$name.sed" ]; then # somebody edits the runbook once the record says so
        (until "$irbot" incident log IR-1 --config "$work/run/config.yaml" 2>/dev/null | grep -q '手順書を書き直す'; do sleep 0.3; done; sed -i -f "$data/$name.sed" "$work/run/runbooks/$name.md") &
        editor=$!
      fi
      "$stand" try -mode "$mode" -bot "exec $irbot serve --no-open --config $work/run/config.yaml" "${env[@]}" \
        -manifest "$work/$mode.yaml" -seed "$data/seed.json" -ratelimit "${RATELIMIT:-observe}" -out "$to" "$data/$name.json" \
        >"$to.txt" 2>&1 || result=FAIL
      if [ -n "$editor" ]; then
        kill "$editor" 2>/dev/null || true
        wait "$editor" 2>/dev/null || true
      fi
      printf '%-4s %-6s %-9s %s  %s\n' "$result" "$mode" "$name" "$round" "$(grep '^ack ms' "$to.txt" || echo 'no figures')"
      if [ "$result" = FAIL ]; then
        failed=$((failed + 1))
        grep -v '^ack ms' "$to.txt" | head -8
      fi
    done
  done
done
echo "$failed failed"
[ "$failed" = 0 ]
