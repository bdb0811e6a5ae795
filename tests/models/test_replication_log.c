/* tests/models/test_replication_log.c - what a copy has and what a cut loses, by hand. */
#include "models/parts/replication_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_copy_follows_its_lag_behind(void **unused)
{
    struct hr_copy c;

    (void)unused;
    hr_copy_init(&c, 300, 4, 1000);
    assert_int_equal(c.position, 700);
    assert_int_equal(hr_copy_advance(&c, 300, 5000), 4700);
    /* A longer lag stops it, it never goes back; a shorter one lets it catch up. */
    assert_int_equal(hr_copy_advance(&c, 900, 5400), 4700);
    assert_int_equal(hr_copy_advance(&c, 900, 6000), 5100);
    assert_int_equal(hr_copy_advance(&c, 100, 6100), 5500);
    assert_int_equal(hr_copy_advance(&c, 100, 6300), 6200);
}

static void a_paused_copy_stays_and_then_catches_up(void **unused)
{
    const hr_time s = HR_SECOND;
    struct hr_copy c;

    (void)unused;
    hr_copy_init(&c, s, 4, 0);
    hr_copy_advance(&c, s, 100 * s);
    c.paused = true;
    assert_int_equal(hr_copy_advance(&c, s, 160 * s), 99 * s);
    c.paused = false;
    /* 60 s behind, gaining 3 s a second: there after 20 s. */
    assert_int_equal(hr_copy_advance(&c, s, 179 * s), 175 * s);
    assert_int_equal(hr_copy_advance(&c, s, 180 * s), 179 * s);
    assert_int_equal(hr_copy_advance(&c, s, 200 * s), 199 * s);
}

static void a_cut_loses_what_came_after_the_position(void **unused)
{
    struct hr_log_entry room[8];
    struct hr_replication_log log;

    (void)unused;
    hr_replication_log_init(&log, room, 8);
    for (hr_time t = 10; t <= 50; t += 10)
        hr_replication_log_add(&log, t);
    struct hr_log_cut cut = hr_replication_log_lost(&log, 20, 45);
    assert_int_equal(cut.writes, 2); /* 30 and 40: the one at the position is there */
    assert_int_equal(cut.last, 40);
    assert_int_equal(hr_replication_log_lost(&log, 9, 50).writes, 5);
    cut = hr_replication_log_lost(&log, 50, 60);
    assert_int_equal(cut.writes, 0);
    assert_true(cut.last == HR_NEVER);
}

static void a_write_that_is_noted_late_finds_its_place(void **unused)
{
    struct hr_log_entry room[8];
    struct hr_replication_log log;

    (void)unused;
    hr_replication_log_init(&log, room, 8);
    hr_replication_log_add(&log, 30);
    hr_replication_log_add(&log, 50);
    hr_replication_log_add(&log, 20);
    hr_replication_log_add(&log, 40);
    assert_int_equal(hr_replication_log_lost(&log, 20, 40).writes, 2);
    hr_replication_log_trim(&log, 30);
    assert_int_equal(log.n, 2);
    assert_int_equal(hr_replication_log_lost(&log, 0, 100).writes, 2);
}

static void what_every_copy_has_is_forgotten_and_the_ring_goes_round(void **unused)
{
    struct hr_log_entry room[4];
    struct hr_replication_log log;

    (void)unused;
    hr_replication_log_init(&log, room, 4);
    for (hr_time t = 1; t <= 1000; t++) {
        hr_replication_log_trim(&log, t - 3);
        hr_replication_log_add(&log, t);
        assert_int_equal(hr_replication_log_lost(&log, t - 3, t).writes, t < 3 ? t : 3);
    }
}

/* More writes than there is room for: neighbours are joined, and nothing is lost count of. */
static void a_full_log_joins_neighbours_and_keeps_the_count(void **unused)
{
    struct hr_log_entry room[64];
    struct hr_replication_log log;

    (void)unused;
    hr_replication_log_init(&log, room, 64);
    for (hr_time t = 1; t <= 10007; t++)
        hr_replication_log_add(&log, 7 * t);
    hr_replication_log_add(&log, 7 * 200 + 3);
    assert_int_equal(hr_replication_log_lost(&log, 0, 80000).writes, 10008);
    for (hr_time t = 300; t < 10000; t += 997) {
        const uint64_t lost = hr_replication_log_lost(&log, 7 * t, 80000).writes;
        const uint64_t exact = 10007 - (uint64_t)t;
        assert_in_range(lost, exact - 1, exact + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_follows_its_lag_behind),
        cmocka_unit_test(a_paused_copy_stays_and_then_catches_up),
        cmocka_unit_test(a_cut_loses_what_came_after_the_position),
        cmocka_unit_test(a_write_that_is_noted_late_finds_its_place),
        cmocka_unit_test(what_every_copy_has_is_forgotten_and_the_ring_goes_round),
        cmocka_unit_test(a_full_log_joins_neighbours_and_keeps_the_count),
    };
    return cmocka_run_group_tests_name("replication_log", tests, NULL, NULL);
}
