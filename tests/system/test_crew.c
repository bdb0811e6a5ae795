/* tests/system/test_crew.c - a crew of repairers: every failure and every repair by hand.
 *
 * Instances are lost every 10 s and each takes a repairer 25 s. */
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)(x)*HR_SECOND)

static const hr_time at_zero[] = {0};

static struct hr_disturbance *lose(struct tiny *t, int instances, hr_time horizon,
                                   enum hr_extent extent, uint32_t crew)
{
    const struct hr_step work = tiny_work(1);
    struct hr_disturbance *d;

    tiny_init(t, horizon);
    tiny_service(t, "app")->instances = instances;
    tiny_clients(t, tiny_op(t, "do", 1, &work), tiny_plain(), 1, at_zero);
    d = tiny_disturb(t, HR_VERB_LOSE, 0, 0, S(25));
    d->placed = false;
    d->random = true;
    d->every = hr_law_constant(10);
    d->extent = extent;
    d->count = 1;
    d->crew = crew;
    return d;
}

/* The seconds at which something begins or ends are just these. */
static void assert_times(const struct hr_record *r, const char *what, size_t n,
                         const int *seconds)
{
    size_t found = 0;

    for (uint32_t i = 0; i < r->n_events; i++) {
        if (strcmp(r->events[i].what, what) != 0)
            continue;
        assert_true(found < n);
        assert_int_equal(r->events[i].at, S(seconds[found++]));
    }
    assert_int_equal(found, n);
}
#define BEGIN(r, ...)     TIMES(r, "begins", ((const int[]){__VA_ARGS__}))
#define END(r, ...)       TIMES(r, "ends", ((const int[]){__VA_ARGS__}))
#define TIMES(r, what, x) assert_times(r, what, sizeof x / sizeof *x, x)

/* Instances x time that they were up. */
static void assert_up(const struct hr_record *r, int seconds)
{
    assert_int_equal((int64_t)hr_integral_area(&r->parts[0].up), S(seconds));
}

static void one_repairer_comes_to_one_after_the_other(void **unused)
{
    struct tiny t;

    (void)unused;
    lose(&t, 2, S(65), HR_EXTENT_EACH, 1);
    const struct hr_record *r = tiny_run(&t);

    /* Both at 10 s; one is back at 35, fails at 45 and waits, the other is back at 60. */
    BEGIN(r, 10, 10, 45);
    END(r, 35, 60);
    assert_up(r, (10 + 10) + (10 + 5));
    tiny_free(&t);
}

static void two_repairers_work_at_the_same_time(void **unused)
{
    struct tiny t;

    (void)unused;
    lose(&t, 2, S(65), HR_EXTENT_EACH, 2);
    const struct hr_record *r = tiny_run(&t);

    BEGIN(r, 10, 10, 45, 45);
    END(r, 35, 35);
    assert_up(r, 2 * (10 + 10));
    tiny_free(&t);
}

static void without_a_crew_nobody_waits(void **unused)
{
    struct tiny t;

    (void)unused;
    lose(&t, 5, S(65), HR_EXTENT_EACH, 0);
    const struct hr_record *r = tiny_run(&t);

    BEGIN(r, 10, 10, 10, 10, 10, 45, 45, 45, 45, 45);
    END(r, 35, 35, 35, 35, 35);
    assert_up(r, 5 * (10 + 10));
    tiny_free(&t);
}

static void without_a_crew_one_among_all_is_lost_again_after_its_repair(void **unused)
{
    struct tiny t;

    (void)unused;
    lose(&t, 5, S(75), HR_EXTENT_COUNT, 0);
    const struct hr_record *r = tiny_run(&t);

    BEGIN(r, 10, 45);
    END(r, 35, 70);
    assert_up(r, 5 * 75 - 2 * 25);
    tiny_free(&t);
}

static void what_waits_is_taken_by_the_repairer_who_is_free_first(void **unused)
{
    struct tiny t;

    (void)unused;
    lose(&t, 5, S(72), HR_EXTENT_COUNT, 2);
    const struct hr_record *r = tiny_run(&t);

    /* Repairers are free at 35, 45; then at 35 + 25, 45 + 25; what is left is hit meanwhile. */
    BEGIN(r, 10, 20, 30, 40, 50, 60, 70);
    END(r, 35, 45, 60, 70);
    assert_up(r, 5 * 72 - (25 + 25 + 30 + 30 + 22 + 12 + 2));
    tiny_free(&t);
}

static void who_was_idle_begins_when_it_fails(void **unused)
{
    struct tiny t;

    (void)unused;
    lose(&t, 2, S(65), HR_EXTENT_COUNT, 1)->lasts = S(4);
    const struct hr_record *r = tiny_run(&t);

    BEGIN(r, 10, 20, 30, 40, 50, 60);
    END(r, 14, 24, 34, 44, 54, 64);
    assert_up(r, 2 * 65 - 6 * 4);
    tiny_free(&t);
}

static void where_nothing_is_left_to_break_nobody_has_to_come(void **unused)
{
    struct tiny t;

    (void)unused;
    lose(&t, 2, S(90), HR_EXTENT_COUNT, 1);
    const struct hr_record *r = tiny_run(&t);

    /* Both are away at 30, 50, 70 and 80; the repairer is free at 35, 60, 85, 110. */
    BEGIN(r, 10, 20, 30, 40, 50, 60, 70, 80);
    END(r, 30, 35, 50, 60, 70, 80, 85);
    assert_up(r, (10 + 5 + 5) + 20);
    tiny_free(&t);
}

static void crews_of_two_disturbances_are_apart(void **unused)
{
    struct tiny t;

    (void)unused;
    const struct hr_disturbance first = *lose(&t, 5, S(29), HR_EXTENT_COUNT, 1);
    struct hr_disturbance *other = tiny_disturb(&t, HR_VERB_LOSE, 0, 0, 0);
    *other = first;
    other->name_key++;
    other->lasts = S(7);
    other->every = hr_law_constant(11);
    const struct hr_record *r = tiny_run(&t);

    BEGIN(r, 10, 11, 20, 22); /* the former's at 10 and 20 */
    END(r, 18);
    assert_up(r, 5 * 29 - (19 + 7 + 9 + 7));
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_repairer_comes_to_one_after_the_other),
        cmocka_unit_test(two_repairers_work_at_the_same_time),
        cmocka_unit_test(without_a_crew_nobody_waits),
        cmocka_unit_test(without_a_crew_one_among_all_is_lost_again_after_its_repair),
        cmocka_unit_test(what_waits_is_taken_by_the_repairer_who_is_free_first),
        cmocka_unit_test(who_was_idle_begins_when_it_fails),
        cmocka_unit_test(where_nothing_is_left_to_break_nobody_has_to_come),
        cmocka_unit_test(crews_of_two_disturbances_are_apart),
    };
    return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
