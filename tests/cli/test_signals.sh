#!/bin/bash
# Ctrl-C keeps what is finished; a kill leaves nothing half written.
# ctest-labels: threads
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

# Start a study with far more runs than there is time for; its id is in pid.
scenario long.yaml "availability >= 99%" 1m
start() {
    # A shell without job control starts what is in the background deaf to SIGINT.
    env --default-signal=INT "$HR_PROGRAM" run long.yaml -r 20000 --no-html -o "$1" >out.txt 2>err.txt &
    pid=$!
}
ended() {
    wait "$pid"
    status=$? out=$(cat out.txt) err=$(cat err.txt)
}

start kept
sleep 1.5
kill -INT "$pid"
ended
[ "$status" -eq 130 ] || fail "status $status after Ctrl-C"
complains "stopping; finished runs are kept"
complains "runs were finished"
[ -s kept/long.h5 ] || fail "the finished runs are lost"
if command -v h5dump >/dev/null; then
    h5dump -a /complete kept/long.h5 | grep -q '"0"' || fail "complete is not 0"
fi
expect 0 headroom report kept/long.h5 --no-html
ok "Ctrl-C keeps finished runs, marks the file and exits with 130"

start none
sleep 0.02
kill -INT "$pid"
ended
[ "$status" -eq 130 ] || fail "status $status after an early Ctrl-C"
ok "an early Ctrl-C exits with 130, too"

start killed
sleep 0.7
kill -KILL "$pid"
ended
[ -z "$(find killed -type f 2>/dev/null)" ] || fail "left behind: $(ls -A killed)"
ok "a kill leaves nothing behind"

# Long for its events; with more hours it would be the making of a run that takes time.
sed -i 's/horizon: .*/horizon: 2000h/' long.yaml
start twice
sleep 0.3
before=$(date +%s%N)
kill -INT "$pid"
ended
took=$(((($(date +%s%N)) - before) / 1000000))
[ "$status" -eq 130 ] || fail "status $status inside a long run"
[ "$took" -lt 1500 ] || fail "took $took ms to stop"
ok "it stops inside a long run, at once"

trap '' INT
"$HR_PROGRAM" run long.yaml -r 1 --set horizon=1m --no-html -o deaf >out.txt 2>err.txt &
pid=$!
sleep 0.01
kill -INT "$pid"
ended
[ "$status" -eq 0 ] || fail "status $status, though told to ignore SIGINT"
ok "it ignores Ctrl-C where it was started that way"
