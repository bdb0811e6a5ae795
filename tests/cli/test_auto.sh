#!/bin/bash
# headroom run without -r: as many runs as it takes, or as there is time for.
# ctest-labels: threads
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

scenario shop.yaml "p99 < 200ms" 2m
# What it said, as one line.
told() {
    out=$(tr -s ' \n' ' ' <.out)
    says "$1"
}
runs() {
    sed -n 's/.* \([0-9]*\) replications (.*/\1/p' <<<"$out"
}
run() {
    expect 0 headroom run shop.yaml --no-html --time none "$@"
}

run -o one -j 1 --precision 6%
told " replications (every objective is known to 6%)"
n=$(runs)
run -o two -j 2 --precision 6%
run -o eight -j 8 --precision 6%
cmp one/shop.h5 two/shop.h5 && cmp one/shop.h5 eight/shop.h5 || fail "other bytes"
ok "the number of threads changes no byte of a run that ends by its precision"

[ "$n" -gt 15 ] || fail "$n replications: it ended as early as it can and showed nothing"
run -o more -r auto --precision 4%
told " replications (every objective is known to 4%)"
more=$(runs)
[ "$more" -gt "$n" ] || fail "$more replications for 4%, $n for 6%"
ok "it takes more runs to know more, and auto is what is done when nothing is said"

expect 0 headroom run shop.yaml --no-html --precision 0.01% --set horizon=1m
told "200 replications (no more are made by -r auto)"
ok "200 runs are the most"

# Long enough for one run, on any host and with any sanitizer, and not for 200.
for limit in 2s 10s 50s; do
    headroom run shop.yaml --no-html --precision 0.001% --time $limit --set horizon=40m --design one \
        >.out 2>.err && break
done
told "(the time was up)"
case $out in *INCOMPLETE*) fail "what there was time for is all that was asked for" ;; esac
ok "a run that has used its time up counts what it has"

expect 0 headroom run shop.yaml --no-html -r 4
told "4 replications, seed 1. Intervals: 95%."
expect 0 headroom run shop.yaml --no-html -r 1
says "an observation"
ok "-r N makes N runs"
