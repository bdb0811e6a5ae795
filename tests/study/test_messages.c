/* tests/study/test_messages.c - queues in results: from a run to the edges and the chain. */
#include "sim/study/collect.h"
#include "tests/support/messaged.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { HORIZON_S = 600 };

struct world {
    struct tiny t;
    struct hr_objective objective;
    struct hr_design design;
    struct hr_scenario scenario;
    struct hr_collector *c;
    struct hr_results *r;
};

static void set_age_limit(struct world *w, double limit_s)
{
    w->objective = (struct hr_objective){.text = "queue_age(mails) < 45s",
                                         .measure = HR_MEASURE_QUEUE_AGE,
                                         .quantile = (double)NAN,
                                         .component = tiny_component(&w->t, "mails"),
                                         .disturbance = HR_NONE,
                                         .op = 0,
                                         .limit = limit_s};
}

/* Three mails at 1 s, taken together, a second each.  The provider is lost from 2.5 s on: one is
 * done, two come back at 31 s, are taken again at 32 s and given up at 62 s. */
static void run(struct world *w)
{
    static const hr_time at[] = {MS(1000), MS(1000), MS(1000)};
    struct tiny *t = &w->t;

    memset(w, 0, sizeof *w);
    tiny_init(t, (hr_time)HORIZON_S * HR_SECOND);
    tiny_service(t, "provider");
    const struct hr_step nothing = tiny_wait(0);
    const uint32_t deliver = tiny_op(t, "deliver", 1, &nothing);
    messaged_queue(t, "undelivered");
    const uint32_t undelivered = messaged_op(t, "undelivered");
    struct hr_queue_conf *mails = messaged_queue(t, "mails");
    mails->receives = 2;
    mails->dead_letters = undelivered;
    struct hr_function_conf *mailer = messaged_consumer(t, "mailer", "mails", 1);
    mailer->from->batch = 3;
    mailer->from->wait = HR_SECOND;
    const struct hr_step steps[] = {tiny_wait(1000), tiny_call(t, deliver, tiny_plain())};
    messaged_do(t, 2, steps);
    messaged_clients(t, "mails", 3, at);
    tiny_disturb(t, HR_VERB_LOSE, 0, MS(2500), HR_NEVER)->name = "outage";
    set_age_limit(w, 45);
    w->design = (struct hr_design){
        .name = "base", .plan = &t->plan, .objectives = &w->objective, .n_objectives = 1};
    w->scenario =
        (struct hr_scenario){.name = "Mails", .designs = &w->design, .n_designs = 1};
}

static void collect(struct world *w)
{
    w->c = hr_collector_create(&w->scenario, 1, 1);
    hr_collector_add(w->c, 0, tiny_run(&w->t));
    w->r = hr_collector_results(w->c, w->t.arena, "headroom run mails.yaml", 0);
}

static void end(struct world *w)
{
    hr_collector_destroy(w->c);
    tiny_free(&w->t);
}

static double of_edge(const struct world *w, const char *path, const char *edge)
{
    const struct hr_var *v = hr_results_find(w->r, path);
    const int64_t k = hr_dim_index(hr_results_dim(w->r, "edge"), edge);
    const size_t of_design[2] = {0, (size_t)k}, of_all[1] = {(size_t)k};

    assert_non_null(v);
    assert_true(k >= 0);
    return hr_var_at(w->r, v, v->n_dims == 2 ? of_design : of_all);
}

static const char *end_of_edge(const struct world *w, const char *path, const char *edge)
{
    const size_t k = (size_t)hr_dim_index(hr_results_dim(w->r, "edge"), edge);

    return hr_var_text(w->r, hr_results_find(w->r, path), &k);
}

static const char *chain(const struct world *w)
{
    const size_t design = 0;

    return hr_var_text(w->r, hr_results_find(w->r, "first_break/chain"), &design);
}

static bool near(double x, double y)
{
    return fabs(x - y) <= 1e-12;
}

/* --- promises ------------------------------------------------------------------------------ */

static void a_queue_is_joined_to_who_takes_from_it(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    collect(&w);
    assert_string_equal(end_of_edge(&w, "edges/caller", "mails -> mailer"), "mails");
    assert_string_equal(end_of_edge(&w, "edges/callee", "mails -> mailer"), "mailer");
    assert_true(near(of_edge(&w, "edges/asynchronous", "mails -> mailer"), 1));
    assert_true(near(of_edge(&w, "edges/rate", "mails -> mailer"), 5.0 / HORIZON_S));
    assert_true(
        near(of_edge(&w, "edges/attempts_rate", "mails -> mailer"), 5.0 / HORIZON_S));
    assert_true(near(of_edge(&w, "edges/ok", "mails -> mailer"), 1));
    assert_true(near(of_edge(&w, "edges/failed", "mails -> mailer"), 4));
    assert_true(near(of_edge(&w, "edges/timed_out", "mails -> mailer"), 0));
    end(&w);
}

static void dead_letters_go_from_queue_to_queue(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    collect(&w);
    assert_string_equal(end_of_edge(&w, "edges/callee", "mails -> undelivered"),
                        "undelivered");
    assert_true(near(of_edge(&w, "edges/asynchronous", "mails -> undelivered"), 1));
    assert_true(near(of_edge(&w, "edges/rate", "mails -> undelivered"), 2.0 / HORIZON_S));
    assert_true(isnan(of_edge(&w, "edges/ok", "mails -> undelivered")));
    end(&w);
}

/* Both are told apart if they go to the same part. */
static void two_edges_between_the_same_parts_have_two_names(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    ((struct hr_queue_conf *)(uintptr_t)w.t.components[tiny_component(&w.t, "mails")].conf)
        ->dead_letters = w.t.components[tiny_component(&w.t, "mailer")].first_op;
    collect(&w);
    assert_true(near(of_edge(&w, "edges/ok", "mails -> mailer"), 1));
    assert_true(near(of_edge(&w, "edges/rate", "mails -> mailer (2)"), 2.0 / HORIZON_S));
    end(&w);
}

/* The second one takes one at once and needs nobody; the other takes what is left a second later,
 * in vain, and one of the two again. */
static void each_consumer_has_what_it_took(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    messaged_consumer(&w.t, "second", "mails", 1);
    const struct hr_step wait = tiny_wait(1000);
    messaged_do(&w.t, 1, &wait);
    collect(&w);
    assert_true(near(of_edge(&w, "edges/rate", "mails -> mailer"), 3.0 / HORIZON_S));
    assert_true(near(of_edge(&w, "edges/rate", "mails -> second"), 2.0 / HORIZON_S));
    assert_true(near(of_edge(&w, "edges/ok", "mails -> second"), 2));
    end(&w);
}

/* Kept at 1 s, past the limit at 46 s: the end of that bucket of two seconds. */
static void the_chain_says_when_the_oldest_was_too_old(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    collect(&w);
    assert_string_equal(chain(&w), "0:00:02.5  outage begins: provider lost\n"
                                   "0:00:48  queue_age(mails) above 45 s\n"
                                   "0:01:02  queue_age(mails) holds again");
    end(&w);
}

/* The provider is back at 40 s, too late for the second try. */
static void what_begins_after_an_age_was_too_old_does_not_date_it(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    w.t.disturbances[0].lasts = MS(37500);
    tiny_disturb(&w.t, HR_VERB_LOSE, 0, MS(49000), MS(1000))->name = "later";
    collect(&w);
    assert_non_null(strstr(chain(&w), "0:00:48  queue_age(mails) above 45 s"));
    end(&w);
}

static void an_age_that_was_kept_has_no_date(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    set_age_limit(&w, 70);
    collect(&w);
    assert_string_equal(chain(&w), "");
    end(&w);
}

static void set_completion_limit(struct world *w, uint32_t m, const char *text, int op,
                                 double limit)
{
    w->objective = (struct hr_objective){.text = text,
                                         .measure = m,
                                         .quantile = (double)NAN,
                                         .component = HR_NONE,
                                         .rows = 1,
                                         .disturbance = HR_NONE,
                                         .op = op,
                                         .limit = limit};
}

/* Two of three come to nothing since the provider was lost after they had been asked for. */
static void the_chain_says_when_too_few_were_completed(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    set_completion_limit(&w, HR_MEASURE_COMPLETED, "completed >= 99%", 2, 0.99);
    collect(&w);
    assert_string_equal(chain(&w), "0:00:02.5  outage begins: provider lost\n"
                                   "0:00:04  completed below 99%\n"
                                   "0:00:04  completed holds again");
    end(&w);
}

/* Asked for at 1 s and done after 1 s of gathering and 1 s of work; only that one counts. */
static void the_chain_says_when_completion_took_too_long(void **unused)
{
    struct world w;

    (void)unused;
    run(&w);
    set_completion_limit(&w, HR_MEASURE_COMPLETION, "completion < 0.6s", 0, 0.6);
    collect(&w);
    assert_string_equal(chain(&w), "0:00:02.5  outage begins: provider lost\n"
                                   "0:00:04  completion above 600 ms\n"
                                   "0:00:04  completion holds again");
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_is_joined_to_who_takes_from_it),
        cmocka_unit_test(dead_letters_go_from_queue_to_queue),
        cmocka_unit_test(two_edges_between_the_same_parts_have_two_names),
        cmocka_unit_test(each_consumer_has_what_it_took),
        cmocka_unit_test(the_chain_says_when_the_oldest_was_too_old),
        cmocka_unit_test(what_begins_after_an_age_was_too_old_does_not_date_it),
        cmocka_unit_test(an_age_that_was_kept_has_no_date),
        cmocka_unit_test(the_chain_says_when_too_few_were_completed),
        cmocka_unit_test(the_chain_says_when_completion_took_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
