#!/bin/bash
# Pipes that close, disks that fill, colours that are not wanted.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

scenario shop.yaml "availability >= 99%" 2m
escape=$(printf '\033')

headroom run shop.yaml -r 1 --no-html 2>err.txt | head -1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "status ${PIPESTATUS[0]} for a closed pipe"
! grep -qi "broken pipe\|cannot write" err.txt || fail "it complains about the closed pipe"
headroom explain service | true
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "explain: status ${PIPESTATUS[0]}"
ok "a reader that goes away is not an error"

if [ -e /dev/full ]; then
    headroom run shop.yaml -r 1 --no-html >/dev/full 2>err.txt
    status=$?
    [ "$status" -eq 74 ] || fail "status $status for a full disk"
    grep -q "cannot write" err.txt || fail "a full disk is not mentioned"
    ok "a full standard output exits with 74"
fi

(ulimit -f 4; headroom run shop.yaml -r 1 --no-html -o small) >/dev/null 2>err.txt
status=$?
[ "$status" -eq 74 ] || fail "status $status for a file that may not grow"
[ -z "$(ls -A small)" ] || fail "left behind: $(ls -A small)"
ok "a results file that cannot be written exits with 74 and leaves nothing"

mkdir closed
chmod a-w closed
if [ "$(id -u)" -ne 0 ]; then
    expect 74 headroom run shop.yaml -r 1 -o closed
    complains "cannot write to closed"
    ok "a folder that may not be written to is seen before simulating"
fi
echo text >file
expect 74 headroom run shop.yaml -r 1 -o file
complains "cannot write to file"
ok "a file in place of the folder is refused"

for setting in "NO_COLOR=1" "TERM=dumb" "A=b"; do
    expect 0 env "$setting" "$HR_PROGRAM" run shop.yaml --no-html
    case $out$err in *"$escape"*) fail "colour with $setting in a pipe" ;; esac
done
expect 0 headroom run shop.yaml -r 1 --no-html --color always
case $out in *"$escape"*) ;; *) fail "no colour with --color always" ;; esac
expect 0 env CLICOLOR_FORCE=1 "$HR_PROGRAM" run shop.yaml --no-html
case $out in *"$escape"*) ;; *) fail "no colour with CLICOLOR_FORCE" ;; esac
expect 0 env CLICOLOR_FORCE=1 NO_COLOR=1 "$HR_PROGRAM" run shop.yaml --no-html
case $out in *"$escape"*) fail "NO_COLOR does not win" ;; esac
expect 0 env CLICOLOR_FORCE=1 "$HR_PROGRAM" run shop.yaml --no-html --color never
case $out in *"$escape"*) fail "--color never does not win" ;; esac
ok "colour: --color, then NO_COLOR, then CLICOLOR_FORCE, then the terminal"

# Not every machine that builds has terminals to give: a bare chroot has no /dev/pts.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    expect 0 env TERM=dumb script -qec "$HR_PROGRAM run shop.yaml --no-html" typescript
    case $out in *"$escape"*) fail "a dumb terminal is told to move its cursor" ;; esac
    ok "a dumb terminal gets no escapes, not even of the progress line"
fi

expect 0 env LC_ALL=C "$HR_PROGRAM" run shop.yaml --no-html
! printf '%s' "$out$err" | LC_ALL=C grep -q '[^ -~[:space:]]' || fail "more than ASCII in C"
ok "a locale without UTF-8 gets ASCII"

headroom run shop.yaml -r 1 --no-html >/dev/null 2>&1 <&- || fail "closed standard input"
ok "a closed standard input is not needed"
