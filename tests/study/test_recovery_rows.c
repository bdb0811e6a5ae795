/* tests/study/test_recovery_rows.c - which occurrences count for rto and rpo, what is said of
 * them, and which losses are whose: rows and records made by hand. */
#include "sim/measure/order.h"
#include "sim/study/collected.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S(x) ((hr_time)(x)*HR_SECOND)
enum { MANY = 100 };

struct by_hand {
    struct hr_collector c;
    struct hr_disturbance d[2];
    struct hr_plan plan;
    struct hr_design_sum sum;
    uint64_t replication[2 * MANY];
};

static const struct hr_objective rto_0 = {.measure = HR_MEASURE_RTO, .disturbance = 0};
static const struct hr_objective rto_any = {.measure = HR_MEASURE_RTO,
                                            .disturbance = HR_NONE};
static const struct hr_objective rpo_0 = {.measure = HR_MEASURE_RPO, .disturbance = 0};

static void begin(struct by_hand *b, uint32_t replications)
{
    static const struct hr_watch when = {.rows = 1, .limit = HR_NEVER, .share = 0.99};

    *b = (struct by_hand){.c = {.arena = hr_arena_create()}};
    b->d[0] = (struct hr_disturbance){
        .name = "a", .enabled = true, .component = HR_NONE, .random = true};
    b->d[1] = b->d[0];
    b->plan = (struct hr_plan){
        .horizon = S(600),
        .disturbances = b->d,
        .n_disturbances = 2,
        .recovered = {.over = S(1), .held = S(5), .n = 1, .n_all = 1, .when = &when}};
    b->sum = (struct hr_design_sum){
        .plan = &b->plan, .n = replications, .replication = b->replication};
    for (uint32_t i = 0; i < replications; i++)
        b->replication[i] = i + 1;
}

static void end(struct by_hand *b)
{
    hr_arena_destroy(b->c.arena);
}

static struct hr_recovered_row *row(struct by_hand *b, uint64_t replication,
                                    uint32_t disturbance, hr_time rto)
{
    struct hr_design_sum *d = &b->sum;

    d->recoveries = hr_arena_room(b->c.arena, d->recoveries, d->n_recoveries,
                                  &d->recoveries_room, sizeof *d->recoveries);
    d->recoveries[d->n_recoveries] =
        (struct hr_recovered_row){.replication = replication,
                                  .spell = {.disturbance = disturbance},
                                  .x = {.rto = rto},
                                  .alone = true};
    return &d->recoveries[d->n_recoveries++];
}

/* 1 s .. 100 s more than `base`, in no order. */
static void many(struct by_hand *b, uint32_t disturbance, int base)
{
    for (int i = 1; i <= MANY; i++)
        row(b, (uint64_t)i, disturbance, S(base + i * 37 % 101));
}

static struct hr_estimate figure(struct by_hand *b, const struct hr_objective *o,
                                 double level)
{
    const char *reason;

    return hr_collect_recovery_estimate(&b->sum, o, level, b->c.arena, &reason);
}

static void is(double x, double y)
{
    if (!(fabs(x - y) < 1e-9))
        fail_msg("%.17g is not %.17g", x, y);
}

/* --- figures -------------------------------------------------------------------------------- */

static void the_figure_is_the_95th_of_a_hundred_and_its_order_statistics(void **unused)
{
    const struct hr_order_bounds at = hr_order_bounds(MANY, 0.95, 0.95);
    struct by_hand b;

    (void)unused;
    begin(&b, MANY);
    many(&b, 0, 0);
    const struct hr_estimate e = figure(&b, &rto_0, 0.95);

    is(e.mean, 95);
    is(e.lo, (double)at.lower);
    is(e.hi, (double)at.upper);
    assert_true(at.lower > 1 && at.upper > 95);
    assert_int_equal(e.n, MANY);
    end(&b);
}

static void the_worst_of_several_shares_what_may_go_wrong(void **unused)
{
    const struct hr_order_bounds at = hr_order_bounds(MANY, 0.95, 0.95);
    struct by_hand b;

    (void)unused;
    begin(&b, MANY);
    many(&b, 0, 7); /* the worse one comes first */
    many(&b, 1, 0);
    const struct hr_estimate e = figure(&b, &rto_any, 0.9);

    is(e.mean, 7 + 95);
    is(e.lo, 7 + (double)at.lower);
    assert_int_not_equal(at.lower, hr_order_bounds(MANY, 0.95, 0.9).lower);
    is(e.hi, 7 + (double)at.upper);
    end(&b);
}

static void one_replication_has_no_interval(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b, 1);
    row(&b, 1, 0, S(9));
    row(&b, 1, 0, S(4));
    const struct hr_estimate e = figure(&b, &rto_0, 0.95);

    is(e.mean, 9);
    assert_int_equal(e.n, 1);
    assert_true(isnan(e.lo) && isnan(e.hi));
    end(&b);
}

static void of_a_replication_the_worst_counts(void **unused)
{
    struct by_hand b;
    double x[2];

    (void)unused;
    begin(&b, 2);
    row(&b, 1, 0, S(9));
    row(&b, 1, 0, S(4));
    row(&b, 1, 1, S(99)); /* not spoken of */
    hr_collect_recovery_by_replication(&b.sum, &rto_0, x);
    is(x[0], 9);
    assert_true(isnan(x[1]));
    end(&b);
}

/* --- what counts ---------------------------------------------------------------------------- */

static void with_a_time_only_what_was_alone_counts(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b, 2);
    row(&b, 1, 0, S(4));
    row(&b, 2, 0, S(9))->alone = false;
    is(figure(&b, &rto_0, 0.95).mean, 9); /* at random: as it came */
    b.d[0].placed = true;
    is(figure(&b, &rto_0, 0.95).mean, 4);
    end(&b);
}

static void where_occurrences_were_sampled_only_they_count(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b, 2);
    row(&b, 1, 0, S(9));
    row(&b, 1, 0, S(4))->occurrence = 1;
    row(&b, 2, 0, S(3))->occurrence = 2;
    is(figure(&b, &rto_0, 0.95).mean, 9);
    b.sum.sampled = true;
    is(figure(&b, &rto_0, 0.95).mean, 4);
    assert_int_equal(figure(&b, &rto_0, 0.95).n, 2);
    end(&b);
}

static void what_hit_no_data_does_not_count_for_rpo(void **unused)
{
    struct by_hand b;
    struct hr_recovered_row *r;

    (void)unused;
    begin(&b, 2);
    for (uint64_t i = 1; i <= 2; i++) {
        r = row(&b, i, 0, S(1));
        r->occurrence = i;
        r->rpo = i == 1 ? S(4) : S(9);
        r->tested = i == 1;
    }
    is(figure(&b, &rpo_0, 0.95).mean, 4);
    b.sum.sampled = true;
    is(figure(&b, &rpo_0, 0.95).mean, 4);
    end(&b);
}

/* --- from a record -------------------------------------------------------------------------- */

/* 0 begins at 30 s, 1 at 60 s; every window is good. */
static struct hr_event_record events[] = {
    {.at = S(30), .what = "begins", .disturbance = 1},
    {.at = S(60), .what = "begins", .disturbance = 2}};
static struct hr_loss_record losses[] = {{.at = S(20),
                                          .recovery_point = S(0),
                                          .last_lost = S(19),
                                          .writes = 50,
                                          .durable = true},
                                         {.at = S(30),
                                          .recovery_point = S(10),
                                          .last_lost = S(30),
                                          .writes = 3,
                                          .durable = true},
                                         {.at = S(45),
                                          .recovery_point = S(25),
                                          .last_lost = S(40),
                                          .writes = 2,
                                          .durable = true},
                                         {.at = S(60),
                                          .recovery_point = S(20),
                                          .last_lost = S(60),
                                          .writes = 1,
                                          .durable = true}};

static void a_loss_is_of_the_last_disturbance_that_began(void **unused)
{
    const struct hr_record r = {.replication = 1,
                                .window = S(1),
                                .events = events,
                                .n_events = 2,
                                .losses = losses,
                                .n_losses = 4};
    struct by_hand b;

    (void)unused;
    begin(&b, 1);
    hr_collect_recovery_add(&b.c, &b.sum, &r);
    assert_int_equal(b.sum.n_recoveries, 2);
    const struct hr_recovered_row *rows = b.sum.recoveries;

    assert_int_equal(rows[0].writes_lost, 3 + 2);
    assert_int_equal(rows[0].rpo, S(30 - 10)); /* beside 40 - 25 */
    assert_int_equal(rows[1].writes_lost, 1);
    assert_int_equal(rows[1].rpo, S(60 - 20));
    assert_true(rows[0].tested && rows[1].tested);
    end(&b);
}

static void what_was_not_all_seen_is_not_known_to_be_alone(void **unused)
{
    struct hr_record r = {
        .replication = 1, .window = S(1), .events = events, .n_events = 2};
    struct by_hand b;

    (void)unused;
    begin(&b, 1);
    hr_collect_recovery_add(&b.c, &b.sum, &r); /* settled at 35 s, before the second */
    r.events_dropped = 1;
    hr_collect_recovery_add(&b.c, &b.sum, &r);
    assert_true(b.sum.recoveries[0].alone);
    assert_false(b.sum.recoveries[1].alone);
    assert_false(b.sum.recoveries[2].alone);
    end(&b);
}

static void a_twin_replaces_the_row_of_its_run_and_no_occurrence(void **unused)
{
    const struct hr_record r = {.replication = 1, .window = S(1), .complete = true};
    const struct hr_twin twin = {.alone = 1};
    struct by_hand b;

    (void)unused;
    begin(&b, 1);
    row(&b, 1, 0, S(77))->occurrence = 1;
    row(&b, 1, 1, S(78));
    row(&b, 1, 0, S(79))->alone = false;
    hr_collect_recovery_twin(&b.sum, &twin, &r);
    assert_int_equal(b.sum.recoveries[0].x.rto, S(77));
    assert_int_equal(b.sum.recoveries[1].x.rto, S(78));
    assert_int_equal(b.sum.recoveries[2].x.rto, 0); /* all windows of the twin are good */
    assert_true(b.sum.recoveries[2].alone);
    end(&b);
}

/* Place 2 is a zone of region 1. */
static void losing_a_region_tests_the_data_in_its_zones(void **unused)
{
    static const struct hr_model store = {.kind = "store", .room = "data"};
    uint32_t zones[] = {2};
    struct hr_place places[4] = {{0}, {.region = 1}, {.region = 1}, {.region = 3}};
    struct hr_component part = {.model = &store, .zones = {1, zones}};
    const struct hr_record r = {
        .replication = 1, .window = S(1), .events = events, .n_events = 2};
    struct by_hand b;

    (void)unused;
    begin(&b, 1);
    b.plan.places = places;
    b.plan.n_places = 4;
    b.plan.components = &part;
    b.plan.n_components = 1;
    b.d[0].place = 1;
    b.d[1].place = 3;
    hr_collect_recovery_add(&b.c, &b.sum, &r);
    assert_true(b.sum.recoveries[0].tested);
    assert_false(b.sum.recoveries[1].tested);
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figure_is_the_95th_of_a_hundred_and_its_order_statistics),
        cmocka_unit_test(the_worst_of_several_shares_what_may_go_wrong),
        cmocka_unit_test(one_replication_has_no_interval),
        cmocka_unit_test(of_a_replication_the_worst_counts),
        cmocka_unit_test(with_a_time_only_what_was_alone_counts),
        cmocka_unit_test(where_occurrences_were_sampled_only_they_count),
        cmocka_unit_test(what_hit_no_data_does_not_count_for_rpo),
        cmocka_unit_test(a_loss_is_of_the_last_disturbance_that_began),
        cmocka_unit_test(what_was_not_all_seen_is_not_known_to_be_alone),
        cmocka_unit_test(a_twin_replaces_the_row_of_its_run_and_no_occurrence),
        cmocka_unit_test(losing_a_region_tests_the_data_in_its_zones),
    };
    return cmocka_run_group_tests_name("recovery_rows", tests, NULL, NULL);
}
