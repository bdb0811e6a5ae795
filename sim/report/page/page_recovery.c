/* sim/report/page/page_recovery.c - times to recovery as waterfalls, and error budgets. */
#include "sim/report/page/page_bars.h"
#include "sim/report/recovery.h"

#include <math.h>
#include <string.h>

enum { MOST_BARS = 24 };

static const char *clean(const struct hr_page_view *v, const char *text)
{
    return hr_html_clean(v->a, text, 1);
}

static bool is_shown(const struct hr_page_view *v, size_t d)
{
    for (size_t i = 0; i < v->n_shown; i++)
        if (v->shown[i] == d)
            return true;
    return false;
}

/* ---- recoveries ------------------------------------------------------------------------- */

/* "zone_loss p95" */
static const char *named(const struct hr_page_view *v, const struct hr_recovery *x)
{
    return hr_arena_printf(v->a, "%s%s%s", clean(v, x->disturbance), x->which[0] ? " " : "",
                           x->which);
}

static bool is_finite(const struct hr_recovery *x)
{
    return x->affected && isfinite(x->rto);
}

static const char *rto_words(const struct hr_page_view *v, const struct hr_recovery *x)
{
    if (!x->affected)
        return "not affected";
    return hr_arena_printf(v->a, "%s", hr_number_of(HR_NUMBER_RECOVERY, x->rto).text);
}

static const char *where(const struct hr_page_view *v, const struct hr_recovery *x)
{
    return v->n_designs > 1 ? hr_arena_printf(v->a, "%s with %s", clean(v, x->disturbance),
                                              hr_page_design(v, x->design))
                            : clean(v, x->disturbance);
}

static const char *recovery_finding(const struct hr_page_view *v,
                                    const struct hr_recovery *x, size_t n)
{
    const struct hr_recovery *worst = NULL;
    size_t never = 0, first = n;

    for (size_t i = 0; i < n; i++) {
        if (x[i].affected && isinf(x[i].rto)) {
            never++;
            first = first == n ? i : first;
        } else if (is_finite(&x[i]) && (!worst || x[i].rto > worst->rto)) {
            worst = &x[i];
        }
    }
    if (never == 1)
        return hr_arena_printf(v->a, "From %s the system does not recover",
                               where(v, &x[first]));
    if (never > 1)
        return hr_arena_printf(
            v->a, "From %s the system does not recover, nor in %zu other case%s",
            where(v, &x[first]), never - 1, never == 2 ? "" : "s");
    if (worst)
        return hr_arena_printf(v->a, "The longest recovery, from %s, takes %s",
                               where(v, worst), rto_words(v, worst));
    return "No disturbance makes the system unwell";
}

static const char *recovery_words(const struct hr_page_view *v, const struct hr_recovery *x)
{
    const char *text = hr_arena_printf(v->a, "%s%s%s: %s", where(v, x),
                                       x->which[0] ? ", " : "", x->which, rto_words(v, x));

    for (size_t k = 0; k < HR_N_PHASES; k++)
        if (is_finite(x) && x->phase[k] > 0.0)
            text = hr_arena_printf(v->a, "%s, %s %s", text,
                                   hr_number_of(HR_NUMBER_TIME, x->phase[k]).text,
                                   hr_phase_words[k]);
    return text;
}

static void waterfall(struct hr_page_view *v, struct hr_recovery *x, size_t n)
{
    struct hr_page_bar *made = hr_arena_alloc(v->a, MOST_BARS, sizeof *made);
    struct hr_page_bars b = {.id = "recovery-rto",
                             .title = "Time to recovery by phase",
                             .desc = "",
                             .names = hr_phase_words,
                             .n_parts = HR_N_PHASES,
                             .bars = made,
                             .quantity = HR_NUMBER_TIME,
                             .limit = (double)NAN};

    for (size_t i = 0; i < n && b.n < MOST_BARS; i++) {
        if (!is_shown(v, x[i].design))
            continue;
        made[b.n] = (struct hr_page_bar){
            .label = v->n_designs > 1 ? hr_arena_printf(v->a, "%s, %s", named(v, &x[i]),
                                                        hr_page_design(v, x[i].design))
                                      : named(v, &x[i]),
            .total = rto_words(v, &x[i]),
            .part = hr_arena_alloc(v->a, HR_N_PHASES, sizeof(double)),
            .endless = x[i].affected && isinf(x[i].rto)};
        for (size_t k = 0; is_finite(&x[i]) && k < HR_N_PHASES; k++)
            made[b.n].part[k] = x[i].phase[k];
        b.desc = hr_arena_printf(v->a, "%s%s. ", b.desc, recovery_words(v, &x[i]));
        b.n++;
    }
    hr_page_bars(v, &b);
    hr_page_bars_legend(v, &b);
}

static void recovery_row(struct hr_page_view *v, const struct hr_recovery *x)
{
    hr_html_raw(&v->h, "<tr><th scope=\"row\">");
    hr_html_name(&v->h, named(v, x));
    if (!x->alone)
        hr_html_raw(&v->h, " +");
    hr_html_raw(&v->h, "</th><td>");
    hr_page_designation(v, x->design);
    hr_html_raw(&v->h, "</td><td class=\"n\">");
    hr_html_text(&v->h, rto_words(v, x));
    hr_html_raw(&v->h, "</td>");
    for (size_t k = 0; k < HR_N_PHASES; k++)
        hr_page_number(v, HR_NUMBER_TIME, is_finite(x) ? x->phase[k] : (double)NAN);
    hr_page_number(v, HR_NUMBER_TIME, x->rpo);
    hr_page_number(v, HR_NUMBER_COUNT, isnan(x->rpo) ? x->rpo : x->writes_lost);
    hr_html_rawf(&v->h, "<td class=\"n\">%zu of %zu</td></tr>\n",
                 x->runs - x->not_recovered, x->runs);
}

static void recovery_table(struct hr_page_view *v, const struct hr_recovery *x, size_t n)
{
    hr_html_raw(&v->h,
                "<details class=\"data\" open><summary>Data of this chart</summary>"
                "<div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\"><caption>"
                "Recoveries: RTO with its phases, RPO</caption><thead><tr>"
                "<th scope=\"col\">disturbance</th><th scope=\"col\">design</th>"
                "<th scope=\"col\" class=\"n\">RTO</th>");
    for (size_t k = 0; k < HR_N_PHASES; k++)
        hr_html_rawf(&v->h, "<th scope=\"col\" class=\"n\">%s</th>", hr_phase_words[k]);
    hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">RPO</th>"
                       "<th scope=\"col\" class=\"n\">writes lost</th>"
                       "<th scope=\"col\" class=\"n\">recovered in runs</th>"
                       "</tr></thead><tbody>");
    for (size_t i = 0; i < n && i < HR_PAGE_CELLS; i++)
        recovery_row(v, &x[i]);
    hr_html_raw(&v->h, "</tbody></table></div></details>\n");
}

static bool some_in_company(const struct hr_recovery *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!x[i].alone)
            return true;
    return false;
}

void hr_page_recovery(struct hr_page_view *v)
{
    struct hr_recovery *x;
    const size_t n = hr_recoveries(v->r, v->a, &x);

    if (n == 0 || v->n_shown == 0)
        return;
    hr_page_section(v, "recovery", "Recovery", recovery_finding(v, x, n));
    hr_html_raw(
        &v->h,
        "<figure class=\"chart\" id=\"recovery-fig\"><figcaption><p>Each disturbance "
        "in a run of its own: from its beginning to the first time from which on "
        "all is well, and stays so.");
    if (x[0].which[0])
        hr_html_rawf(&v->h,
                     " It was made to happen at %zu random times; the occurrences at the "
                     "median, at the 95th percentile and the longest are shown, with their "
                     "phases. RPO and writes lost have an order of their own.",
                     x[0].runs);
    hr_html_raw(&v->h, v->n_replications > 1 && !x[0].which[0]
                           ? " The run at the 95th percentile is shown, with its phases; "
                             "the RPO is the worst of the runs."
                           : "");
    hr_html_raw(&v->h, some_in_company(x, n)
                           ? " Those marked + were not simulated alone: other disturbances "
                             "act, too."
                           : "");
    if (hr_recovery_rule(v->r, x, n)[0]) {
        hr_html_raw(&v->h, " Recovered: ");
        hr_html_text(&v->h, clean(v, hr_recovery_rule(v->r, x, n)));
        hr_html_raw(&v->h, ".");
    }
    hr_html_raw(&v->h, " An open bar: not recovered when the run ended.</p></figcaption>");
    waterfall(v, x, n);
    recovery_table(v, x, n);
    hr_html_raw(&v->h, "</figure></section>\n");
}

/* ---- error budgets ---------------------------------------------------------------------- */

static const char *budget_finding(const struct hr_page_view *v, const struct hr_budget *x,
                                  size_t n)
{
    const double spent = hr_budget_spent(x, n, v->chosen);
    size_t most = 0;

    for (size_t i = 1; i < n; i++)
        if (x[i].share[v->chosen] > x[most].share[v->chosen])
            most = i;
    if (isnan(spent))
        return "What spends the error budget";
    return hr_arena_printf(
        v->a, "%s spends %s of its error budget, most of it on %s",
        hr_page_design(v, v->chosen), hr_number_of(HR_NUMBER_SHARE, spent).text,
        strcmp(x[most].cause, "undisturbed") == 0 ? "ordinary times"
                                                  : clean(v, x[most].cause));
}

static const char *budget_words(const struct hr_page_view *v, const struct hr_page_bars *b)
{
    const char *text = "";

    for (size_t i = 0; i < b->n; i++) {
        text = hr_arena_printf(v->a, "%s%s: %s", text, b->bars[i].label, b->bars[i].total);
        for (size_t k = 0; k < b->n_parts; k++)
            if (b->bars[i].part[k] > 0.0)
                text = hr_arena_printf(
                    v->a, "%s, %s %s", text,
                    hr_number_of(HR_NUMBER_SHARE, b->bars[i].part[k]).text, b->names[k]);
        text = hr_arena_printf(v->a, "%s. ", text);
    }
    return text;
}

static void budget_bars(struct hr_page_view *v, const struct hr_budget *x, size_t n)
{
    const char **names = hr_arena_alloc(v->a, HR_BARS_INKS, sizeof *names);
    struct hr_page_bar *made = hr_arena_alloc(v->a, v->n_shown, sizeof *made);
    struct hr_page_bars b = {.id = "budget-share",
                             .title = "Share of the error budget by cause",
                             .names = names,
                             .n_parts = n < HR_BARS_INKS ? n : HR_BARS_INKS,
                             .bars = made,
                             .n = v->n_shown,
                             .quantity = HR_NUMBER_SHARE,
                             .limit = 1.0,
                             .limit_label = "the whole budget"};

    for (size_t k = 0; k < b.n_parts; k++)
        names[k] =
            k + 1 == HR_BARS_INKS && n > HR_BARS_INKS ? "the rest" : clean(v, x[k].cause);
    for (size_t i = 0; i < v->n_shown; i++) {
        const double spent = hr_budget_spent(x, n, v->shown[i]);

        made[i] = (struct hr_page_bar){
            .label = hr_page_design(v, v->shown[i]),
            .total = isnan(spent)
                         ? "not measured"
                         : hr_arena_printf(v->a, "%s",
                                           hr_number_of(HR_NUMBER_SHARE, spent).text),
            .part = hr_arena_alloc(v->a, HR_BARS_INKS, sizeof(double))};
        for (size_t k = 0; k < n; k++)
            if (isfinite(x[k].share[v->shown[i]]))
                made[i].part[k < b.n_parts ? k : b.n_parts - 1] += x[k].share[v->shown[i]];
    }
    b.desc = budget_words(v, &b);
    hr_page_bars(v, &b);
    hr_page_bars_legend(v, &b);
}

static void budget_foot(struct hr_page_view *v, const struct hr_budget *x, size_t n)
{
    const struct hr_var *allowed = hr_page_numbers(v, "budget/allowed", "design");

    hr_html_raw(&v->h, "</tbody><tfoot><tr><th scope=\"row\">spent</th>");
    for (size_t i = 0; i < v->n_shown; i++) {
        double bad = 0.0;

        for (size_t k = 0; k < n; k++)
            bad += isfinite(x[k].bad[v->shown[i]]) ? x[k].bad[v->shown[i]] : 0.0;
        hr_page_number(v, HR_NUMBER_COUNT, bad);
        hr_page_number(v, HR_NUMBER_SHARE, hr_budget_spent(x, n, v->shown[i]));
    }
    hr_html_raw(&v->h, "</tr><tr><th scope=\"row\">allowed in 30 days</th>");
    for (size_t i = 0; i < v->n_shown; i++) {
        hr_page_number(v, HR_NUMBER_COUNT, HR_AT(v, allowed, v->shown[i]));
        hr_page_number(v, HR_NUMBER_SHARE, 1.0);
    }
    hr_html_raw(&v->h, "</tr></tfoot></table></div></details>\n");
}

static void budget_table(struct hr_page_view *v, const struct hr_budget *x, size_t n)
{
    hr_html_raw(&v->h, "<details class=\"data\" open><summary>Data of this chart</summary>"
                       "<div class=\"scroll\" tabindex=\"0\"><table><caption>Requests gone "
                       "wrong, and their share of the error budget</caption><thead><tr>"
                       "<th scope=\"col\">cause</th>");
    for (size_t i = 0; i < v->n_shown; i++)
        for (int share = 0; share < 2; share++) {
            hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">");
            hr_html_name(&v->h, hr_page_design(v, v->shown[i]));
            hr_html_raw(&v->h, share ? "<br>share</th>" : "<br>requests</th>");
        }
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    for (size_t k = 0; k < n && k < HR_PAGE_CELLS; k++) {
        hr_html_raw(&v->h, "<tr><th scope=\"row\">");
        hr_html_name(&v->h, x[k].cause);
        hr_html_raw(&v->h, "</th>");
        for (size_t i = 0; i < v->n_shown; i++) {
            hr_page_number(v, HR_NUMBER_COUNT, x[k].bad[v->shown[i]]);
            hr_page_number(v, HR_NUMBER_SHARE, x[k].share[v->shown[i]]);
        }
        hr_html_raw(&v->h, "</tr>\n");
    }
    budget_foot(v, x, n);
}

void hr_page_budget(struct hr_page_view *v)
{
    const struct hr_var *targets = hr_page_numbers(v, "budget/target", "design");
    const double target = HR_AT(v, targets, v->chosen);
    struct hr_budget *x;
    const size_t n = hr_budgets(v->r, v->a, &x);

    if (n == 0 || v->n_shown == 0)
        return;
    hr_page_section(v, "budget", "Error budget", budget_finding(v, x, n));
    hr_html_raw(&v->h,
                "<figure class=\"chart\" id=\"budget-fig\"><figcaption><p>Of the requests "
                "of 30 days so many may go wrong");
    if (!isnan(target))
        hr_html_rawf(&v->h, " that %s are good",
                     hr_number_limit(HR_NUMBER_SHARE, target).text);
    hr_html_raw(&v->h, ": which causes spend them.</p></figcaption>");
    budget_bars(v, x, n);
    budget_table(v, x, n);
    hr_html_raw(&v->h, "</figure></section>\n");
}
