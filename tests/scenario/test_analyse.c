/* tests/scenario/test_analyse.c - what is said of a scenario without simulating it. */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                               \
    "headroom: 1\nname: Analysis\nhorizon: 1h\nobjectives: [ availability >= 99% ]\n"
#define SHOP                                                                               \
    "components:\n"                                                                        \
    "  app: { kind: service, cores: 2, operations: { do: [ { work: exponential(10ms) }, "  \
    "{ call: db.read } ] } }\n"                                                            \
    "  db: { kind: service, operations: { read: [ { work: exponential(2ms) } ] } }\n"

struct told {
    struct hr_arena *arena;
    struct hr_diags ds;
    struct hr_scenario *s;
};

static struct told tell(const char *text)
{
    static const struct hr_library lib = {hr_models, hr_catalog_files};
    const struct hr_overrides ov = {0};
    struct told t = {.arena = hr_arena_create()};

    hr_diags_init(&t.ds, t.arena);
    t.s = hr_scenario_load_text("test.yaml", text, strlen(text), &lib, &ov, &t.ds);
    for (size_t i = 0; i < t.ds.n; i++)
        print_error("%s: %s\n", hr_codes[t.ds.items[i].code].name, t.ds.items[i].what);
    assert_int_equal(t.ds.errors, 0);
    hr_scenario_analyse(t.s, &t.ds);
    return t;
}

/* How often a code is among the diagnostics, and the text of the first. */
static size_t count(const struct told *t, enum hr_code code, const char **what)
{
    size_t n = 0;

    for (size_t i = t->ds.n; i-- > 0;)
        if (t->ds.items[i].code == code) {
            n++;
            *what = t->ds.items[i].what;
        }
    return n;
}

static void expect(const char *text, enum hr_code code, const char *part)
{
    struct told t = tell(text);
    const char *what = "";

    assert_int_equal(count(&t, code, &what), part != NULL);
    if (part != NULL && strstr(what, part) == NULL)
        fail_msg("`%s` does not say `%s`", what, part);
    hr_arena_destroy(t.arena);
}

static void says_what_is_overloaded_from_the_start(void **unused)
{
    (void)unused;
    expect(HEAD "traffic: { c: { to: app, rate: 250/s, mix: { do: 100% } } }\n"
                "components:\n"
                "  app: { kind: service, cores: 2, operations: { do: [ { work: "
                "exponential(10ms) } ] } }\n",
           HR_W102, "`app` is offered 125%");
    expect(HEAD "traffic: { c: { to: app, rate: 190/s, mix: { do: 100% } } }\n" SHOP,
           HR_W102, NULL);
}

/* What traffic offers is worked out for the first design, and again where traffic is another. */
static void says_what_a_design_with_more_traffic_overloads(void **unused)
{
    (void)unused;
    expect(HEAD "traffic: { c: { to: app, rate: 190/s, mix: { do: 100% } } }\n" SHOP
                "designs: { now: {}, same: { app.cores: 3 }, more: { c.rate: 300/s }, "
                "last: {} }\n",
           HR_W102, "`app` is offered 150%");
    expect(HEAD "traffic: { c: { to: app, rate: 190/s, mix: { do: 100% } } }\n" SHOP
                "designs: { now: {}, fewer: { app.cores: 1 } }\n",
           HR_W102, "`app` is offered 190%");
}

static void says_what_is_overloaded_at_the_peak_only(void **unused)
{
    (void)unused;
    expect(HEAD
           "traffic: { c: { to: app, rate: 100/s, shape: [ { spike: { at: 10m, to: 300%, "
           "rise: 1m, hold: 5m, fall: 1m } } ], mix: { do: 100% } } }\n" SHOP,
           HR_W102, "150% of its CPU capacity 66");
}

static void says_who_gives_up_before_an_answer_can_come(void **unused)
{
    (void)unused;
    expect(
        HEAD
        "traffic: { c: { to: app, rate: 1/s, timeout: 11ms, mix: { do: 100% } } }\n" SHOP,
        HR_W103, "takes 0.012 s");
    expect(HEAD
           "traffic: { c: { to: app, rate: 1/s, timeout: 1s, mix: { do: 100% } } }\n" SHOP,
           HR_W103, NULL);
}

static void says_whose_callee_waits_longer_than_it_does_itself(void **unused)
{
    (void)unused;
    expect(HEAD
           "traffic: { c: { to: app, rate: 1/s, timeout: 1s, mix: { do: 100% } } }\n"
           "components:\n"
           "  app: { kind: service, operations: { do: [ { call: pay.charge, timeout: 2s } "
           "] } }\n"
           "  pay: { kind: third_party, latency: exponential(100ms) }\n",
           HR_W103, "waits up to 2 s");
}

static void says_which_retries_multiply(void **unused)
{
    static const char text[] = HEAD
        "traffic: { c: { to: app, rate: 1/s, timeout: 9s, retry: 3, mix: { do: 100% } } }\n"
        "components:\n"
        "  app: { kind: service, operations: { do: [ { call: mid.do, timeout: 1s, retry: 3 "
        "} ] } }\n"
        "  mid: { kind: service, operations: { do: [ { call: pay.charge, timeout: 100ms, "
        "retry: 3 } ] } }\n"
        "  pay: { kind: third_party, latency: exponential(10ms) }\n";

    (void)unused;
    expect(text, HR_W104, "can become 27 calls");
}

static void says_what_nothing_reaches(void **unused)
{
    (void)unused;
    expect(HEAD "traffic: { c: { to: db, rate: 1/s, mix: { read: 100% } } }\n" SHOP,
           HR_W101, "nothing reaches `app`");
}

static void says_which_messages_go_in_a_circle(void **unused)
{
    static const char text[] = HEAD
        "traffic: { c: { to: a, rate: 1/s, mix: { do: 100% } } }\n"
        "components:\n"
        "  a: { kind: service, operations: { do: [ { work: 1ms }, { send: b.do } ] } }\n"
        "  b: { kind: service, operations: { do: [ { send: a.do } ] } }\n";
    static const char shared[] = HEAD
        "traffic: { c: { to: a, rate: 1/s, mix: { do: 100% } } }\n"
        "components:\n"
        "  a: { kind: service, operations: { do: [ { work: 1ms }, { send: b.do } ] } }\n"
        "  b: { kind: service, operations: { do: [ { choose: [ { share: 40%, do: [ { send: "
        "a.do } ] }, { share: 60%, do: [ { work: 1ms } ] } ] } ] } }\n";

    (void)unused;
    expect(text, HR_W112, "lead back to `a.do`, 1 of them");
    expect(shared, HR_W112, NULL);
}

#define STATION                                                                            \
    "traffic: { c: { to: app, rate: 40/s, mix: { do: 100% } } }\n"                         \
    "components:\n  app: { kind: service, discipline: fifo, operations: { do: [ { work: "  \
    "exponential(20ms) } ] } }\n"

/* M/M/1 at 80%: 100 ms. */
static void says_which_means_cannot_be_kept(void **unused)
{
    (void)unused;
    expect(HEAD STATION "expect: [ mean_latency(do) < 99ms ]\n", HR_W113,
           "as a queue M/M/1, `do` takes 0.1 s");
    expect(HEAD STATION "expect: [ mean_latency(do) < 101ms ]\n", HR_W113, NULL);
    expect(HEAD
           "traffic: { c: { to: app, users: 3, think: 1s, mix: { do: 100% } } }\n"
           "components:\n  app: { kind: service, operations: { do: [ { work: 20ms }, { "
           "wait: 5ms } ] } }\nexpect: [ mean_latency(do) < 24ms ]\n",
           HR_W113, "takes 0.025 s on average when nothing is busy");
    /* Somebody who gives up may answer for the mean. */
    expect(HEAD
           "traffic: { c: { to: app, users: 3, think: 1s, timeout: 30ms, mix: { do: 100% "
           "} } }\ncomponents:\n  app: { kind: service, operations: { do: [ { wait: "
           "exponential(25ms) } ] } }\nexpect: [ mean_latency(do) < 24ms ]\n",
           HR_W113, NULL);
}

static void follows_shares_repeats_and_forwarders(void **unused)
{
    struct told t =
        tell(HEAD "traffic: { c: { to: web, rate: 7/s, mix: { do: 100% } } }\n"
                  "components:\n"
                  "  web: { kind: load_balancer, targets: app }\n"
                  "  app:\n"
                  "    kind: service\n"
                  "    operations:\n"
                  "      do:\n"
                  "        - choose: [ { share: 25%, do: [ { call: db.read } ] }, { share: "
                  "75%, do: [ "
                  "{ work: 4ms } ] } ]\n"
                  "        - repeat: 3\n"
                  "          do: [ { call: db.read }, { call: db.read } ]\n"
                  "  db: { kind: service, operations: { read: [ { work: 2ms } ] } }\n");
    const struct hr_plan *p = t.s->designs[0].plan;
    const struct hr_flow *f = hr_flow_make(p, t.arena);
    const struct hr_forecast all = hr_scenario_forecast(p);

    (void)unused;
    for (uint32_t op = 0; op < p->n_operations; op++)
        if (strcmp(p->operations[op].name, "read") == 0)
            assert_true(fabs(f->calls[op] - 6.25) < 1e-12);
    for (uint32_t i = 0; i < p->n_components; i++)
        if (strcmp(p->components[i].name, "db") == 0)
            assert_true(fabs(f->work_s[i] - 0.0125) < 1e-12);
    assert_true(fabs(all.tasks - 7 * 3660) < 1e-6); /* one minute of warm-up by default */
    hr_arena_destroy(t.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_overloaded_from_the_start),
        cmocka_unit_test(says_what_is_overloaded_at_the_peak_only),
        cmocka_unit_test(says_what_a_design_with_more_traffic_overloads),
        cmocka_unit_test(says_who_gives_up_before_an_answer_can_come),
        cmocka_unit_test(says_whose_callee_waits_longer_than_it_does_itself),
        cmocka_unit_test(says_which_retries_multiply),
        cmocka_unit_test(says_what_nothing_reaches),
        cmocka_unit_test(says_which_messages_go_in_a_circle),
        cmocka_unit_test(says_which_means_cannot_be_kept),
        cmocka_unit_test(follows_shares_repeats_and_forwarders),
    };
    return cmocka_run_group_tests_name("analyse", tests, NULL, NULL);
}
