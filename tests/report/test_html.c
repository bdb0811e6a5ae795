/* tests/report/test_html.c - what the page promises to whoever opens it, and to whoever is asked
 * to open a stranger's results. */
#include "sim/report/page/html.h"

#include "sim/report/assets.h"
#include "tests/support/sample_results.h"

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

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

static const char *page_of(struct hr_arena *a, struct hr_sample sample, const char *gnuplot)
{
    const struct hr_page how = {.gnuplot = gnuplot, .results = "web-shop.h5"};

    return hr_report_html(hr_sample_results(a, sample), &how, a, NULL);
}

static bool have_gnuplot(void)
{
    return system("command -v gnuplot >/dev/null 2>&1") == 0;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

/* ---- self-contained ----------------------------------------------------------------------- */

static void asks_for_nothing_outside_itself(void **state)
{
    static const char *const requests[] = {"http:", "https:", "//",      " src=", "@import",
                                           "url(",  "<link",  "<iframe", "<img",  "fetch("};
    const char *page = page_of(*state, (struct hr_sample){0}, NULL);

    assert_non_null(strstr(page,
                           "http-equiv=\"Content-Security-Policy\" content=\"default-src "
                           "'none'"));
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (strstr(page, requests[i]))
            fail_msg("the page has %s", requests[i]);
}

static void is_small_and_its_script_smaller(void **state)
{
    struct hr_sample many = {.designs = 3, .replications = 64};
    size_t length;
    const char *page =
        hr_report_html(hr_sample_results(*state, many), NULL, *state, &length);

    assert_int_equal(length, strlen(page));
    assert_true(length < 2000000);
    for (const struct hr_asset *x = hr_assets; x->name; x++)
        if (strcmp(x->name, "page.js") == 0)
            assert_in_range(x->length, 1, 15000);
}

/* ---- a study of twelve designs, ninety components and three days of five minutes ------------- */

static const struct {
    const char *group, *name, *dims;
    enum hr_value_type type;
} large[] = {
    {"series", "arrivals", "design time request_class", HR_F32},
    {"series", "good", "design time request_class", HR_F32},
    {"series", "bad", "design time request_class", HR_F32},
    {"series", "latency", "design time request_class quantile", HR_F32},
    {"series", "calls", "design time component", HR_F32},
    {"series", "capacity", "design time component", HR_F32},
    {"components", "utilisation", "design component", HR_F64},
    {"components", "calls_rate", "design component", HR_F64},
    {"edges", "attempts_rate", "design edge", HR_F64},
    {"edges", "timed_out", "design edge", HR_F64},
    {"latency", "latency", "design request_class quantile", HR_F64},
    {"latency", "histogram", "design request_class latency_bin", HR_I64},
    {"spent", "time", "design request_class slice component activity", HR_F64},
    {"gauges", "mean", "design gauge", HR_F64},
    {"gauges", "most", "design gauge", HR_F64},
    {"gauges", "over_time", "design time gauge", HR_F64},
    {"", "kind", "component", HR_TEXT},
    {"", "resolved", "design", HR_TEXT},
    {"edges", "caller", "edge", HR_TEXT},
    {"edges", "callee", "edge", HR_TEXT},
};

static const char *const *names(struct hr_arena *a, const char *stem, size_t n)
{
    const char **list = hr_arena_alloc(a, n, sizeof *list);

    for (size_t i = 0; i < n; i++)
        list[i] = hr_arena_printf(a, "%s_%zu", stem, i);
    return list;
}

/* Noise everywhere: nothing merges, nothing is empty. */
static void fill_with_noise(struct hr_results *r, struct hr_var *var, struct hr_arena *a)
{
    static const char yaml[] = "a_key_of_the_resolved_scenario: 1 # model default\n";
    char *text = hr_arena_alloc(a, 2000 * sizeof yaml, 1);
    uint64_t x = 88172645463325252U;

    for (size_t i = 0; i < 2000; i++)
        memcpy(text + i * (sizeof yaml - 1), yaml, sizeof yaml - 1);
    for (size_t i = 0; i < hr_var_size(r, var); i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        if (var->type == HR_F32)
            ((float *)var->data)[i] = (float)(x % 10007) / 10007.0F;
        else if (var->type == HR_F64)
            ((double *)var->data)[i] = (double)(x % 10007) / 10007.0;
        else if (var->type == HR_I64)
            ((int64_t *)var->data)[i] = (int64_t)(x % 1009);
        else
            ((const char **)var->data)[i] =
                strcmp(var->name, "resolved") == 0
                    ? text
                    : hr_arena_printf(a, "part_%u", (unsigned)(x % 90));
    }
}

static void a_large_study_still_fits(void **state)
{
    enum { TIMES = 864, BINS = 900 };
    static const char *const activities[] = {"network", "queue", "work", "wait", "retry"};
    static const char *const slices[] = {"median", "tail"};
    static const double quantiles[] = {0.5, 0.9, 0.95, 0.99, 0.999};
    static const int64_t replications[] = {1, 2};
    struct hr_arena *a = *state;
    struct hr_results *r = hr_results_create(a);
    double times[TIMES], bins[BINS];
    size_t length;

    for (size_t i = 0; i < TIMES; i++)
        times[i] = 300.0 * (double)i;
    for (size_t i = 0; i < BINS; i++)
        bins[i] = 1e-4 * pow(2.0, (double)i / 60.0);
    hr_results_dim_texts(r, "design", "", 12, names(a, "a_design_with_a_name", 12));
    hr_results_dim_integers(r, "replication", "", 2, replications);
    hr_results_dim_numbers(r, "time", "s", "", TIMES, times);
    hr_results_dim_texts(r, "component", "", 90, names(a, "part", 90));
    hr_results_dim_texts(r, "request_class", "", 14, names(a, "class", 14));
    hr_results_dim_numbers(r, "quantile", "1", "", 5, quantiles);
    hr_results_dim_texts(r, "edge", "", 160, names(a, "edge", 160));
    hr_results_dim_texts(r, "gauge", "", 270, names(a, "gauge", 270));
    hr_results_dim_texts(r, "activity", "", 5, activities);
    hr_results_dim_texts(r, "slice", "", 2, slices);
    hr_results_dim_numbers(r, "latency_bin", "s", "", BINS, bins);
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        fill_with_noise(r,
                        hr_results_var(r, large[i].group, large[i].name, large[i].type,
                                       large[i].dims, "1", ""),
                        a);
    assert_non_null(hr_report_html(r, NULL, a, &length));
    assert_in_range(length, 100000, 2000000);
}

static void the_same_results_give_the_same_bytes(void **state)
{
    assert_string_equal(page_of(*state, (struct hr_sample){0}, NULL),
                        page_of(*state, (struct hr_sample){0}, NULL));
}

/* ---- structure ------------------------------------------------------------------------------ */

struct tag {
    const char *at;
    size_t length;
};

/* Every element that is opened is closed, in order.  Script and style are raw text. */
static void assert_balanced(const char *page)
{
    static const char *const alone[] = {"meta", "br"};
    struct tag stack[64];
    size_t depth = 0;

    for (const char *s = page; (s = strchr(s, '<')); s++) {
        const bool closing = s[1] == '/';
        const struct tag tag = {s + 1 + closing, strcspn(s + 1 + closing, " />\n")};
        const char *end = strchr(s, '>');
        bool empty = false;

        if (s[1] == '!')
            continue;
        assert_non_null(end);
        for (size_t i = 0; i < 2; i++)
            empty = empty || (strlen(alone[i]) == tag.length &&
                              memcmp(alone[i], tag.at, tag.length) == 0);
        if (closing) {
            assert_true(depth > 0);
            depth--;
            if (stack[depth].length != tag.length ||
                memcmp(stack[depth].at, tag.at, tag.length) != 0)
                fail_msg("</%.*s> closes <%.*s>", (int)tag.length, tag.at,
                         (int)stack[depth].length, stack[depth].at);
        } else if (!empty && end[-1] != '/') {
            assert_true(depth < 64);
            stack[depth++] = tag;
            if (tag.length == 6 && memcmp(tag.at, "script", 6) == 0)
                s = strstr(s, "</script") - 1;
            if (tag.length == 5 && memcmp(tag.at, "style", 5) == 0)
                s = strstr(s, "</style") - 1;
        }
    }
    assert_int_equal(depth, 0);
}

static void every_element_is_closed_and_there_is_one_of_each_landmark(void **state)
{
    static const char *const once[] = {"<h1>",
                                       "<main id=\"main\">",
                                       "<header",
                                       "<footer>",
                                       "<nav ",
                                       "<html lang=\"en\">",
                                       "<script",
                                       "</script>",
                                       "class=\"skip\" href=\"#main\""};
    const char *page = page_of(*state, (struct hr_sample){0}, NULL);

    assert_balanced(page);
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        assert_int_equal(count(page, once[i]), 1);
}

/* Values of an attribute that follow each other in the page; returns how many. */
static size_t values(const char *page, const char *attribute, struct tag *out, size_t room)
{
    size_t n = 0;

    for (const char *s = page; (s = strstr(s, attribute)) && n < room; s++) {
        s += strlen(attribute);
        out[n++] = (struct tag){s, strcspn(s, "\"")};
    }
    return n;
}

static bool is_among(struct tag x, const struct tag *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].at != x.at && list[i].length == x.length &&
            memcmp(list[i].at, x.at, x.length) == 0)
            return true;
    return false;
}

static void ids_are_unique_and_what_refers_to_them_finds_them(void **state)
{
    enum { ROOM = 4000 };
    const char *page = page_of(*state, (struct hr_sample){0}, NULL);
    struct tag *ids = hr_arena_alloc(*state, ROOM, sizeof *ids);
    struct tag *links = hr_arena_alloc(*state, ROOM, sizeof *links);
    const size_t n_ids = values(page, " id=\"", ids, ROOM);
    size_t n = values(page, " href=\"#", links, ROOM);

    assert_true(n_ids > 20 && n_ids < ROOM && n > 5);
    for (size_t i = 0; i < n_ids; i++)
        if (is_among(ids[i], ids, n_ids))
            fail_msg("id %.*s is there twice", (int)ids[i].length, ids[i].at);
    n += values(page, " aria-labelledby=\"", links + n, ROOM - n);
    for (size_t i = 0; i < n; i++) {
        struct tag one = links[i];

        one.length = strcspn(one.at, " \"");
        if (!is_among(one, ids, n_ids))
            fail_msg("nothing has the id %.*s", (int)one.length, one.at);
    }
}

static void every_picture_has_a_name_a_description_and_a_table(void **state)
{
    const char *page = page_of(*state, (struct hr_sample){0}, NULL);
    const size_t pictures = count(page, "<svg ");

    assert_true(pictures >= 5);
    assert_int_equal(count(page, " role=\"img\" "), pictures);
    assert_int_equal(count(page, "<desc id="), pictures);
    assert_int_equal(count(page, "<figure class=\"chart\""),
                     count(page, "<details class=\"data\""));
}

/* ---- content ---------------------------------------------------------------------------------- */

static void says_what_was_found(void **state)
{
    static const char *const findings[] = {
        "retry_budget keeps every objective. five_retries breaks availability: 97.1% "
        "against "
        "99.5%.",
        "p99 of checkout passes 3 s at 0:20:00, while slow_payments lasts, with "
        "five_retries; "
        "never with retry_budget or circuit_breaker",
        "until 0:45:00, 15 min after slow_payments ended",
        "app is the busiest part: 85.8% used with five_retries",
        "34% of the time is spent waiting in the queue of app",
        "With five_retries, 2.84 attempts are sent for each request",
        "headroom run web-shop.yaml -r auto --precision 5%",
        "Breaks 3 of 3 objectives",
        "Keeps every objective",
        "1 of 3 objectives undecided",
        "99.47% \xC2\xB1 0.06",
        "the interval contains the limit",
        "retry_budget costs $2,280 a month, 57% of it for web",
        "the others cost $2,238 to $3,195",
        "+$829.04",
        "$0.05 / 10k",
        "the contract of 2025, scenario",
        "\xE2\x88\x92$0.99",
        "6 lines are the same in all designs.",
        "From slow_payments with five_retries the system does not recover",
        "not affected",
        "Scaling decisions and failovers",
        "desired capacity 4 -&gt; 6</bdi></td><td><bdi>cpu at 81% against 60%",
        "retry_budget spends 58.0% of its error budget, most of it on slow_payments",
    };
    const char *page = page_of(*state, (struct hr_sample){0}, "");

    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        if (!strstr(page, findings[i]))
            fail_msg("the page does not say: %s", findings[i]);
}

static void verdicts_are_words_and_glyphs_not_only_colours(void **state)
{
    const char *page = page_of(*state, (struct hr_sample){0}, "");

    assert_int_equal(count(page,
                           "class=\"sign kept\"><span aria-hidden=\"true\">\xE2\x9C\x93"
                           "</span> kept"),
                     5);
    assert_int_equal(count(page, "\xE2\x9C\x97</span> broken"), 3);
    assert_int_equal(count(page, "?</span> undecided"), 1);
}

static void one_run_is_called_an_observation(void **state)
{
    const char *one = page_of(*state, (struct hr_sample){.replications = 1}, "");
    const char *eight = page_of(*state, (struct hr_sample){0}, "");

    assert_non_null(strstr(one, "One run: an observation"));
    assert_null(strstr(one, "\xC2\xB1 0"));
    assert_null(strstr(eight, "One run: an observation"));
    assert_non_null(strstr(eight, "8 independent replications"));
}

static void a_single_design_is_not_compared_with_itself(void **state)
{
    const char *page = page_of(*state, (struct hr_sample){.designs = 1}, "");

    assert_null(strstr(page, "with five_retries"));
    assert_null(strstr(page, "The other designs"));
    assert_non_null(strstr(page,
                           "p99 of checkout passes 3 s at 0:20:00, while slow_payments "
                           "lasts</h2>"));
}

static void fill(struct hr_results *r, const char *path, double x)
{
    const struct hr_var *var = hr_results_find(r, path);

    assert_non_null(var);
    for (size_t i = 0; i < hr_var_size(r, var); i++)
        ((double *)var->data)[i] = x;
}

static void the_warm_up_is_told_from_the_resolved_scenario(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){.designs = 1});
    const char **resolved = hr_results_find(r, "resolved")->data;
    const struct hr_page no_figures = {.gnuplot = ""};

    resolved[0] = "headroom: 1\nwarmup: 2m # line 24\nname: x\n";
    assert_non_null(strstr(hr_report_html(r, &no_figures, *state, NULL),
                           "Warm-up: <bdi>2m</bdi> before"));
    resolved[0] = "headroom: 1\n";
    assert_null(strstr(hr_report_html(r, &no_figures, *state, NULL), "Warm-up"));
}

/* An interval over the limit is no broken objective: the run as a whole decides. */
static void a_limit_that_holds_over_the_run_is_not_called_passed(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});
    const char *page;

    fill(r, "latency/latency", 1.25);
    page = hr_report_html(r, &(struct hr_page){.gnuplot = ""}, *state, NULL);
    assert_non_null(
        strstr(page, "p99 of checkout over the run is below 3 s with every design"));
    assert_null(strstr(page, "p99 of checkout passes"));
}

/* The segments add up: what the table's foot says is the total that is stored. */
static void the_time_of_a_request_adds_up(void **state)
{
    const char *page = page_of(*state, (struct hr_sample){0}, "");
    const char *foot = strstr(page, "<tfoot>");

    assert_non_null(foot);
    assert_non_null(strstr(foot, ">203 ms<"));
    assert_non_null(strstr(foot, ">10.9 s<"));
}

/* ---- without gnuplot ---------------------------------------------------------------------------- */

static void without_gnuplot_only_the_charts_are_missing(void **state)
{
    const char *page = page_of(*state, (struct hr_sample){0}, "/nowhere/gnuplot");

    assert_balanced(page);
    assert_non_null(
        strstr(page, "Charts are missing: /nowhere/gnuplot could not be started"));
    assert_non_null(strstr(page, "class=\"topology\""));
    assert_non_null(strstr(page, "class=\"bars\""));
    assert_true(count(page, "This figure was not drawn") >= 7);
    assert_true(count(page, "class=\"csv\"") >= 3);
}

static void with_gnuplot_no_chart_is_missing(void **state)
{
    const char *page;

    if (!have_gnuplot())
        skip();
    page = page_of(*state, (struct hr_sample){0}, NULL);
    assert_null(strstr(page, "Charts are missing"));
    assert_null(strstr(page, "This figure was not drawn"));
    assert_true(count(page, "<svg role=\"img\"") >= 10);
    assert_null(strstr(page, "<?xml"));
    assert_non_null(strstr(page, "app 4 \xE2\x86\x92 6<"));
    assert_non_null(strstr(page, "orders failover begun<"));
    assert_non_null(strstr(page, "between 4 and 6 instances of app are up; marked: 2."));
}

/* Nothing grows, shrinks or is lost: a figure of flat lines would say nothing. */
static void without_changes_there_is_no_figure_of_instances(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    const struct hr_var *up = hr_results_find(r, "series/instances_up");
    for (size_t i = 0; i < hr_var_size(r, up); i++)
        ((float *)up->data)[i] = 3;
    assert_null(strstr(hr_report_html(r, NULL, *state, NULL), "instances-fig"));
}

static void without_prices_the_page_says_so(void **state)
{
    const char *page = page_of(*state, (struct hr_sample){.unpriced = true}, "");

    assert_non_null(strstr(page, "Used and without a price</strong> (<bdi>five_retries"));
    assert_non_null(strstr(page, "<td class=\"n\">no price</td>"));
    assert_non_null(strstr(page, "<td class=\"n\">undecided</td>"));
    assert_non_null(
        strstr(page, "Recovered: availability &gt;= 99% in every 10s, for 5m."));
    page = page_of(*state, (struct hr_sample){.uncosted = true}, "");
    assert_non_null(strstr(page, "no cost is assumed to be zero"));
    assert_null(strstr(page, "recovery-fig"));
    assert_null(strstr(page, "budget-fig"));
}

/* ---- strangers' results ------------------------------------------------------------------------- */

/* In the order of the results: two of the three levels change. */
static void levels_of_components_are_listed_and_those_that_change_are_drawn(void **state)
{
    const char *page = page_of(*state, (struct hr_sample){0}, NULL);
    const char *section = strstr(page, "<section id=\"gauges\"");

    assert_non_null(strstr(page, "<a href=\"#gauges\">Levels</a>"));
    assert_non_null(section);
    assert_int_equal(count(section, ".launching</bdi></th><td>"), 1);
    assert_int_equal(count(section, ".open</bdi></th><td>"), 1);
    assert_non_null(strstr(section, "<bdi>credits</bdi></td><td class=\"n\">4.50</td>"
                                    "<td class=\"n\">9.00</td>"));
    assert_int_equal(count(section, ".launching</bdi></h3>"), 1);
    assert_int_equal(count(section, ".credits</bdi></h3>"), 1);
    assert_int_equal(count(section, ".open</bdi></h3>"), 0);
}

static void hostile_names_are_inert(void **state)
{
    static const char *const never[] = {
        "<script>alert", "\x1b",     "\a",     "\xE2\x80\xAE",
        "<b>\"co\"</b>", "onerror=", "%0A%3D", "\"=cmd"};
    const char *page;

    unlink("/tmp/hr-pwned");
    page = page_of(*state, (struct hr_sample){.hostile = true}, NULL);
    assert_balanced(page);
    assert_int_equal(count(page, "<script"), 1);
    assert_non_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strstr(page, never[i]))
            fail_msg("the page has hostile text number %zu", i);
    assert_int_equal(access("/tmp/hr-pwned", F_OK), -1);
    if (have_gnuplot())
        assert_null(strstr(page, "Charts are missing"));
}

static void names_that_spreadsheets_would_calculate_are_quoted_in_csv(void **state)
{
    struct hr_arena *a = *state;
    struct hr_results *r = hr_sample_results(a, (struct hr_sample){0});
    const char *page;

    r->dims[0].texts[0] = "=1+1";
    page = hr_report_html(r, &(struct hr_page){.gnuplot = ""}, a, NULL);
    assert_non_null(strstr(page, ",%22'=1+1%22,") ? page : strstr(page, ",%22%27=1+1%22,"));
    assert_null(strstr(page, ",%22=1+1%22,"));
}

static void an_empty_result_set_gives_a_page_that_says_so(void **state)
{
    struct hr_results *r = hr_results_create(*state);
    const char *page = hr_report_html(r, NULL, *state, NULL);

    assert_balanced(page);
    assert_non_null(strstr(page, "No verdict is stored with these results."));
}

/* Variables with other dimensions or types than they should have are not there. */
static void variables_of_another_shape_are_left_alone(void **state)
{
    static const char *const swapped[] = {"series/latency",
                                          "series/arrivals",
                                          "latency/latency",
                                          "latency/histogram",
                                          "spent/time",
                                          "objectives/value",
                                          "edges/rate",
                                          "summary/valid",
                                          "events/design",
                                          "disturbances/begin",
                                          "kind",
                                          "changes",
                                          "resolved",
                                          "objectives/verdict",
                                          "edges/caller",
                                          "summary/availability",
                                          "series/capacity",
                                          "components/utilisation"};
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    for (size_t i = 0; i < r->n_vars; i++)
        for (size_t k = 0; k < sizeof swapped / sizeof *swapped; k++) {
            const char *slash = strchr(swapped[k], '/');
            const char *name = slash ? slash + 1 : swapped[k];

            if (strcmp(r->vars[i].name, name) != 0)
                continue;
            if (k % 2 == 0 || r->vars[i].n_dims < 2)
                r->vars[i].type = r->vars[i].type == HR_TEXT ? HR_I64 : HR_TEXT;
            else
                r->vars[i].n_dims--;
            break;
        }
    assert_balanced(hr_report_html(r, NULL, *state, NULL));
}

static void values_that_are_not_finite_are_words(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});
    const char *page;

    for (size_t i = 0; i < r->n_vars; i++)
        for (size_t k = 0; k < hr_var_size(r, &r->vars[i]); k++)
            if (r->vars[i].type == HR_F64)
                ((double *)r->vars[i].data)[k] = k % 3 == 0   ? HUGE_VAL
                                                 : k % 3 == 1 ? -HUGE_VAL
                                                              : (double)NAN;
            else if (r->vars[i].type == HR_F32)
                ((float *)r->vars[i].data)[k] = k % 2 ? (float)HUGE_VAL : -(float)HUGE_VAL;
            else if (r->vars[i].type == HR_I64)
                ((int64_t *)r->vars[i].data)[k] = k % 2 ? INT64_MAX : INT64_MIN;
    page = hr_report_html(r, NULL, *state, NULL);
    assert_balanced(page);
}

/* ---- colours -------------------------------------------------------------------------------------- */

static double channel(const char *hex)
{
    const char two[3] = {hex[0], hex[1], '\0'};
    const double c = (double)strtol(two, NULL, 16) / 255.0;

    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance of a variable of a palette, by the formula of WCAG 2. */
static double luminance(const char *palette, const char *name)
{
    char key[32];
    const char *at;

    snprintf(key, sizeof key, "--%s:#", name);
    at = strstr(palette, key);
    if (!at)
        fail_msg("the palette has no %s", name);
    at += strlen(key);
    return 0.2126 * channel(at) + 0.7152 * channel(at + 2) + 0.0722 * channel(at + 4);
}

static void assert_contrast(const char *palette, const char *x, const char *y, double least)
{
    const double a = luminance(palette, x), b = luminance(palette, y);
    const double ratio = (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);

    if (ratio < least)
        fail_msg("%s on %s has contrast %.2f, less than %.1f", x, y, ratio, least);
}

static void both_themes_have_the_contrast_of_wcag_aa(void **state)
{
    static const char *const text[] = {"ink", "muted", "accent", "good", "bad", "warn"};
    static const char *const lines[] = {"s1", "s2", "s3", "s4", "s5", "s6"};
    static const char *const bars[] = {"a0", "a1", "a2", "a3", "a4", "a5"};
    size_t palettes = 0;

    (void)state;
    for (const struct hr_asset *x = hr_assets; x->name; x++) {
        if (strcmp(x->name, "light.css") != 0 && strcmp(x->name, "dark.css") != 0)
            continue;
        palettes++;
        for (size_t i = 0; i < 6; i++) {
            assert_contrast(x->text, text[i], "bg", 4.5);
            assert_contrast(x->text, text[i], "panel", 4.5);
            assert_contrast(x->text, lines[i], "bg",
                            4.5); /* labels have the line's colour */
            assert_contrast(x->text, "on", bars[i], 4.5);
        }
        assert_contrast(x->text, "axis", "bg", 3.0);
    }
    assert_int_equal(palettes, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(asks_for_nothing_outside_itself),
        TEST(is_small_and_its_script_smaller),
        TEST(the_same_results_give_the_same_bytes),
        TEST(every_element_is_closed_and_there_is_one_of_each_landmark),
        TEST(ids_are_unique_and_what_refers_to_them_finds_them),
        TEST(every_picture_has_a_name_a_description_and_a_table),
        TEST(says_what_was_found),
        TEST(verdicts_are_words_and_glyphs_not_only_colours),
        TEST(one_run_is_called_an_observation),
        TEST(a_single_design_is_not_compared_with_itself),
        TEST(the_warm_up_is_told_from_the_resolved_scenario),
        TEST(a_limit_that_holds_over_the_run_is_not_called_passed),
        TEST(the_time_of_a_request_adds_up),
        TEST(a_large_study_still_fits),
        TEST(without_gnuplot_only_the_charts_are_missing),
        TEST(with_gnuplot_no_chart_is_missing),
        TEST(without_changes_there_is_no_figure_of_instances),
        TEST(without_prices_the_page_says_so),
        TEST(levels_of_components_are_listed_and_those_that_change_are_drawn),
        TEST(hostile_names_are_inert),
        TEST(names_that_spreadsheets_would_calculate_are_quoted_in_csv),
        TEST(an_empty_result_set_gives_a_page_that_says_so),
        TEST(variables_of_another_shape_are_left_alone),
        TEST(values_that_are_not_finite_are_words),
        TEST(both_themes_have_the_contrast_of_wcag_aa),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
