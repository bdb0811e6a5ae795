#!/bin/bash
# The checks of the house notice what they are there for: each is shown one fault.
# ctest-timeout: 300
set -uo pipefail
cd "${HR_SOURCE_DIR:-$(dirname "${BASH_SOURCE[0]}")/../..}" || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/headroom-house.XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

fresh() { # an empty tree
    rm -rf "$work/tree"
    mkdir -p "$work/tree"/{sim/{engine,system,study},models/{data,edge,parts}}
}
expect() { # STATUS WORDS COMMAND...: the exit status, and words that the output holds
    local status=$1 words=$2 got=0
    shift 2
    "$@" >"$work/out" 2>&1 || got=$?
    if [ $got -ne "$status" ] || ! grep -qF -- "$words" "$work/out"; then
        echo "FAILED: $* gave $got, expected $status and '$words'; it said:"
        cat "$work/out"
        failed=$((failed + 1))
    fi
}
file() { # PATH TEXT...: lines of a file of the tree
    local path=$work/tree/$1
    shift
    printf '%s\n' "$@" >"$path"
}

fresh
file sim/engine/low.h 'int hr_low;'
file sim/study/high.h '#include "sim/engine/low.h"'
file models/data/cache.h 'int hr_x;'
file models/parts/station.h 'int hr_y;'
file models/data/cache.c '#include "models/data/cache.h"' '#include "models/parts/station.h"'
expect 0 '3 includes, 0 against' scripts/check-includes "$work/tree"
file sim/engine/low.c '#include "sim/study/high.h"'
expect 1 'sim/engine/low.c:1: sim/study/high.h' scripts/check-includes "$work/tree"
file sim/engine/low.c ''
file models/edge/cdn.c '#include "models/data/cache.h"'
expect 1 'no other model' scripts/check-includes "$work/tree"
file models/edge/cdn.c '#include "sim/study/high.h"'
expect 1 'models/edge/cdn.c:1' scripts/check-includes "$work/tree"
file models/edge/cdn.c '#include "low.h"'
expect 1 'say the whole path' scripts/check-includes "$work/tree"

fresh
file sim/engine/fine.h '#include <stddef.h>' 'size_t hr_n(void);'
expect 0 '1 headers compile alone' scripts/check-headers "$work/tree"
file sim/engine/lame.h 'size_t hr_n(void);'
expect 123 'sim/engine/lame.h does not compile alone' scripts/check-headers "$work/tree"

fresh
{ echo 'int hr_long(int x)'; echo '{'; for _ in {1..100}; do echo '    x++;'; done; echo '    return x;'; echo '}'; } >"$work/tree/sim/engine/long.c"
expect 1 'lines, at most 100' scripts/check-size "$work/tree"
{ echo 'int hr_knot(int x)'; echo '{'; for i in {1..21}; do echo "    if (x == $i) x--;"; done; echo '    return x;'; echo '}'; } >"$work/tree/sim/engine/long.c"
expect 1 'complexity 22, at most 20' scripts/check-size "$work/tree"
file sim/engine/long.c 'int hr_short(void)' '{' '    return 1;' '}'
expect 0 hr_short scripts/check-size "$work/tree"

archive() { # TEXT: a library of one file
    printf '%s\n' "$1" >"$work/a.c"
    gcc -fPIE -c "$work/a.c" -o "$work/a.o" && rm -f "$work/a.a" && ar rc "$work/a.a" "$work/a.o"
}
archive 'int hr_f(int i); static const char *const t[] = {"a", "b"}; int hr_f(int i) { return t[i][0]; }'
expect 0 '1 exported symbols' scripts/check-symbols "$work/a.a"
archive 'int stranger(void); int stranger(void) { return 1; }'
expect 1 'stranger' scripts/check-symbols "$work/a.a"
archive 'int hr_f(void); static int counter; int hr_f(void) { return ++counter; }'
expect 1 'counter' scripts/check-symbols "$work/a.a"
archive 'int hr_f(void); int hr_f(void) { static _Thread_local int kept = 3; return ++kept; }'
expect 1 'kept' scripts/check-symbols "$work/a.a"

if command -v valgrind >/dev/null; then
    export HR_INSTRUCTIONS=$work/figures
    expect 0 'nothing to compare' scripts/check-instructions mm1
    expect 0 'written to' scripts/check-instructions --update mm1
    awk '$1 == "mm1" {$2 = int($2 / 1.05)} {print}' "$work/figures" >"$work/faster"
    HR_INSTRUCTIONS=$work/faster expect 1 '+5.00%' scripts/check-instructions mm1
    awk '$1 == "mm1" {$2 = int($2 / 1.015)} {print}' "$work/figures" >"$work/near"
    HR_INSTRUCTIONS=$work/near expect 0 '+1.50%' scripts/check-instructions mm1
fi

expect 2 "no stage 'nonsense'" scripts/test --only nonsense
expect 2 'scripts/setup' scripts/setup --nonsense
expect 0 'seam' scripts/test --list

[ $failed -eq 0 ] && echo 'every check notices its fault'
exit $((failed > 0))
