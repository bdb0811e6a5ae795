#!/bin/bash
# Names and texts from files are inert: in the terminal, in the page, for gnuplot and the shell.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

cp "$HR_SOURCE_DIR/tests/cli/hostile.yaml" .
nothing_happened() {
    local found
    found=$(find . -name 'pwned*')
    [ -z "$found" ] || fail "something ran a name: $found"
}

expect 1 headroom run hostile.yaml -r 1 --color always
nothing_happened
says 'touch pwned-name'
ok "hostile names are simulated and shown"

page=results/hostile.html
grep -q 'svg' "$page" || fail "the page has no figures"
for tag in '<script>alert' '<img src=x' '</style><script' '<b>'; do
    ! grep -qF "$tag" "$page" || fail "the page holds $tag"
done
ok "nothing of them is markup in the page"

expect 0 headroom report results/hostile.h5 -o again.html
nothing_happened
cmp -s "$page" again.html || fail "the page of the stored results differs"
ok "stored results carry them as they were"

expect 0 headroom check hostile.yaml
expect 0 headroom resolve hostile.yaml
nothing_happened

# Escapes of the terminal are refused where they are written, and shown as text.
printf 'headroom: 1\nname: "\\e]0;owned\\a red"\nhorizon: 1m\n' >escape.yaml
expect 3 headroom run escape.yaml --color never
case $out$err in *$'\e'*) fail "an escape reached the terminal" ;; esac
printf 'headroom: 1\nname: a\033[31mb\nhorizon: 1m\n' >raw.yaml
expect 3 headroom run raw.yaml --color never
case $out$err in *$'\e'*) fail "a raw escape reached the terminal" ;; esac
expect 3 headroom run hostile.yaml --set "$(printf 'a.\033[31m=1')" --color never
case $out$err in *$'\e'*) fail "an escape of --set reached the terminal" ;; esac
ok "terminal escapes never reach the terminal"
