#!/bin/bash
# `use: faults/typical`: a year is modelled without a disturbance being written, and all can see how.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

cat >bare.yaml <<'YAML'
headroom: 1
name: Bare
horizon: 10m
traffic: { buyers: { to: app, rate: 6/m, deadline: 5s, mix: { buy: 100% } } }
components:
  app: { kind: service, instances: 2, operations: { buy: [ { work: uniform(1ms..9ms) } ] } }
objectives: [ yearly_availability >= 99% ]
YAML
sed '1a use: [ faults/typical, more.yaml ]' bare.yaml >typical.yaml
echo 'faults: { deploy: { for: lognormal(p50=5m p99=20m), source: our pages } }' >more.yaml
sed 's/typical/tipical/' typical.yaml >wrong.yaml

year() {
    local wanted=$1
    shift
    expect "$wanted" headroom run -r 2 --episodes 40 --no-html -v "$@"
}

year 4 bare.yaml
says "not modelled"
says "faults/typical"
ok "without hazards a year is not modelled, and the report says what gives some"

year 0 typical.yaml
says "instance-app"
says "deploy-app"
case $out in *"not modelled"*) fail "a year is not modelled" ;; esac
ok "with typical faults it is, and each hazard has its line"

year 4 typical.yaml --episodes 1
says "1 of 2 hazards"
ok "a year is not told from some of its hazards"

expect 0 headroom resolve typical.yaml
says "deploy-app:"
says "lose: 25% of app"
says "more.yaml line 1"
says "catalogue J. Dean"
ok "what was made is shown with its source"

expect 0 headroom check typical.yaml
says "typical.yaml: "
expect 1 headroom check wrong.yaml
says "wrong.yaml:2:8"
says 'did you mean `faults/typical`?'
ok "a library that is not there is one fault with its place"

expect 0 headroom explain faults/typical
says "exponential(10y)"
says "assumption"
says "kinds: [third_party]"
expect 0 headroom explain faults
says "except"
expect 2 headroom explain faults/tipical
ok "libraries and classes can be explained"
