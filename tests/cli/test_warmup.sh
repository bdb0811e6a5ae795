#!/bin/bash
# headroom run --warmup: found out by pilot runs, where there is a steady state to come to.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

# One server at 98%: it takes thousands of service times (half a minute) to forget that it began
# empty.
scenario shop.yaml "p99 < 9s" 10m
sed -i 's|^  two: .*|  two: { users.rate: 98/s }|' shop.yaml
run() {
    expect "$1" headroom run shop.yaml -r 2 --no-html --exit-zero "${@:2}"
}

run 0 --warmup auto -o found
told=$(tr -s ' \n' ' ' <.out)
[[ $told =~ "Warm-up: "([0-9.]+m?s?[0-9.]*s?)", by MSER-5 of 5 pilot runs" ]] || fail "it does not say"
length=${BASH_REMATCH[1]}
[ "$length" != 0s ] || fail "the start from empty is not seen"
ok "it says how long the warm-up is, and how that was found out"

run 0 --warmup "$length" -o given
if command -v h5dump >/dev/null; then
    [ "$(h5dump -d /latency/latency found/shop.h5 | tail -n +2)" = \
        "$(h5dump -d /latency/latency given/shop.h5 | tail -n +2)" ] || fail "other figures"
fi
ok "given by hand it gives the same figures"

run 0 --warmup auto -o again -j 2
cmp found/shop.h5 again/shop.h5 || fail "other bytes"
ok "the pilot runs give the same every time"

run 2 --warmup auto --set 'users.shape=[ { spike: { at: 1m, to: 300%, rise: 1s, hold: 1s, fall: 1s } } ]'
complains 'the load of `users` has a shape'
complains "warmup: 10m"
run 2 --warmup auto --set 'disturbances.storm={ slow: app, by: 2x, at: 1m, for: 1m }'
complains 'it has the disturbance `storm`'
run 0 --warmup auto --set 'disturbances.storm={ slow: app, by: 2x, at: 1m, for: 1m }' --without-disturbances
ok "without a steady state it refuses and says why"

for discipline in processor_sharing fifo; do
    run 2 --warmup auto --set users.rate=200/s --set users.deadline=1h --set "app.discipline=$discipline" --design one
    complains '`one` does not settle'
done
ok "an overloaded design does not settle"
run 2 --warmup auto --set horizon=30d --time 1s
complains 'more than half of the time given'
ok "the pilot runs leave half of the time that was given"
run 3 --warmup soon
headroom run - --warmup auto <shop.yaml >/dev/null 2>.err && fail "standard input cannot be read twice"
ok "nonsense is refused"
