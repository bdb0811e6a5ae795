/* tests/models/test_database_failover.c - what a database promises when it, or a zone, is lost. */
#include "tests/support/data.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* --- failover -------------------------------------------------------------------------------- */

static void a_standby_loses_no_write_and_is_back_in_60_to_120_s(void **unused)
{
    double least = HUGE_VAL, most = 0;
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(400), 0, 2);
    m.conf->standby = true;
    modelled_clients(&t, m.write, tiny_plain(), 20);
    data_lose_zone(&t, ZONE_A, 100, 0);
    for (uint64_t k = 0; k < 40; k++) {
        const struct hr_record *r = modelled_run(&t, k);
        const struct hr_mark_record *up = data_mark(r, HR_MARK_RESTORED, 0);
        const double outage = hr_time_s(up->at) - 100;

        least = outage < least ? outage : least;
        most = outage > most ? outage : most;
        assert_int_equal(data_writes_lost(r), 0);
        assert_true(data_mark(r, HR_MARK_DETECTED, 0)->at >= S(110));
        assert_true(data_mark(r, HR_MARK_DECIDED, 0)->at >=
                    data_mark(r, HR_MARK_DETECTED, 0)->at);
        assert_true(data_mark(r, HR_MARK_ACTED, 0)->at >=
                    data_mark(r, HR_MARK_DECIDED, 0)->at);
        assert_int_equal(r->instances[up->instance].place, ZONE_B);
        /* What was asked in between was refused, and nothing else was. */
        const double bad = (double)(r->rows[0].valid - r->rows[0].good);
        assert_true(fabs(bad - 20 * outage) < 6 * sqrt(20 * outage));
    }
    /* The catalogue's range, and the draws use it. */
    assert_true(least >= 60 && most <= 120);
    assert_true(most - least > 15);
    tiny_free(&t);
}

static void without_a_copy_it_is_down_until_its_zone_is_back(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(1000), 0, 2);
    tiny_clients(&t, m.write, tiny_plain(), 1000, data_every(&t, HR_SECOND, 1000));
    data_lose_zone(&t, ZONE_A, 100.5, 300);
    const struct hr_record *r = modelled_run(&t, 0);
    /* Back at 400.5 s, crash recovery takes 45 s; the volume is durable. */
    assert_int_equal(data_mark(r, HR_MARK_RESTORED, 0)->at, S(445.5));
    assert_int_equal(r->rows[0].valid - r->rows[0].good, 345);
    assert_int_equal(data_writes_lost(r), 0);
    assert_non_null(data_event(r, "no copy can take over"));
    tiny_free(&t);
}

static void a_loss_that_ends_before_it_is_noticed_is_no_failover(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(1000), 0, 2);
    m.conf->standby = true;
    tiny_clients(&t, m.write, tiny_plain(), 1000, data_every(&t, HR_SECOND, 1000));
    data_lose_zone(&t, ZONE_A, 100.5, 5);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(data_mark(r, HR_MARK_RESTORED, 0)->at, S(150.5));
    assert_int_equal(r->instances[r->marks[0].instance].place, ZONE_A);
    assert_int_equal(r->rows[0].valid - r->rows[0].good, 50);
    tiny_free(&t);
}

/* The old primary becomes the standby when its zone is back and it has all again: the loss of
 * the other zone is then no different from the first. */
static void the_old_primary_becomes_the_standby_after_resync(void **unused)
{
    struct tiny t;

    (void)unused;
    for (int early = 0; early < 2; early++) {
        struct maker m = data_database(&t, S(2000), 0, 2);
        m.conf->standby = true;
        tiny_clients(&t, m.write, tiny_plain(), 1900, data_every(&t, HR_SECOND, 1900));
        data_lose_zone(&t, ZONE_A, 100, 400);
        /* In step again at 560 s. */
        data_lose_zone(&t, ZONE_B, early ? 550 : 565, 600);
        const struct hr_record *r = modelled_run(&t, 0);
        const struct hr_mark_record *up = data_mark(r, HR_MARK_RESTORED, S(540));
        if (early) {
            assert_int_equal(r->instances[up->instance].place, ZONE_B);
            assert_int_equal(up->at, S(550 + 600 + 45));
        } else {
            assert_int_equal(r->instances[up->instance].place, ZONE_A);
            assert_in_range(up->at, S(625), S(685));
        }
        assert_int_equal(data_writes_lost(r), 0);
        tiny_free(&t);
    }
}

/* The standby's zone was away from 100 to 200 s; the primary went on without it, so that at 230 s
 * it has not all yet and may not take over. */
static void a_standby_that_was_away_does_not_take_over_before_resync(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(1000), 0, 2);
    m.conf->standby = true;
    tiny_clients(&t, m.write, tiny_plain(), 900, data_every(&t, HR_SECOND, 900));
    data_lose_zone(&t, ZONE_B, 100, 100);
    data_lose_zone(&t, ZONE_A, 230, 300);
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_mark_record *up = data_mark(r, HR_MARK_RESTORED, 0);
    assert_int_equal(r->instances[up->instance].place, ZONE_A);
    assert_int_equal(up->at, S(230 + 300 + 45));
    assert_int_equal(data_writes_lost(r), 0);
    tiny_free(&t);
}

/* Of two replicas the one that has more takes over: the other stood still while it was lost. */
static void the_replica_that_lacks_least_is_promoted(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(600), 0, 2);
    data_replicas(&m, 2, 1);
    m.conf->promote = HR_COPY_REPLICA;
    tiny_clients(&t, m.write, tiny_plain(), 2000, data_every(&t, HR_SECOND / 10, 2000));
    data_lose_zone(&t, ZONE_B, 50, 50); /* 51 s behind when it is back at 100 s */
    data_lose_zone(&t, ZONE_A, 105.05, 0);
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_mark_record *up = data_mark(r, HR_MARK_RESTORED, 0);
    assert_int_equal(r->instances[up->instance].place, ZONE_C);
    assert_int_equal(data_writes_lost(r), 10);
    tiny_free(&t);
}

static void a_planned_failover_takes_no_time_to_detect(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(600), 0, 2);
    m.conf->standby = true;
    m.conf->failover->promote = hr_law_constant(40);
    m.conf->failover->redirect = hr_law_constant(20);
    tiny_clients(&t, m.write, tiny_plain(), 1200, data_every(&t, HR_SECOND / 2, 1200));
    tiny_disturb(&t, HR_VERB_FAILOVER, 0, S(100.005), HR_SECOND);
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_mark_record *up = data_mark(r, HR_MARK_RESTORED, 0);
    assert_int_equal(data_mark(r, HR_MARK_DETECTED, 0)->at, S(100.005));
    assert_int_equal(up->at, S(160.005));
    assert_int_equal(r->instances[up->instance].place, ZONE_B);
    assert_int_equal(r->rows[0].valid - r->rows[0].good, 121); /* one was under way */
    assert_int_equal(data_writes_lost(r), 0);
    tiny_free(&t);
}

static void nothing_is_failed_over_while_the_control_plane_is_frozen(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(1000), 0, 2);
    m.conf->standby = true;
    m.conf->failover->promote = hr_law_constant(40);
    m.conf->failover->redirect = hr_law_constant(20);
    tiny_clients(&t, m.write, tiny_plain(), 900, data_every(&t, HR_SECOND, 900));
    data_lose_zone(&t, ZONE_A, 100, 0);
    tiny_disturb(&t, HR_VERB_FREEZE, 0, S(50), S(350));
    const struct hr_record *r = modelled_run(&t, 0);
    assert_true(data_mark(r, HR_MARK_DETECTED, 0)->at < S(126));
    assert_int_equal(data_mark(r, HR_MARK_DECIDED, 0)->at, S(400));
    assert_int_equal(data_mark(r, HR_MARK_RESTORED, 0)->at, S(460));
    tiny_free(&t);
}

static void a_copy_that_is_lost_while_it_takes_over_leaves_it_down(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(2000), 0, 2);
    m.conf->standby = true;
    tiny_clients(&t, m.write, tiny_plain(), 1900, data_every(&t, HR_SECOND, 1900));
    data_lose_zone(&t, ZONE_A, 100, 900);
    data_lose_zone(&t, ZONE_B, 130, 300); /* detected by 125 s, promoted not before 145 s */
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_mark_record *up = data_mark(r, HR_MARK_RESTORED, 0);
    /* It is back at 430 s and takes over then. */
    assert_int_equal(r->instances[up->instance].place, ZONE_B);
    assert_in_range(up->at, S(480), S(525));
    assert_int_equal(data_writes_lost(r), 0);
    tiny_free(&t);
}

/* --- asynchronous copies ---------------------------------------------------------------------- */

/* Ten writes a second, 10 ms each, so committed at .01, .11, ...; 3.27 s behind at 20.05 s. */
static void a_promoted_replica_lacks_exactly_the_writes_of_its_lag(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(200), 0, 2);
    data_replicas(&m, 2, 3.27)->share = 0;
    m.conf->promote = HR_COPY_REPLICA;
    tiny_clients(&t, m.write, tiny_plain(), 1900, data_every(&t, HR_SECOND / 10, 1900));
    data_lose_zone(&t, ZONE_A, 20.05, 0);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->n_losses, 1);
    assert_int_equal(r->losses[0].recovery_point, S(16.78));
    assert_int_equal(r->losses[0].last_lost, S(20.05));
    assert_int_equal(r->losses[0].writes, 33); /* 16.81 to 20.01 */
    assert_true(r->losses[0].durable);
    assert_in_range(data_mark(r, HR_MARK_RESTORED, 0)->at, S(80), S(140));
    tiny_free(&t);
}

static void a_replica_that_may_not_be_promoted_is_not(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(400), 0, 2);
    data_replicas(&m, 1, 1);
    tiny_clients(&t, m.write, tiny_plain(), 100, data_every(&t, HR_SECOND, 100));
    data_lose_zone(&t, ZONE_A, 20, 300);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(data_mark(r, HR_MARK_RESTORED, 0)->at, S(365));
    tiny_free(&t);
}

/* Frozen from 30 to 90 s: 62 s behind at 90 s, gaining 3 s a second. */
static void a_freeze_pauses_replication_and_the_lag_grows(void **unused)
{
    struct tiny t;

    (void)unused;
    for (int after = 0; after < 2; after++) {
        struct maker m = data_database(&t, S(400), 0, 2);
        data_replicas(&m, 1, 2);
        m.conf->promote = HR_COPY_REPLICA;
        tiny_clients(&t, m.write, tiny_plain(), 3000, data_every(&t, HR_SECOND / 10, 3000));
        tiny_disturb(&t, HR_VERB_FREEZE, 0, S(30), S(60));
        data_lose_zone(&t, ZONE_A, after ? 115.05 : 100.05, 0);
        const struct hr_record *r = modelled_run(&t, 0);
        assert_int_equal(r->losses[0].recovery_point, after ? S(113.05) : S(28 + 40.2));
        assert_int_equal(r->losses[0].writes, after ? 20 : 319);
        assert_int_equal(r->parts[0].gauges[HR_GAUGE_LAG].max > 61900, true);
        tiny_free(&t);
    }
}

static void reads_go_to_a_replica_and_to_the_primary_without_one(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(100), 1, 1);
    data_replicas(&m, 1, 1);
    m.conf->read_from = HR_READS_REPLICA;
    tiny_clients(&t, m.read, tiny_plain(), 90, data_every(&t, HR_SECOND, 90));
    tiny_clients(&t, m.write, tiny_plain(), 90, data_every(&t, HR_SECOND, 90));
    struct hr_disturbance *d = data_lose_zone(&t, ZONE_B, 49.5, 20);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->instances[1].calls, 70);
    assert_int_equal(r->instances[0].calls, 110);
    assert_int_equal(r->rows[0].good + r->rows[1].good, 180);
    d->enabled = false;
    m.conf->replicas->share = 0.25;
    r = modelled_run(&t, 0);
    assert_in_range(r->instances[1].calls, 8, 40);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_standby_loses_no_write_and_is_back_in_60_to_120_s),
        cmocka_unit_test(without_a_copy_it_is_down_until_its_zone_is_back),
        cmocka_unit_test(a_loss_that_ends_before_it_is_noticed_is_no_failover),
        cmocka_unit_test(the_old_primary_becomes_the_standby_after_resync),
        cmocka_unit_test(a_standby_that_was_away_does_not_take_over_before_resync),
        cmocka_unit_test(the_replica_that_lacks_least_is_promoted),
        cmocka_unit_test(a_planned_failover_takes_no_time_to_detect),
        cmocka_unit_test(nothing_is_failed_over_while_the_control_plane_is_frozen),
        cmocka_unit_test(a_copy_that_is_lost_while_it_takes_over_leaves_it_down),
        cmocka_unit_test(a_promoted_replica_lacks_exactly_the_writes_of_its_lag),
        cmocka_unit_test(a_replica_that_may_not_be_promoted_is_not),
        cmocka_unit_test(a_freeze_pauses_replication_and_the_lag_grows),
        cmocka_unit_test(reads_go_to_a_replica_and_to_the_primary_without_one),
    };
    return cmocka_run_group_tests_name("database_failover", tests, NULL, NULL);
}
