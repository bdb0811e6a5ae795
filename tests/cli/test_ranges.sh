#!/bin/bash
# Inputs that are known only as ranges: named, sampled, explained, pinned.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

example=$HR_SOURCE_DIR/scenarios/examples/uncertain.yaml

# Where the verdict flips is told with an interval, in which the known value is.
flips_at_139() {
    local told
    told=$(tr -s ' \n' ' ' <.out)
    [[ $told =~ "one_core breaks mean_latency < 300ms if app.page work > "[0-9]+" ms ("([0-9]+)" ms to "([0-9]+)" ms)" ]] ||
        fail "it does not say where the verdict flips"
    ((BASH_REMATCH[1] <= 139 && 139 <= BASH_REMATCH[2])) ||
        fail "not at 139 ms, but ${BASH_REMATCH[1]} to ${BASH_REMATCH[2]} ms"
}

expect 0 headroom check "$example"
says "3 uncertain inputs: visitors rate 4.9/s..5.1/s, store latency 1ms..3ms, app.page work 100ms..160ms."
expect 0 headroom resolve "$example"
says "uncertain, uniform"
ok "check and resolve name them"

expect 4 headroom run "$example" --quick -r 8 -o one -j 1
says "one_core is undecided on mean_latency, which"
says "depends on app.page work: breaks above 1"
flips_at_139 # as the scenario says, by the formula of Pollaczek and Khinchine
says "3 guessed (3 of them as ranges)"
says "is broken by less than 32% of the"
ok "run says what decides, and where"

expect 4 headroom run "$example" --quick -r 8 -o four -j 4
cmp one/uncertain.h5 four/uncertain.h5 || fail "other bytes with other threads"
expect 0 headroom report one/uncertain.h5
flips_at_139
grep -q 'id="ranges"' one/uncertain.html || fail "the page has no section of ranges"
ok "stored results say the same, whatever the number of threads"

pin=(--set app.operations.page.work=110ms --set store.latency=2ms --set visitors.rate=5/s)
expect 0 headroom run "$example" --quick -r 8 -o pinned "${pin[@]}"
case $out in *UNCERTAIN*) fail "pinned inputs are still uncertain" ;; esac
expect 0 headroom check "$example" "${pin[@]}"
case $out in *uncertain\ input*) fail "check still names them" ;; esac
ok "--set pins them"

scenario shop.yaml "p99 < 2s"
expect 0 headroom check shop.yaml --set users.rate=40/s..60/s
says "1 uncertain input: users rate 40/s..60/s."
expect 3 headroom run shop.yaml --set users.rate=60/s..40/s
complains "--set:1:12"
complains "E219"
expect 3 headroom run shop.yaml --set horizon=10m..20m
complains "E905"
ok "--set makes one, and what is wrong is shown in the argument"
