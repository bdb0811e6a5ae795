/* tests/models/test_token_bucket.c - what the token bucket promises. */
#include "models/parts/token_bucket.h"
#include "sim/engine/law.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void starts_full_and_never_exceeds_burst_when_idle(void **unused)
{
    struct hr_token_bucket tb;

    (void)unused;
    hr_token_bucket_init(&tb, 2.385, 7.5, -17);
    assert_true(hr_token_bucket_level(&tb, -17) == 7.5);
    assert_true(hr_token_bucket_level(&tb, HR_HOUR) == 7.5);
}

static void admits_at_exactly_one_token(void **unused)
{
    struct hr_token_bucket tb;

    (void)unused;
    hr_token_bucket_init(&tb, 4.0, 1.0, 0);
    assert_true(hr_token_bucket_take(&tb, 0));
    assert_true(tb.level == 0.0);
    assert_true(hr_token_bucket_take(&tb, HR_SECOND / 4));
}

static void refuses_without_taking_anything(void **unused)
{
    struct hr_token_bucket tb;

    (void)unused;
    hr_token_bucket_init(&tb, 4.0, 1.75, 0);
    assert_true(hr_token_bucket_take(&tb, 0));
    assert_false(hr_token_bucket_take(&tb, HR_SECOND / 32));
    assert_true(hr_token_bucket_level(&tb, HR_SECOND / 32) == 0.875);
}

/* The theorem that defines a token bucket: in any window of length T no more than
 * burst + rate x T pass. */
static void admits_at_most_burst_plus_rate_times_window(void **unused)
{
    enum { N = 400 };
    hr_time pass[N], now = 0;
    struct hr_token_bucket tb;
    int n = 0;

    (void)unused;
    hr_token_bucket_init(&tb, 13.7, 5.25, 0);
    for (int i = 0; i < N; i++) {
        now += (i % 7 == 0) * 3 * (HR_SECOND / 13) + HR_SECOND / 97;
        if (hr_token_bucket_take(&tb, now))
            pass[n++] = now;
    }
    for (int i = 0; i < n; i++)
        for (int j = i; j < n; j++)
            assert_true(j - i + 1 <= 5.25 + 13.7 * hr_time_s(pass[j] - pass[i]) + 1e-6);
    assert_in_range(n, 60, N - 60);
}

/* Tokens missing are the work of an M/D/1/K queue, so the share of refusals is known.
 * validation: TB-0.5-3, TB-0.8-5, TB-0.9-10 (abs 0.002 + 3%). */
static void refuses_the_share_that_the_exact_solution_gives(void **unused)
{
    static const struct {
        double rate, burst, refused;
    } rows[] = {{0.5, 3, 0.0272421556}, {0.8, 5, 0.0352903964}, {0.9, 10, 0.0166317478}};
    enum { N = 2000000 };

    (void)unused;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const struct hr_law gap = hr_law_exponential(1.0 / rows[k].rate);
        struct hr_draws draws = hr_draws(hr_stream(1, 0), k, 1);
        struct hr_token_bucket tb;
        hr_time now = 0;
        long refused = 0;

        hr_token_bucket_init(&tb, 1.0, rows[k].burst, 0);
        for (long i = 0; i < N; i++) {
            now += hr_time_from_s(hr_law_draw(&gap, &draws));
            refused += !hr_token_bucket_take(&tb, now);
        }
        const double share = (double)refused / N;
        if (!(fabs(share - rows[k].refused) < 0.002 + 0.03 * rows[k].refused))
            fail_msg("%g refused of load %g, not %g", share, rows[k].rate, rows[k].refused);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_full_and_never_exceeds_burst_when_idle),
        cmocka_unit_test(admits_at_exactly_one_token),
        cmocka_unit_test(refuses_without_taking_anything),
        cmocka_unit_test(admits_at_most_burst_plus_rate_times_window),
        cmocka_unit_test(refuses_the_share_that_the_exact_solution_gives),
    };
    return cmocka_run_group_tests_name("token_bucket", tests, NULL, NULL);
}
