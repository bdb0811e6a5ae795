#!/bin/bash
# The same study gives the same bytes: whatever the threads, the folder and the processor.
# ctest-labels: threads
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

scenario shop.yaml "p99 < 200ms" 5m
run() {
    headroom run shop.yaml -r 4 -q --no-html "$@" >/dev/null || fail "run $*"
}
run -j 1 -o one
run -j 2 -o two
cmp one/shop.h5 two/shop.h5 || fail "two threads give other bytes"
ok "the number of threads changes no byte"

mkdir -p else/where
cp shop.yaml else/where/
(cd else/where && headroom run shop.yaml -r 4 -q --no-html -o out >/dev/null)
cmp one/shop.h5 else/where/out/shop.h5 || fail "another folder gives other bytes"
ok "the folder changes no byte"

GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-FMA4 run -j 2 -o nofma
cmp one/shop.h5 nofma/shop.h5 || fail "without FMA there are other bytes"
ok "libm without FMA changes no byte"

LC_ALL=C TZ=Asia/Tokyo run -j 2 -o zone
cmp one/shop.h5 zone/shop.h5 || fail "locale or time zone change bytes"
ok "locale and time zone change no byte"

run -j 2 -o seed --seed 2
! cmp -s one/shop.h5 seed/shop.h5 || fail "another seed gives the same bytes"
ok "another seed changes them"
