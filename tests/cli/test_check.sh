#!/bin/bash
# headroom check: diagnostics of files and folders, in three formats.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

scenario right.yaml "availability >= 99%"
sed 's/horizon/horzion/' right.yaml >wrong.yaml

expect 0 headroom check right.yaml
expect 1 headroom check wrong.yaml
says "wrong.yaml:3:1"
says "horzion"
silent
ok "errors exit with 1 and are shown with their place"

expect 1 headroom check --format concise wrong.yaml
says "wrong.yaml:3:1: error[E"
expect 1 headroom check --format json wrong.yaml right.yaml
printf '%s' "$out" | python3 -c 'import json, sys
d = json.load(sys.stdin)
assert d["errors"] >= 1 and d["diagnostics"]' || fail "not one JSON document"
ok "concise and json say the same"

sed '/^objectives/,$d' right.yaml >unjudged.yaml
expect 1 headroom check --format json wrong.yaml unjudged.yaml
says '"W109"'
ok "a file is looked at whole in json, too, whatever is wrong with the one before"

mkdir -p tree/deep
cp right.yaml tree/a.yaml
cp wrong.yaml tree/deep/b.yml
echo "crashes: { lose: app }" >tree/faults.yaml
expect 1 headroom check tree
says "tree/a.yaml: nothing is wrong"
says "tree/deep/b.yml:3:1"
says "2 files: "
case $out in *faults.yaml*) fail "a file without headroom: was checked" ;; esac
ok "folders are searched for scenarios"

expect 74 headroom check missing.yaml
expect 0 headroom check wrong.yaml --exit-zero
expect 0 headroom check right.yaml -q
[ -z "$out" ] || fail "quiet is not quiet"
ok "exit statuses"
