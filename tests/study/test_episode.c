/* tests/study/test_episode.c - episodes: when they strike and end, what they lose, what they
 * weigh; each number by hand. */
#include "sim/study/episode.h"
#include "sim/study/recovery.h"
#include "tests/scenario/loaded.h"

#include <math.h>

/* `aside` is asked nothing. */
#define SYSTEM(traffic, more)                                                              \
    "headroom: 1\nhorizon: 10h\nwarmup: 0s\ntraffic: { users: { to: app, " traffic         \
    " } }\n"                                                                               \
    "components:\n"                                                                        \
    "  app: { kind: service, instances: 2, operations: { get: [ { work: exponential(1ms) " \
    "} ] } }\n"                                                                            \
    "  aside: { kind: service, operations: { get: [ { work: 1ms } ] } }\n"                 \
    "objectives: [ yearly_availability >= 99% ]\n" more
#define WELL  "recovered: { when: [ availability >= 50% ], over: 1m, held: 2m }\n"
#define CALM  "rate: 6/m, deadline: 1s"
#define RARE  "every: exponential(9y)"
#define BREAK "disturbances:\n  break: { fail: app, by: 100%, " RARE ", for: 30m }\n"

static const double rare = 1 / (9 * 365 * 86400.0); /* 1/s */

enum { MOST = 400 };
struct kept {
    const struct hr_plan *plan;
    size_t n;
    struct hr_episode e[MOST];
    double lost[MOST], valid[MOST];
    double in[MOST]; /* requests of the windows 1 .. 30: while `break` acts */
    double bad[MOST];
    double asked[MOST]; /* until its end */
    hr_time horizon[MOST], expected[MOST];
    uint64_t events[MOST];
    bool lone[MOST]; /* a good window that was not the last but one, after 31m */
};

/* The end of the first two good windows in a row, from window 31 on. */
static hr_time two_good(const struct hr_record *r, const struct hr_plan *plan, bool *lone)
{
    uint32_t good = 0, any = 0;

    for (uint32_t w = 31; w < r->n_windows; w++) {
        good = hr_window_good(&plan->recovered, r, w) ? good + 1 : 0;
        any += good > 0;
        if (good == 2) {
            *lone = any > 2;
            return (w + 1) * HR_MINUTE;
        }
    }
    return HR_NEVER;
}

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct kept *k = ctx;
    const struct hr_episode *e = hr_episode_of(r);

    (void)design;
    assert_int_equal(r->n_violations, 0);
    assert_int_equal(r->replication, k->n + 1);
    k->e[k->n] = *e;
    k->horizon[k->n] = e->plan->horizon;
    k->lost[k->n] = e->lost[0];
    k->valid[k->n] = e->valid[0];
    k->events[k->n] = r->simulated_events;
    k->expected[k->n] = two_good(r, k->plan, &k->lone[k->n]);
    k->in[k->n] = k->bad[k->n] = k->asked[k->n] = 0;
    for (uint32_t w = 0; w < r->n_windows && w * r->window < e->until; w++) {
        k->in[k->n] += w >= 1 && w <= 30 ? r->windows[0].total[w] : 0;
        k->asked[k->n] += r->windows[0].total[w];
        k->bad[k->n] += r->windows[0].total[w] - r->windows[0].ok[w];
    }
    k->n++;
}

static void simulate(struct fixture *f, struct kept *k, const char *text, uint32_t n,
                     const struct hr_study_machine *machine)
{
    const struct hr_scenario *s = load_with(f, text, NULL);

    assert_true(s && f->ds.errors == 0);
    *k = (struct kept){.plan = s->designs[0].plan};
    const struct hr_study_options o = {.plans = &k->plan,
                                       .n_designs = 1,
                                       .replications = n,
                                       .seed = 1,
                                       .jobs = 1,
                                       .machine = machine,
                                       .ctx = k,
                                       .merge = merge};

    assert_true(n <= MOST);
    assert_int_equal(hr_study_run(&o).finished, n);
    assert_int_equal(k->n, n);
}

static void nearly(double x, double y)
{
    if (!(fabs(x - y) <= 1e-9 * fmax(1, fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

/* --- when ------------------------------------------------------------------------------------ */

/* A window of 1m is more than the deadline of 1 s: it strikes at 1m, ends at 31m, and two good
 * windows make 33m. */
static void it_ends_when_all_has_been_well_for_so_long(void **state)
{
    struct kept k;

    simulate(*state, &k, SYSTEM(CALM, WELL BREAK), 12, &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        assert_int_equal(k.e[i].strike, HR_MINUTE);
        assert_true(k.e[i].restored);
        if (k.e[i].other == HR_NONE)
            assert_int_equal(k.e[i].until, 33 * HR_MINUTE);
        /* Sixty mean durations, the lead, and twice the patience of 2h and 4m. */
        assert_int_equal(k.horizon[i],
                         60 * 30 * HR_MINUTE + HR_MINUTE + 2 * (124 * HR_MINUTE));
    }
}

static void good_windows_must_follow_one_another(void **state)
{
    struct kept k;
    size_t lone = 0;

    simulate(*state, &k,
             SYSTEM("rate: 6/m, deadline: 1s, good: 1ms",
                    "recovered: { when: [ availability >= 80% ], over: 1m, held: 2m }\n"
                    "disturbances:\n  odd: { fail: aside, by: 1%, " RARE ", for: 30m }\n"),
             12, &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        if (k.e[i].other != HR_NONE || !k.e[i].restored)
            continue;
        assert_int_equal(k.e[i].until, k.expected[i]);
        lone += k.lone[i];
    }
    assert_true(lone > 0);
}

static void what_acts_for_long_is_not_given_up(void **state)
{
    struct kept k;

    simulate(*state, &k,
             SYSTEM("rate: 6/m, deadline: 1s", WELL
                    "disturbances:\n  long: { fail: app, by: 100%, " RARE ", for: 3h }\n"),
             1, &hr_episode_hazards);
    assert_true(k.e[0].restored);
    assert_int_equal(k.e[0].until, (1 + 180 + 2) * HR_MINUTE);
}

/* Two runs of 33m with a request a minute; years are made of a hundred thousand episodes. */
static void no_more_is_simulated_than_it_takes(void **state)
{
    struct kept k;

    simulate(*state, &k, SYSTEM("rate: 1/m, deadline: 1s", WELL BREAK), 4,
             &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++)
        assert_true(k.events[i] > 0 && k.events[i] < 500);
}

static void what_strikes_after_its_end_is_no_part_of_it(void **state)
{
    struct kept k;
    size_t without = 0;

    simulate(*state, &k,
             SYSTEM("rate: 1/h, deadline: 1s",
                    WELL "disturbances:\n  break: { fail: app, by: 100%, every: "
                         "exponential(1h), for: 30m }\n"),
             12, &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        assert_int_equal(k.e[i].other == HR_NONE, k.e[i].until == 33 * HR_MINUTE);
        without += k.e[i].other == HR_NONE;
    }
    assert_true(without > 0);
}

static void it_strikes_after_the_longest_deadline_in_whole_windows(void **state)
{
    struct kept k;

    simulate(
        *state, &k,
        SYSTEM("rate: 6/m, deadline: 41s",
               "recovered: { when: [ availability >= 50% ], over: 20s, held: 1m }\n" BREAK),
        1, &hr_episode_hazards);
    assert_int_equal(k.e[0].strike, HR_MINUTE);
    simulate(
        *state, &k,
        SYSTEM("rate: 6/m, deadline: 39s",
               "recovered: { when: [ availability >= 50% ], over: 20s, held: 1m }\n" BREAK),
        1, &hr_episode_hazards);
    assert_int_equal(k.e[0].strike, 40 * HR_SECOND);
    simulate(
        *state, &k,
        SYSTEM("rate: 6/m, deadline: 40s",
               "recovered: { when: [ availability >= 50% ], over: 20s, held: 1m }\n" BREAK),
        1, &hr_episode_hazards);
    assert_int_equal(k.e[0].strike, 40 * HR_SECOND);
    simulate(
        *state, &k,
        SYSTEM("rate: 6/m, deadline: 3m",
               "recovered: { when: [ availability >= 50% ], over: 25s, held: 1m }\n" BREAK),
        1, &hr_episode_hazards);
    assert_int_equal(k.e[0].strike, 75 * HR_SECOND); /* a minute at most, in windows */
}

/* It is never well: 31m, and 2h and twice 2m; then the first window that begins later. */
static void what_is_not_restored_is_given_up(void **state)
{
    struct kept k;

    simulate(*state, &k,
             SYSTEM(CALM,
                    "recovered: { when: [ availability >= 50% ], over: 1m, held: 2m }\n"
                    "disturbances:\n  odd: { fail: app, by: 0.01%, " RARE
                    ", for: 30m }\n  always: { fail: app, by: 100%, at: 1h }\n"),
             1, &hr_episode_hazards);
    assert_true(k.e[0].restored); /* what has a time is no part of it */
    simulate(*state, &k,
             SYSTEM("rate: 3/s, deadline: 1us", WELL
                    "disturbances:\n  odd: { fail: aside, by: 1%, " RARE ", for: 30m }\n"),
             1, &hr_episode_hazards);
    assert_false(k.e[0].restored);
    assert_int_equal(k.e[0].until, (31 + 124 + 2) * HR_MINUTE);
}

static void they_begin_anywhere_in_the_horizon(void **state)
{
    enum { N = 200 };
    struct kept k;
    double sum = 0;

    simulate(*state, &k, SYSTEM(CALM, WELL BREAK), N, &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        assert_true(k.e[i].shift >= 0 && k.e[i].shift < 10 * HR_HOUR);
        sum += hr_time_s(k.e[i].shift) / 36000;
    }
    assert_true(fabs(sum / N - 0.5) < 4.9 * sqrt(1.0 / 12 / N)); /* false alarm 1e-6 */
}

/* --- who ------------------------------------------------------------------------------------- */

#define THREE                                                                              \
    "disturbances:\n  one: { fail: aside, by: 1%, " RARE ", for: 5m }\n"                   \
    "  once: { fail: aside, by: 1%, at: 1h, for: 9m }\n"                                   \
    "  two: { fail: aside, by: 1%, every: exponential(18y), for: 7m }\n"

static void classes_take_turns(void **state)
{
    static const uint32_t hazards[] = {0, 2, 0, 2}, all[] = {0, 1, 2, 0};
    struct kept k;

    simulate(*state, &k, SYSTEM(CALM, WELL THREE), 4, &hr_episode_hazards);
    assert_int_equal(hr_episode_classes(k.plan, true), 2);
    assert_int_equal(hr_episode_classes(k.plan, false), 3);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(k.e[i].disturbance, hazards[i]);
        nearly(k.e[i].rate / rare, hazards[i] == 0 ? 1 : 0.5);
    }
    simulate(*state, &k, SYSTEM(CALM, WELL THREE), 4, &hr_episode_occurrences);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(k.e[i].disturbance, all[i]);
        assert_int_equal(k.e[i].other, HR_NONE);
    }
    nearly(k.e[1].rate, 0);
}

static void what_is_turned_off_is_no_class(void **state)
{
    const struct hr_overrides ov = {.only = "two"};
    const struct hr_scenario *s = load_with(*state, SYSTEM(CALM, WELL THREE), &ov);

    assert_int_equal(hr_episode_classes(s->designs[0].plan, true), 1);
    assert_int_equal(hr_episode_classes(s->designs[0].plan, false), 1);
}

static void what_never_ends_is_told(void **state)
{
    struct kept k;

    simulate(*state, &k, SYSTEM(CALM, WELL THREE), 1, &hr_episode_hazards);
    assert_int_equal(hr_episode_endless(k.plan), HR_NONE);
    const struct hr_scenario *s =
        load_with(*state,
                  SYSTEM(CALM, WELL "disturbances:\n  at: { fail: app, by: 1%, at: 1h }\n"
                                    "  crash: { lose: 1 of app, " RARE " }\n"
                                    "  worn: { lose: app, " RARE " }\n"),
                  NULL);

    /* The first has a time and no hazard, an instance starts anew by itself. */
    assert_int_equal(hr_episode_endless(s->designs[0].plan), 2);
}

/* --- what it costs --------------------------------------------------------------------------- */

/* `once` has its time and is left out of both runs. */
static void all_that_is_asked_while_it_acts_is_lost(void **state)
{
    struct kept k;
    size_t compared = 0;

    simulate(*state, &k,
             SYSTEM(CALM, WELL BREAK "  once: { fail: app, by: 100%, at: 0s }\n"), 40,
             &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        if (k.e[i].other != HR_NONE)
            continue;
        compared++;
        nearly(k.lost[i], k.in[i]);
        nearly(k.valid[i], k.asked[i]);                     /* the same requests */
        assert_true(k.in[i] > 100 && k.valid[i] > k.in[i]); /* 33m beside 30m of 6/m */
    }
    assert_true(compared > 20);
}

/* A third of the requests is too slow anyhow: what the fault does not change is not its loss. */
static void what_goes_wrong_undisturbed_is_not_lost(void **state)
{
    struct kept k;

    simulate(*state, &k,
             SYSTEM("rate: 6/m, deadline: 1s, good: 1ms",
                    "recovered: { when: [ availability >= 0% ], over: 1m, held: 2m }\n"
                    "disturbances:\n  odd: { fail: aside, by: 100%, " RARE
                    ", for: 30m }\n"),
             8, &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        assert_true(k.bad[i] > 0);
        nearly(k.lost[i], 0);
    }
}

/* --- weights --------------------------------------------------------------------------------- */

/* Nothing else can strike in the 30m; in the `held` of 2m after them 0.2 are expected. */
static void a_weight_is_against_the_mixture_of_both_kinds(void **state)
{
    struct kept k;
    size_t overlapped = 0;
    const double ratio = exp(0.2 - 120 * rare);

    simulate(*state, &k, SYSTEM(CALM, WELL BREAK), MOST, &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        if (k.e[i].other == HR_NONE)
            nearly(k.e[i].weight, 1 / (0.25 + 0.75 / ratio));
        else
            assert_true(k.e[i].weight > 0 && k.e[i].weight < 0.01);
        overlapped += k.e[i].other != HR_NONE;
    }
    const double p = 1 - exp(-0.2), n = MOST * 0.75;

    /* Of those that are sped up, three in four; false alarm 1e-6. */
    assert_true(fabs((double)overlapped - n * p) < 4.9 * sqrt(n * p * (1 - p)));
}

static void of_each_class_one_in_four_is_natural(void **state)
{
    struct kept k;
    size_t struck[2] = {0, 0};

    simulate(*state, &k, SYSTEM(CALM, WELL THREE), MOST, &hr_episode_hazards);
    for (size_t i = 0; i < k.n; i++) {
        if (i / 2 % 4 == 0)
            assert_int_equal(k.e[i].other, HR_NONE);
        struck[i % 2] += k.e[i].other != HR_NONE;
    }
    assert_true(struck[0] > 50 && struck[1] > 50); /* 0.83 of 150 each */
}

static void occurrences_are_alone_and_are_not_weighed(void **state)
{
    struct kept k;

    simulate(*state, &k, SYSTEM(CALM, WELL THREE), 30, &hr_episode_occurrences);
    for (size_t i = 0; i < k.n; i++) {
        assert_int_equal(k.e[i].other, HR_NONE);
        nearly(k.e[i].weight, 1);
        nearly(k.lost[i], 0); /* not compared with anything */
        nearly(k.valid[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_ends_when_all_has_been_well_for_so_long),
        TEST(good_windows_must_follow_one_another),
        TEST(what_acts_for_long_is_not_given_up),
        TEST(no_more_is_simulated_than_it_takes),
        TEST(what_strikes_after_its_end_is_no_part_of_it),
        TEST(it_strikes_after_the_longest_deadline_in_whole_windows),
        TEST(what_is_not_restored_is_given_up),
        TEST(they_begin_anywhere_in_the_horizon),
        TEST(classes_take_turns),
        TEST(what_is_turned_off_is_no_class),
        TEST(what_never_ends_is_told),
        TEST(all_that_is_asked_while_it_acts_is_lost),
        TEST(what_goes_wrong_undisturbed_is_not_lost),
        TEST(a_weight_is_against_the_mixture_of_both_kinds),
        TEST(of_each_class_one_in_four_is_natural),
        TEST(occurrences_are_alone_and_are_not_weighed),
    };
    return cmocka_run_group_tests_name("episode", tests, NULL, NULL);
}
