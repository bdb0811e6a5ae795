/* tests/system/test_retries.c - which retries are made, and after what pause. */
#include "sim/system/run_inner.h"
#include "tests/support/tiny.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { CALLS = 100 };

/* Attempts of calls one after the other, all of which fail from `from` on. */
static uint64_t attempts(struct hr_retry *retry, int from)
{
    const struct hr_step work = tiny_work(0.001);
    struct hr_call_options o = tiny_plain();
    hr_time at[CALLS];
    struct tiny t;

    for (int i = 0; i < CALLS; i++)
        at[i] = i * MS(10);
    o.retry = retry;
    tiny_init(&t, 2 * HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &work), o, CALLS, at);
    tiny_disturb(&t, HR_VERB_FAIL, 0, from * MS(10) - MS(5) * (from > 0), HR_NEVER)->by = 1;
    const uint64_t n = tiny_run(&t)->rows[0].attempts;
    tiny_free(&t);
    return n;
}

static void retries_stop_while_too_many_attempts_have_failed(void **unused)
{
    (void)unused;
    /* the first call fails twice, which is more than there are calls, and that stays so */
    assert_int_equal(attempts(&(struct hr_retry){.attempts = 4, .stop_at = 1}, 0), 101);
    /* after 50 good calls, calls 51 and 52 make 4 attempts each; the third failure of call 53
     * is the 11th of all, more than a fifth of 53, and so it stays with one failure a call */
    assert_int_equal(attempts(&(struct hr_retry){.attempts = 4, .stop_at = 0.2}, 50),
                     50 + 4 + 4 + 3 + 47);
    assert_int_equal(attempts(&(struct hr_retry){.attempts = 4}, 50), 50 + 4 * 50);
}

static void a_pause_that_is_given_takes_the_place_of_backoff(void **unused)
{
    struct hr_retry retry = {
        .attempts = 3, .backoff = {MS(100), MS(200)}, .pause = hr_law_constant(0.007)};
    struct hr_draws d = hr_draws(1, 2, 3);

    (void)unused;
    for (uint32_t nth = 0; nth < 5; nth++)
        assert_int_equal(hr_backoff(&retry, nth, MS(1), &d), MS(7));
    retry.pause = hr_law_exponential(0.007);
    double sum = 0;
    for (int i = 0; i < 100000; i++)
        sum += (double)hr_backoff(&retry, 0, 0, &d);
    /* 5 standard deviations of the mean */
    assert_true(fabs(sum / 100000 / 7e6 - 1) < 5 / sqrt(100000));
}

/* Kolmogorov and Smirnov: P(D sqrt(n) > 2.694) = 1e-6. */
static void decorrelated_pauses_are_uniform_up_to_three_times_the_last(void **unused)
{
    enum { N = 20000 };
    const struct hr_retry retry = {.backoff = {MS(5), MS(2000)},
                                   .jitter = HR_JITTER_DECORRELATED};
    struct hr_draws d = hr_draws(1, 2, 4);
    const hr_time lasts[] = {0, MS(5), MS(40)};

    (void)unused;
    for (int k = 0; k < 3; k++) {
        const double hi = 3 * (double)(lasts[k] ? lasts[k] : MS(5)), lo = MS(5);
        uint32_t cell[1000] = {0}, sum = 0;
        for (int i = 0; i < N; i++) {
            const double u = ((double)hr_backoff(&retry, 3, lasts[k], &d) - lo) / (hi - lo);
            assert_true(u >= 0 && u <= 1);
            cell[(int)(u * 999.999)]++;
        }
        for (int c = 0; c < 1000; c++) {
            sum += cell[c];
            assert_true(fabs(sum / (double)N - (c + 1) / 1000.0) * sqrt(N) < 2.694);
        }
    }
}

static void decorrelated_pauses_stay_below_the_second_value(void **unused)
{
    const struct hr_retry retry = {.backoff = {MS(5), MS(20)},
                                   .jitter = HR_JITTER_DECORRELATED};
    struct hr_draws d = hr_draws(1, 2, 5);
    int top = 0;

    (void)unused;
    for (int i = 0; i < 1000; i++) {
        const hr_time pause = hr_backoff(&retry, 3, MS(20), &d);
        assert_true(pause <= MS(20));
        top += pause == MS(20);
    }
    assert_in_range(top, 500, 900); /* (60 - 20) of (60 - 5) */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retries_stop_while_too_many_attempts_have_failed),
        cmocka_unit_test(a_pause_that_is_given_takes_the_place_of_backoff),
        cmocka_unit_test(decorrelated_pauses_are_uniform_up_to_three_times_the_last),
        cmocka_unit_test(decorrelated_pauses_stay_below_the_second_value),
    };
    return cmocka_run_group_tests_name("retries", tests, NULL, NULL);
}
