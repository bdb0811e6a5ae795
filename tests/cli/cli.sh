# shellcheck shell=bash disable=SC2016,SC2015,SC2034
# tests/cli/cli.sh - what the tests of the program share; sourced by test_*.sh.
#
#   expect STATUS COMMAND...   run it; out and err hold what it said
#   says TEXT, complains TEXT  it is in out, in err
#   silent                     err is empty
#   ok NAME                    the promise that has just been kept
set -u
: "${HR_PROGRAM:?}"
if [ ! -x "$HR_PROGRAM" ]; then
    echo "no program at $HR_PROGRAM"
    exit 77
fi
unset NO_COLOR CLICOLOR_FORCE FORCE_COLOR COLUMNS
work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
out="" err="" status=0

fail() {
    printf 'FAILED: %s\n' "$*"
    printf -- '--- status %s\n--- stdout\n%s\n--- stderr\n%s\n' "$status" "$out" "$err"
    exit 1
}

headroom() {
    "$HR_PROGRAM" "$@"
}

expect() {
    local wanted=$1
    shift
    "$@" >"$work/.out" 2>"$work/.err" </dev/null
    status=$?
    out=$(cat "$work/.out") err=$(cat "$work/.err")
    [ "$status" -eq "$wanted" ] || fail "status $status instead of $wanted: $*"
}

says() {
    case $out in *"$1"*) ;; *) fail "stdout lacks: $1" ;; esac
}

complains() {
    case $err in *"$1"*) ;; *) fail "stderr lacks: $1" ;; esac
}

silent() {
    [ -z "$err" ] || fail "stderr is not empty"
}

ok() {
    printf 'ok: %s\n' "$*"
}

# scenario FILE OBJECTIVE [HORIZON]: one server at half load.
scenario() {
    cat >"$1" <<YAML
headroom: 1
name: One server
horizon: ${3:-20m}
traffic:
  users: { to: app, rate: 50/s, mix: { get: 100% }, deadline: 2s }
components:
  app:
    kind: service
    operations:
      get: { steps: [ { work: { value: exponential(10ms), source: test } } ] }
objectives:
  - $2
designs:
  one: {}
  two: { app.instances: 2 }
YAML
}
