#!/bin/bash
# headroom compare: what it takes, what it says, how it exits.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

# pair FILE WORK NAME: one server; design `slow` works 5% longer.
pair() {
    cat >"$1" <<YAML
headroom: 1
name: One server
horizon: 2m
traffic: { users: { to: app, rate: 50/s, deadline: 5s } }
components:
  app: { kind: service, instances: 1, cores: 1, operations: { request: { work: exponential($2) } } }
objectives: [ p99 < 1s ]
chosen: base
designs:
  base: {}
  same: {}
  slow: { app.operations.request.steps: [ { work: exponential($3) } ] }
YAML
}
pair shop.yaml 10ms 10.5ms
sed -i 's/{ work: exponential(10ms) }/{ steps: [ { work: exponential(10ms) } ] }/' shop.yaml

expect 0 headroom compare shop.yaml
case $out in "WHAT DIFFERS"*) ;; *) fail "what differs does not come first" ;; esac
says "app.operations.request.steps[0].work: exponential(10ms) -> exponential(10.5ms)"
says "Against base, same is exactly the same in everything that was compared."
says "0 exactly"
says "Against base, slow is worse in"
says "paired by 10 replications, seed 1"
silent
[ -s results/shop-compare.h5 ] && [ -s results/shop-compare.html ] || fail "files are missing"
ok "designs of one scenario are compared with the chosen one"

headroom compare shop.yaml --no-html --format json >live.json
headroom compare results/shop-compare.h5 --no-html --format json >stored.json
cmp live.json stored.json || fail "stored results say something else"
python3 -m json.tool live.json >/dev/null || fail "not JSON"
ok "stored results compare as the live ones did"

headroom compare shop.yaml --no-html --format json -j 1 >one.json
cmp live.json one.json || fail "the number of threads changes it"
ok "results do not depend on --jobs"

expect 0 headroom compare results/shop-compare.h5 --no-html --against slow --design same
says "Against slow, same is better in"
case $out in *"Against slow, base"*) fail "--design" ;; esac
expect 2 headroom compare results/shop-compare.h5 --against nobody
complains "there are: base, same, slow"
expect 2 headroom compare shop.yaml --design nobody
complains 'no design `nobody`'
ok "--against and --design choose"

expect 1 headroom compare results/shop-compare.h5 --no-html --fail-on 'mean_latency > +2%'
says "BROKEN     slow has mean_latency > +2%"
expect 0 headroom compare results/shop-compare.h5 --no-html --fail-on 'mean_latency > +50%'
expect 0 headroom compare results/shop-compare.h5 --no-html --fail-on 'mean_latency > +2%' --exit-zero
expect 4 headroom compare shop.yaml -r 1 --no-html --fail-on 'mean_latency > +2%'
expect 1 headroom compare shop.yaml -r 1 --no-html --fail-on 'mean_latency > +2%' --strict
ok "--fail-on decides the exit status"

expect 2 headroom compare shop.yaml --fail-on 'mean_latency > 2%'
complains '  mean_latency > 2%'
complains '                 ^^'
expect 2 headroom compare shop.yaml --fail-on 'mean_latenci > +2%'
complains 'did you mean `mean_latency`?'
expect 2 headroom compare shop.yaml --fail-on "$(printf 'p\033[31m > +2%%')"
case $err in *$'\033'*) fail "an escape reached the terminal" ;; esac
ok "a wrong condition is shown with a caret before anything is simulated"

cp shop.yaml other.yaml
sed -i 's/exponential(10ms)/exponential(11ms)/' other.yaml
expect 0 headroom compare shop.yaml other.yaml --no-html -r 5
says "Against shop, other is worse in"
expect 0 headroom run other.yaml --no-html --seed 2 -r 5 --exit-zero -o elsewhere
expect 0 headroom compare results/shop-compare.h5 elsewhere/other.h5 --no-html
says "not all paired"
ok "several files: the chosen design of each"

expect 2 headroom compare
complains "needs FILE..."
scenario single.yaml "p99 < 1s"
sed -i '/designs:/,$d' single.yaml
expect 2 headroom compare single.yaml
complains "nothing to compare"
echo rubbish >rubbish.h5
expect 3 headroom compare rubbish.h5 shop.yaml
expect 74 headroom compare missing.h5 shop.yaml
expect 74 headroom compare missing.yaml
ok "what cannot be compared is refused"

expect 0 headroom compare shop.yaml --no-html -r 5
headroom compare results/shop-compare.h5 --no-html --format markdown >shop.md
grep -q '^### headroom: `same` and `slow` against `base`$' shop.md || fail "no heading"
grep -q '^| `mean_latency` | \*\*worse\*\* |' shop.md || fail "no table"
headroom compare results/shop-compare.h5 --no-html --format adr >shop-adr.md
grep -q '^Status: proposed$' shop-adr.md || fail "no status"
ok "Markdown for pull requests and decision records"

LC_ALL=C expect 0 headroom compare results/shop-compare.h5 --no-html
case $out in *"±"*) fail "UTF-8 where there is none" ;; esac
ok "plain ASCII where the locale has no more"
