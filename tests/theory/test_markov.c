/* tests/theory/test_markov.c - chains whose answers are known otherwise. */
#include "sim/theory/markov.h"
#include "sim/theory/networks.h"
#include "sim/theory/queues.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

static int close_to(double got, double want)
{
    return fabs(got / want - 1.0) < 1e-12;
}

/* M/M/3/6 as a chain: all servers busy and no room. */
static void steady_state_is_that_of_birth_and_death(void **unused)
{
    enum { N = 7 };
    double rate[N * N] = {0}, p[N], q[N], up[N - 1], down[N - 1];

    (void)unused;
    for (int i = 0; i + 1 < N; i++) {
        up[i] = rate[i * N + i + 1] = 2.385;
        down[i] = rate[(i + 1) * N + i] = 1.1 * (i + 1 < 3 ? i + 1 : 3);
    }
    hr_markov_steady(rate, N, p);
    hr_markov_birth_death(up, down, N, q);
    for (int i = 0; i < N; i++)
        assert_true(close_to(p[i], q[i]));
}

/* Two parts that fail at a and are repaired at b: (3 a + b) / (2 a^2) until both are down. */
static void absorption_takes_as_long_as_two_parts_take_to_fail(void **unused)
{
    const double a = 1e-7, b = 0.385;
    double rate[9] = {0, 2 * a, 0, b, 0, a, 0, 0, 0};

    (void)unused;
    assert_true(close_to(hr_markov_absorption(rate, 3, 0), (3 * a + b) / (2 * a * a)));
}

static void absorption_begins_where_it_is_told(void **unused)
{
    const double a = 0.5, b = 0.25;
    double from_one[9] = {0, 2 * a, 0, b, 0, a, 0, 0, 0};

    (void)unused;
    /* From one part down: the same time without the first failure, 1 / (2 a). */
    assert_true(close_to(hr_markov_absorption(from_one, 3, 1),
                         (3 * a + b) / (2 * a * a) - 1 / (2 * a)));
}

static void a_chain_that_nothing_ends_is_never_absorbed(void **unused)
{
    double rate[4] = {0, 1, 1, 0};

    (void)unused;
    assert_true(isinf(hr_markov_absorption(rate, 2, 0)));
}

/* Bolch and others, example 7.4: visits 5, 2.5, 2.5, 1 of a request that comes to station 4. */
static void visits_solve_the_traffic_equations(void **unused)
{
    const double outside[4] = {0, 0, 0, 1};
    const double route[16] = {0, 0.5, 0.5, 0, 1, 0, 0, 0, 0.6, 0, 0, 0, 1, 0, 0, 0};
    const double want[4] = {5, 2.5, 2.5, 1};
    double visits[4];

    (void)unused;
    hr_network_visits(outside, route, 4, visits);
    for (int i = 0; i < 4; i++)
        assert_true(close_to(visits[i], want[i]));
}

static void a_closed_system_is_no_faster_than_its_bound(void **unused)
{
    const struct hr_station s[2] = {{0.1, 4}, {0.05, 1}};
    struct hr_station_figures f[2];
    struct hr_arena *a = hr_arena_create();

    (void)unused;
    for (unsigned n = 1; n <= 60; n += 7) {
        const double x = hr_closed_network(a, s, 2, n, 2.0, f);
        assert_true(x <= hr_closed_bound(s, 2, n, 2.0) * (1 + 1e-12));
    }
    /* Few customers do not wait for each other; many fill the bottleneck. */
    assert_true(close_to(hr_closed_bound(s, 2, 1, 2.0), 1 / 2.15));
    assert_true(close_to(hr_closed_bound(s, 2, 1000, 2.0), 20.0));
    hr_arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_state_is_that_of_birth_and_death),
        cmocka_unit_test(absorption_takes_as_long_as_two_parts_take_to_fail),
        cmocka_unit_test(absorption_begins_where_it_is_told),
        cmocka_unit_test(a_chain_that_nothing_ends_is_never_absorbed),
        cmocka_unit_test(visits_solve_the_traffic_equations),
        cmocka_unit_test(a_closed_system_is_no_faster_than_its_bound),
    };
    return cmocka_run_group_tests_name("markov", tests, NULL, NULL);
}
