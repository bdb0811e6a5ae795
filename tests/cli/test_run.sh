#!/bin/bash
# headroom run: what it writes, what it says, how it exits.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

scenario kept.yaml "availability >= 99%"
scenario broken.yaml "p99 < 1ms"
scenario undecided.yaml "cost <= \$9000/mo"

expect 0 headroom run kept.yaml -r 1
[ -s results/kept.h5 ] && [ -s results/kept.html ] || fail "files are missing"
says "availability"
case $err in *$'\r'*) fail "progress in a pipe" ;; esac
ok "writes both files, prints the report, exits with 0"

expect 1 headroom run broken.yaml -r 1 --no-html
[ -s results/broken.h5 ] && [ ! -e results/broken.html ] || fail "--no-html"
ok "a broken objective exits with 1"
expect 4 headroom run undecided.yaml -r 1 --no-html
ok "an undecided one exits with 4"
expect 0 headroom run broken.yaml -r 1 --no-html --exit-zero
expect 0 headroom run undecided.yaml -r 1 --no-html --exit-zero
expect 1 headroom run undecided.yaml -r 1 --no-html --strict
ok "--exit-zero and --strict change it"

sed -i 's/two: .*/two: { users.rate: 400\/s }/' kept.yaml
expect 0 headroom run kept.yaml -r 1 --no-html
expect 1 headroom run kept.yaml -r 1 --no-html --gate all
expect 1 headroom run kept.yaml -r 1 --no-html --design two
ok "the chosen design decides, unless all do"

expect 0 headroom run kept.yaml -r 1 --no-html -q
silent
expect 0 headroom run kept.yaml -r 1 --no-html -q --stats
complains "stats: requests="
complains " load_ms="
ok "quiet is quiet; --stats is one line"

expect 0 headroom run kept.yaml -r 1 -o deep/er/place --no-html
[ -s deep/er/place/kept.h5 ] || fail "not where it was told"
mkdir -p folder/shop
cp kept.yaml folder/shop/scenario.yaml
expect 0 headroom run folder/shop -r 1 --no-html
[ -s results/shop.h5 ] || fail "not named after the folder"
headroom run - -r 1 --no-html -q <kept.yaml >/dev/null || fail "standard input"
[ -s results/scenario.h5 ] || fail "standard input has no name"
ok "results are named after the scenario and land where they should"

sed 's/horizon/horzion/' kept.yaml >wrong.yaml
expect 3 headroom run wrong.yaml -r 1
complains "horzion"
complains "Nothing was simulated"
[ ! -e results/wrong.h5 ] || fail "it ran"
ok "a wrong scenario exits with 3 and is explained"
expect 74 headroom run missing.yaml -r 1
ok "a missing one exits with 74"
expect 3 headroom run kept.yaml -r 1 --design nobody
ok "a design that does not exist is refused"

expect 4 headroom run kept.yaml --no-html --set horizon=1000h --time 300ms
complains "were finished in the time given"
ok "--time ends it, and nothing finished decides nothing"

expect 0 headroom report results/kept.h5
says "availability"
[ -s results/kept.html ] || fail "no page beside it"
expect 0 headroom report results/kept.h5 -o elsewhere.html
[ -s elsewhere.html ] || fail "not where it was told"
expect 3 headroom report kept.yaml
expect 74 headroom report missing.h5
ok "report tells stored results again"

expect 0 headroom run kept.yaml --no-html -r 3
cp .out run.txt
expect 0 headroom report results/kept.h5 --no-html
cmp -s run.txt .out || fail "the report of the file is not the report of the run"
ok "a report from the file is the report of the run"

expect 0 headroom resolve kept.yaml
printf '%s\n' "$out" >resolved.yaml
expect 0 headroom check resolved.yaml
ok "what resolve prints can be checked"

cat >twice.yaml <<'YAML'
headroom: 1
name: Lost twice
horizon: 12m
traffic:
  users: { to: app, rate: 20/s, deadline: 2s }
components:
  app: { kind: service, instances: 2, operations: { page: [ { work: 1ms } ] } }
disturbances:
  first: { fail: app, by: 50%, at: 2m, for: 1m }
  half: { lose: 1 of app, at: 5m, for: 1m }
  second: { fail: app, by: 50%, at: 10m, for: 2m }
objectives: [ availability >= 99% ]
YAML
expect 1 headroom run twice.yaml -r 1 --no-html
says "availability holds again, until 0:10:0"
says "half (lose 1 of app)"
case $out in *"never recovers"*) fail "it recovered from the first" ;; esac
ok "a recovery from one disturbance is told although a later one breaks it again"

scenario decades.yaml "availability >= 99%" 5s
expect 1 headroom run decades.yaml -r 1 --no-html --set 'app.operations.get=[{ work: 95y }]'
silent
ok "work of decades is known to a double's resolution, which is no fault of the ledger"
