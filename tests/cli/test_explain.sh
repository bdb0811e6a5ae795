#!/bin/bash
# models and explain: the tables of the program, as text.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

expect 0 headroom models
says "service"
says "load_balancer"
silent
ok "models lists the kinds"

printf '%s\n' "$out" | awk '/^  [a-z_]+ /{print $1}' >kinds
while read -r kind; do
    expect 0 headroom explain "$kind"
    says "Settings:"
    says "Source:"
done <kinds
[ "$(wc -l <kinds)" -ge 4 ] || fail "only $(wc -l <kinds) kinds"
ok "every kind can be explained"

expect 0 headroom explain E101
says "a file cannot be read"
expect 0 headroom explain e101
ok "every code can be explained, in either case"

expect 0 headroom explain availability
says "Good over valid"
expect 0 headroom explain p99.9
says "pNN"
expect 0 headroom explain cost
says "invoice"
expect 0 headroom explain headroom
says "not yet measured"
ok "measures can be explained"

expect 0 headroom explain call
says "timeout"
expect 0 headroom explain retry
says "budget"
expect 0 headroom explain scenario
says "horizon"
ok "steps and the parts of a scenario can be explained"

expect 0 headroom explain laws
says "triangular"
printf '%s\n' "$out" | awk '/^  [a-z]+ /{print $1}' >laws
while read -r law; do
    expect 0 headroom explain "$law"
    printf '%s\n' "$out" | grep -o "^  $law(.*)" >>forms
done <laws
cat >law.yaml <<'YAML'
headroom: 1
name: Laws as they are explained
horizon: 1s
traffic: { users: { to: app, rate: 1/s, mix: { go: 100% } } }
components:
  app:
    kind: service
    operations:
      go:
YAML
printf '0.004\n0.02\n' >times.csv
sed 's/.*/        - work: &/' forms >>law.yaml
expect 0 headroom check law.yaml
[ "$(wc -l <forms)" -ge 25 ] || fail "only $(wc -l <forms) forms of laws"
ok "laws can be explained, and read as they are explained"

expect 0 headroom explain aws.alb
says "kind load_balancer"
says "policy: round_robin"
says "primary"
ok "products can be explained, each value with its source"

expect 0 headroom explain service
says "instance"
says "Paid by time."
ok "a kind says what of it is billed"

expect 0 headroom explain database
says "Disturbances: lose, slow, fail, failover, freeze"
expect 0 headroom explain firewall
says "misconfigure"
ok "a kind says every disturbance that it knows by its verb"

COLUMNS=60 expect 0 headroom explain service
printf '%s\n' "$out" | sed -n '/^Settings/,$p' | awk 'length > 60 {exit 1}' ||
    fail "a line is wider than the terminal"
ok "text is wrapped to the terminal"

expect 2 headroom explain servcie
complains 'did you mean `service`?'
ok "an unknown word is refused, with the nearest"
