/* tests/report/test_compare.c - comparisons of result sets: words, gates, hostile names. */
#include "sim/report/compare/inner.h"
#include "sim/report/compare/page.h"
#include "sim/report/compare/text.h"
#include "sim/report/compare/words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = 10, DESIGNS = 2 };

static int set_up(void **state)
{
    *state = hr_arena_create();
    return 0;
}

static int tear_down(void **state)
{
    hr_arena_destroy(*state);
    return 0;
}

static double *numbers(struct hr_results *r, const char *group, const char *name,
                       const char *dims)
{
    return hr_results_var(r, group, name, HR_F64, dims, "1", name)->data;
}

static int64_t *counts(struct hr_results *r, const char *name)
{
    return hr_results_var(r, "summary", name, HR_I64, "design replication request_class",
                          "1", name)
        ->data;
}

static const char **texts(struct hr_results *r, const char *group, const char *name,
                          const char *dims)
{
    return hr_results_var(r, group, name, HR_TEXT, dims, "", name)->data;
}

/* A cost and an objective of it: the second design's is `more` higher; every run has a luck that
 * both share. */
static struct hr_results *two_designs(struct hr_arena *a, const char *const *names,
                                      const char *objective, double more)
{
    static const char *const classes[] = {"all"};
    int64_t runs[RUNS];
    struct hr_results *r = hr_results_create(a);

    for (size_t i = 0; i < RUNS; i++)
        runs[i] = (int64_t)i + 1;
    hr_results_attr(r, "seed", "7");
    hr_results_attr(r, "chosen", names[0]);
    hr_results_attr(r, "title", names[0]);
    hr_results_attr(r, "question", names[0]);
    hr_results_dim_texts(r, "design", "design", DESIGNS, names);
    hr_results_dim_integers(r, "replication", "replication", RUNS, runs);
    hr_results_dim_texts(r, "request_class", "class", 1, classes);
    hr_results_dim_texts(r, "objective", "objective", 1, &objective);
    double *lost = numbers(r, "cost", "revenue_lost_by_replication", "design replication");
    double *cost = numbers(r, "cost", "total_by_replication", "design replication");
    double *num =
        numbers(r, "objectives", "num_by_replication", "design replication objective");
    double *value = numbers(r, "objectives", "value", "design objective");
    int64_t *valid = counts(r, "valid"), *good = counts(r, "good");
    int64_t *attempts = counts(r, "attempts");

    texts(r, "objectives", "measure", "objective")[0] = "mean_latency";
    texts(r, "objectives", "unit", "objective")[0] = "s";
    texts(r, "objectives", "estimator", "objective")[0] = "mean";
    const char **verdict = texts(r, "objectives", "verdict", "design objective");
    const char **resolved = texts(r, "", "resolved", "design");
    for (size_t d = 0; d < DESIGNS; d++) {
        verdict[d] = "kept";
        resolved[d] = d ? "app: 2\n" : "app: 1\n";
        value[d] = d ? 0.2 + more : 0.2;
        for (size_t i = 0; i < RUNS; i++) {
            const double luck = 0.01 * (double)(i * i % 7), own = 1e-4 * (double)(i % 3);

            lost[d * RUNS + i] = 0;
            cost[d * RUNS + i] = 100 + luck;
            num[d * RUNS + i] = 0.2 + luck + (d ? more + own : 0);
            valid[d * RUNS + i] = 1000;
            attempts[d * RUNS + i] = 1000;
            good[d * RUNS + i] = 990 + (int64_t)i;
        }
    }
    return r;
}

static const struct hr_comparison *compare(struct hr_arena *a, struct hr_contender *c,
                                           const char *const *names, const char *objective,
                                           double more, const char *gate)
{
    const struct hr_results *r = two_designs(a, names, objective, more);
    struct hr_gate *g = hr_arena_alloc(a, 1, sizeof *g);
    size_t at, length;
    const char *why;

    for (size_t i = 0; i < DESIGNS; i++) {
        c[i] = (struct hr_contender){.r = r, .design = i, .name = names[i]};
        hr_contender_count(&c[i], a);
    }
    if (gate)
        assert_true(hr_gate_read(gate, g, a, &at, &length, &why));
    return hr_comparison_make(c, DESIGNS, 0, g, gate ? 1 : 0, a);
}

static const char *const plain[] = {"base", "next"};
static const char mean[] = "mean_latency < 1s";

static void has(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void lacks(const char *text, const char *unwanted)
{
    if (strstr(text, unwanted))
        fail_msg("\"%s\" in:\n%s", unwanted, text);
}

static void what_differs_comes_first_then_findings_and_words(void **state)
{
    struct hr_contender c[DESIGNS];
    const struct hr_comparison *all = compare(*state, c, plain, mean, 0.01, NULL);
    const struct hr_console how = {.width = 100};
    const char *text = hr_compare_terminal(all, &how, *state);

    has(text, "WHAT DIFFERS  from base\nnext\n  app: 1 -> 2\n");
    has(text, "mean_latency         worse    +10.09 ms +- 0.06   +4.6%   219 ms   229 ms");
    has(text, "cost                 same             0 exactly");
    has(text,
        "Against base, next is worse in mean_latency (+10.09 ms +- 0.06). 3 measures are "
        "exactly the same.");
    has(text, "One conclusion, with 95% confidence; paired by 10 replications, seed 7.");
}

static void a_gate_breaks_holds_or_is_undecided(void **state)
{
    static const struct {
        const char *gate;
        enum hr_gate_verdict verdict;
        int status;
    } cases[] = {
        {"mean_latency > +3%", HR_GATE_BROKEN, 1},
        {"mean_latency > +6%", HR_GATE_HOLDS, 0},
        {"mean_latency > +4.6%", HR_GATE_UNDECIDED, 4},
        {"mean_latency>+9ms", HR_GATE_BROKEN, 1},
        {"mean_latency(all) >= +11 ms", HR_GATE_HOLDS, 0},
        {"mean_latency > +10.08ms", HR_GATE_UNDECIDED, 4},
        {"cost > +$0", HR_GATE_HOLDS, 0},
        {"cost < +$1", HR_GATE_BROKEN, 1},
        {"availability < -0.1pp", HR_GATE_HOLDS, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_contender c[DESIGNS];
        const struct hr_comparison *all =
            compare(*state, c, plain, mean, 0.01, cases[i].gate);

        print_message("%s\n", cases[i].gate);
        assert_int_equal(all->n_gates, 1);
        assert_int_equal(all->held[1], cases[i].verdict);
        assert_int_equal(hr_comparison_status(all), cases[i].status);
    }
}

static void a_wrong_gate_is_refused_where_it_is_wrong(void **state)
{
    static const struct {
        const char *text;
        size_t at, length;
    } cases[] = {
        {"p99", 3, 1},           {"> +5%", 0, 1},         {"p99 > 5%", 6, 2},
        {"p99 > +x", 7, 1},      {"p99 > +5x", 8, 1},     {"p99 > +$5 ms", 10, 2},
        {"p99 > +5% or", 10, 2}, {"p99 > +1.2.3%", 7, 5}, {"", 0, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_gate g;
        size_t at = 99, length = 99;
        const char *why = NULL;

        print_message("%s\n", cases[i].text);
        assert_false(hr_gate_read(cases[i].text, &g, *state, &at, &length, &why));
        assert_non_null(why);
        assert_int_equal(at, cases[i].at);
        assert_int_equal(length, cases[i].length);
    }
}

static void hostile_names_are_inert_in_markdown(void **state)
{
    static const char *const names[] = {"a`|<script>@bob #1 http://x.y [b](c)\033[31m\n# d",
                                        "*b*_c_ | d"};
    struct hr_contender c[DESIGNS];
    const struct hr_comparison *all =
        compare(*state, c, names, "mean_latency < 1s", 0.01, NULL);
    const char *const documents[] = {hr_compare_markdown(all, *state),
                                     hr_compare_adr(all, *state)};

    for (size_t i = 0; i < 2; i++) {
        has(documents[i], "`*b*_c_ / d`");
        has(documents[i], "`a'/<script>@bob #1 http://x.y [b](c)?[31m?# d`");
        lacks(documents[i], "\033");
        lacks(documents[i], "\n# d");
    }
    /* The question is a sentence: nothing of it is markup, a mention or a link. */
    has(documents[1], "a\\`\\|\\<script\\>`@`bob `#`1 http:`/`/x.y \\[b\\](c)");
}

static void hostile_names_are_inert_in_the_page_and_the_terminal(void **state)
{
    static const char *const names[] = {"<script>alert(1)</script>\033[31m", "b\"'&"};
    struct hr_contender c[DESIGNS];
    const struct hr_comparison *all = compare(*state, c, names, mean, 0.01, NULL);
    const struct hr_console how = {.width = 100, .utf8 = true};
    size_t n;
    const char *page = hr_compare_page(all, "", *state, &n);

    assert_int_equal(strlen(page), n);
    lacks(page, "<script>alert");
    lacks(page, "\033");
    lacks(hr_compare_terminal(all, &how, *state), "\033");
    lacks(hr_compare_json(all, *state), "\033");
    has(hr_compare_json(all, *state), "b\\\"'&");
}

static void settings_are_compared_by_path(void **state)
{
    struct hr_setting *s;
    const size_t n = hr_compare_settings("components:\n"
                                         "  app:                      # line 1\n"
                                         "    instances: 3            # line 2\n"
                                         "    steps:\n"
                                         "      - work: 2ms           # line 3\n"
                                         "      - call: db.read       # line 4\n"
                                         "        timeout: 1s         # line 4\n"
                                         "    label: \"a # b: c\"       # line 5\n"
                                         "    slow: 1                 # default\n"
                                         "    source: measured        # line 6\n",
                                         "components:\n"
                                         "  app:                      # line 1\n"
                                         "    instances: 4            # line 2\n"
                                         "    steps:\n"
                                         "      - work: 2ms           # line 3\n"
                                         "    label: \"a # b: d\"       # line 5\n"
                                         "    source: guessed         # line 6\n"
                                         "  db:                       # line 7\n"
                                         "    instances: 1            # line 8\n",
                                         *state, &s);

    assert_int_equal(n, 5);
    assert_string_equal(s[0].path, "app.instances");
    assert_string_equal(s[0].reference, "4");
    assert_string_equal(s[0].here, "3");
    for (size_t i = 0; i < n; i++)
        print_message("%s: %s -> %s\n", s[i].path, s[i].reference ? s[i].reference : "-",
                      s[i].here ? s[i].here : "-");
}

/* A result set of a stranger may lack everything. */
static void an_empty_result_set_is_not_a_crash(void **state)
{
    struct hr_results *r = hr_results_create(*state);
    struct hr_contender c[DESIGNS] = {{.r = r, .name = "a"}, {.r = r, .name = NULL}};
    const struct hr_console how = {0};
    const struct hr_comparison *all;
    size_t n;

    hr_contender_count(&c[0], *state);
    hr_contender_count(&c[1], *state);
    all = hr_comparison_make(c, DESIGNS, 0, NULL, 0, *state);
    assert_int_equal(hr_comparison_status(all), 0);
    assert_true(*hr_compare_terminal(all, &how, *state) != '\0');
    assert_true(*hr_compare_markdown(all, *state) != '\0');
    assert_true(*hr_compare_adr(all, *state) != '\0');
    assert_true(*hr_compare_json(all, *state) != '\0');
    assert_true(*hr_compare_page(all, "", *state, &n) != '\0');
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_differs_comes_first_then_findings_and_words),
        TEST(a_gate_breaks_holds_or_is_undecided),
        TEST(a_wrong_gate_is_refused_where_it_is_wrong),
        TEST(hostile_names_are_inert_in_markdown),
        TEST(hostile_names_are_inert_in_the_page_and_the_terminal),
        TEST(settings_are_compared_by_path),
        TEST(an_empty_result_set_is_not_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
