/* tests/system/test_optimistic.c - optimistic holds: who ends first wins, the others fail. */
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Calls at `at` that work on a row for 10 ms, 1 ms after they have come; each asks again as
 * often as `retry` says. */
static const struct hr_record *contend(struct tiny *t, uint32_t n, const hr_time *at,
                                       struct hr_retry *retry, bool optimistic)
{
    static struct hr_resource row = {.name = "row", .count = 1, .queue = -1};
    const struct hr_step inside = tiny_wait(10);
    struct hr_call_options o = tiny_plain();

    tiny_init(t, HR_SECOND);
    tiny_service(t, "db");
    t->components[0].resources = (struct hr_items){1, &row};
    const struct hr_block block = tiny_block(t, 1, &inside);
    struct hr_step hold = tiny_branches(t, HR_STEP_HOLD, 1, &block);
    hold.optimistic = optimistic;
    const struct hr_step steps[] = {tiny_wait(1), hold};
    o.retry = retry;
    tiny_clients(t, tiny_op(t, "write", 2, steps), o, n, at);
    return tiny_run(t);
}

static void who_ends_first_wins_and_who_had_begun_by_then_fails(void **unused)
{
    const hr_time at[] = {0, MS(5), MS(9), MS(10)};
    struct tiny t;

    (void)unused;
    /* the first ends at 11; the second began at 6, the third at 10; the fourth begins at 11,
     * in the instant of that end and after it */
    const struct hr_record *r = contend(&t, 4, at, NULL, true);
    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->rows[0].failed, 2);
    tiny_free(&t);
}

static void nobody_waits(void **unused)
{
    const hr_time at[] = {0, MS(5)};
    struct tiny t;

    (void)unused;
    const struct hr_record *r = contend(&t, 2, at, NULL, true);
    assert_int_equal(r->rows[0].answered_latency.max, MS(11));
    tiny_free(&t);
    r = contend(&t, 2, at, NULL, false); /* beside a lock: the second waits until 11 */
    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->rows[0].answered_latency.max, MS(16));
    tiny_free(&t);
}

static void one_that_failed_keeps_nobody_from_winning(void **unused)
{
    const hr_time at[] = {0, MS(5), MS(12)};
    struct tiny t;

    (void)unused;
    /* the second fails at 16, while the third is at work: 13 to 23 */
    const struct hr_record *r = contend(&t, 3, at, NULL, true);
    assert_int_equal(r->rows[0].good, 2);
    tiny_free(&t);
}

/* The first asks a bank inside, which fails: it has changed nothing for the second. */
static void who_fails_inside_is_not_the_first(void **unused)
{
    static struct hr_resource row = {.name = "row", .count = 1, .queue = -1};
    const hr_time early = 0, late = MS(5);
    const struct hr_step money = tiny_wait(1);
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "bank");
    const uint32_t pay = tiny_op(&t, "pay", 1, &money);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, HR_NEVER)->by = 1;
    tiny_service(&t, "db");
    t.components[1].resources = (struct hr_items){1, &row};
    uint32_t ops[2];
    const struct hr_step inside[] = {tiny_wait(10), tiny_call(&t, pay, tiny_plain())};
    for (uint32_t i = 0; i < 2; i++) {
        const struct hr_block block = tiny_block(&t, i == 0 ? 2 : 1, inside);
        struct hr_step hold = tiny_branches(&t, HR_STEP_HOLD, 1, &block);
        hold.optimistic = true;
        ops[i] = tiny_op(&t, i == 0 ? "pay_and_write" : "write", 1, &hold);
    }
    tiny_clients(&t, ops[0], tiny_plain(), 1, &early);
    const uint32_t second = tiny_clients(&t, ops[1], tiny_plain(), 1, &late);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].good, 0);
    assert_int_equal(r->rows[second].good, 1);
    tiny_free(&t);
}

static void with_retries_all_win_in_the_end(void **unused)
{
    const hr_time at[] = {0, MS(1), MS(2), MS(3), MS(4)};
    struct hr_retry retry = {.attempts = 100};
    struct tiny t;

    (void)unused;
    /* n at once: one wins each round, and all the others come again: 5 + 4 + 3 + 2 + 1 */
    const struct hr_record *r = contend(&t, 5, at, &retry, true);
    assert_int_equal(r->rows[0].good, 5);
    assert_int_equal(r->rows[0].attempts, 15);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_ends_first_wins_and_who_had_begun_by_then_fails),
        cmocka_unit_test(nobody_waits),
        cmocka_unit_test(one_that_failed_keeps_nobody_from_winning),
        cmocka_unit_test(who_fails_inside_is_not_the_first),
        cmocka_unit_test(with_retries_all_win_in_the_end),
    };
    return cmocka_run_group_tests_name("optimistic", tests, NULL, NULL);
}
