#!/bin/bash
# The command line: help, versions, and what is said of a wrong one.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

expect 0 headroom
says "Usage: headroom COMMAND"
[ "$(printf '%s\n' "$out" | wc -l)" -le 24 ] || fail "longer than a terminal"
ok "alone it says what it is for, on one screen"

expect 0 headroom --version
case $out in "headroom "[0-9]*) ;; *) fail "version" ;; esac
ok "the version is one line"

for command in run check resolve report models explain help; do
    expect 0 headroom "$command" --help
    says "Usage: headroom $command"
    expect 0 headroom help "$command"
    says "Usage: headroom $command"
done
ok "every command has help, both ways"

expect 0 headroom help run
for option in --replications --jobs --time --seed --quick --set --design --only \
    --without-disturbances --gate --output --no-html --quiet --color --stats --exit-zero \
    --strict; do
    says "$option"
done
says "Exit status"
ok "the help of run lists its options and exit statuses"

expect 2 headroom rnu
complains 'did you mean `run`?'
expect 2 headroom xyzzy
complains 'there is no command `xyzzy`'
expect 2 headroom --frobnicate
complains "unknown option"
ok "an unknown command is refused, with the nearest name"

expect 2 headroom run x.yaml --replicatons 3
complains 'did you mean `--replications`?'
expect 2 headroom run x.yaml -z
complains 'unknown option `-z`'
ok "an unknown option is refused, with the nearest name"

expect 2 headroom run x.yaml -r
complains "needs a value"
expect 2 headroom run x.yaml -r many
complains "takes a whole number"
expect 2 headroom run x.yaml -r 0
expect 2 headroom run x.yaml --precision 2
complains "such as 2%"
expect 2 headroom run x.yaml --precision 0%
expect 2 headroom run x.yaml -r 5 --precision 2%
complains "leave out -r"
expect 2 headroom run x.yaml --time 5
complains "takes a duration"
expect 2 headroom run x.yaml --quick=yes
complains "takes no value"
expect 2 headroom run x.yaml --gate some
complains "takes one of chosen, all"
ok "a wrong value is refused, and what is right is said"

expect 2 headroom run
complains "needs SCENARIO"
expect 2 headroom run a.yaml b.yaml
complains 'one too many'
ok "operands are counted"

for command in sweep limit plan probe export import schema calibrate backtest; do
    expect 2 headroom "$command" x
    complains "not yet supported"
done
ok "commands that come later are known by name and refused"

expect 2 headroom run "$(printf 'a\033[31m')" --x
expect 2 headroom "$(printf 'e\033[31mvil')"
case $err in *$'\033'*) fail "an escape reached the terminal" ;; esac
ok "a hostile word is shown harmless"
