/* tests/support/sample_cost.c - of the sample study: invoices, recoveries and error budgets. */
#include "tests/support/sample_maker.h"

/* Lines of every design; what differs is the share of calls that a design makes. */
struct sample_line {
    size_t part; /* N_PARTS: none */
    const char *dimension, *kind, *unit, *price, *source;
    double quantity, each;
    int scales; /* with 0 nothing, 1 the attempts of the design */
};
static const char *const ec2 = "AWS price list, m5.large in us-east-1, 2026-01-02, primary";
static const char *const alb = "AWS price list, load balancing, 2026-01-02, primary";
static const char *const out = "AWS price list, data transfer, 2026-01-02, primary";
static const struct sample_line lines[] = {
    {2, "instance", "usage", "h", "$0.0960 / h", NULL, 2920, 0.096, 0},
    {2, "transfer_zone", "transfer", "GB", "$0.0100 / GB", NULL, 1240, 0.01, 1},
    {1, "hour", "usage", "h", "$0.0225 / h", NULL, 730, 0.0225, 0},
    {1, "lcu", "usage", "h", "$0.0080 / h", NULL, 4672, 0.008, 1},
    {1, "transfer_out", "transfer", "GB", "tiers from $0.0900 / GB", NULL, 13900, 0.0883,
     0},
    {1, "transfer_out", "one-off", "GB", "tiers from $0.0900 / GB", NULL, 210, 0.085, 0},
    {3, "instance", "usage", "h", "$0.1780 / h", NULL, 730, 0.178, 0},
    {4, "calls", "usage", "1", "$0.05 / 10k", "the contract of 2025, scenario", 9.64e7,
     5e-6, 1},
    {N_PARTS, "savings_plan", "unused commitment", "$", "$0.05 / h", NULL, 36.5, 0.35, 0},
};
enum { N_LINES = sizeof lines / sizeof *lines };

static const char *source_of(const struct sample_line *l)
{
    return l->source ? l->source : l->part == 2 ? ec2 : l->part == 1 ? alb : out;
}

static void fill_lines(struct hr_sample_maker *m, bool unpriced)
{
    static const char *const dims = "invoice_line";
    double numbers[N_DESIGNS * N_LINES] = {0};
    const size_t n = m->designs * N_LINES;

    for (size_t i = 0; i < n; i++)
        numbers[i] = (double)i;
    hr_results_dim_numbers(m->r, dims, "1", "line of an invoice", n, numbers);
    int64_t *design = i64(m, "cost", "of_design", dims, "position of the design");
    const char **component = text(m, "cost", "component", dims, "who used it");
    const char **dimension = text(m, "cost", "dimension", dims, "what was used");
    const char **kind = text(m, "cost", "kind", dims, "kind of line");
    double *quantity = f64(m, "cost", "quantity", dims, "1", "how much, a month");
    const char **unit = text(m, "cost", "unit", dims, "of the quantity");
    const char **price = text(m, "cost", "price", dims, "price");
    const char **source = text(m, "cost", "source", dims, "where the price is from");
    double *amount = f64(m, "cost", "amount", dims, "$/mo", "amount");

    for (size_t i = 0; i < n; i++) {
        const size_t d = i / N_LINES;
        const struct sample_line *l = &lines[i % N_LINES];
        const bool missing = unpriced && d == 0 && l->part == 4;
        const double calls = l->scales ? hr_sample_designs[d].amplification : 1;

        design[i] = (int64_t)d;
        component[i] = l->part < N_PARTS ? m->parts[l->part] : "";
        dimension[i] = l->dimension;
        kind[i] = l->kind;
        quantity[i] = l->quantity * calls;
        unit[i] = l->unit;
        price[i] = missing ? "" : l->price;
        source[i] = missing ? "" : source_of(l);
        amount[i] = missing ? UNKNOWN : round(100 * l->quantity * calls * l->each) / 100;
    }
}

static void fill_totals(struct hr_sample_maker *m, bool unpriced)
{
    static const double lost[N_DESIGNS] = {18240.5, 1841.25, 3362};
    const double *amount = hr_results_find(m->r, "cost/amount")->data;
    double *total = f64(m, "cost", "total", "design", "$/mo", "invoice of a month");
    double *ordinary =
        f64(m, "cost", "ordinary", "design", "$/mo", "of it without one-offs");
    double *one_off = f64(m, "cost", "one_off", "design", "$/mo", "of it one-offs");
    double *revenue = f64(m, "cost", "revenue_lost", "design", "$/mo", "revenue lost");
    const char **missing = text(m, "cost", "missing", "design", "used and without a price");

    for (size_t d = 0; d < m->designs; d++) {
        total[d] = one_off[d] = 0;
        for (size_t i = 0; i < N_LINES; i++) {
            total[d] += amount[d * N_LINES + i];
            one_off[d] += i == 5 ? amount[d * N_LINES + i] : 0;
        }
        ordinary[d] = total[d] - one_off[d];
        revenue[d] = lost[d];
        if (unpriced && d == 0)
            missing[d] = hr_arena_printf(m->r->arena, "%s calls", m->parts[4]);
    }
}

/* ---- recoveries ------------------------------------------------------------------------- */

static const char *const troubles[] = {"slow_payments", "zone_loss"};
enum { N_TROUBLES = 2, N_TIMES_OF = 5 };
/* detect, decide, act, restore, warm up; design 0 does not come back from the first. */
static const double phases[N_DESIGNS][N_TROUBLES][N_TIMES_OF] = {
    {{0, 0, 0, 0, 0}, {58, 0, 1, 31, 142}},
    {{9, 0, 0, 612, 30}, {58, 0, 1, 31, 44}},
    {{0, 0, 0, 0, 0}, {58, 0, 1, 31, 39}},
};

static void fill_recovery(struct hr_sample_maker *m)
{
    static const char *const dims = "recovery_row";
    static const char *const names[N_TIMES_OF] = {"detect", "decide", "act", "restore",
                                                  "warm_up"};
    const size_t n = m->designs * N_TROUBLES * m->replications;
    double *numbers = hr_arena_alloc(m->r->arena, n, sizeof *numbers), *x[N_TIMES_OF];

    for (size_t i = 0; i < n; i++)
        numbers[i] = (double)i;
    hr_results_dim_numbers(m->r, dims, "1", "a disturbance in a run", n, numbers);
    int64_t *design = i64(m, "recovery", "design", dims, "position of the design");
    int64_t *rep = i64(m, "recovery", "replication", dims, "replication");
    const char **what = text(m, "recovery", "disturbance", dims, "disturbance");
    double *begin = f64(m, "recovery", "begin", dims, "s", "begins");
    double *rto = f64(m, "recovery", "rto", dims, "s", "time to recovery");
    for (size_t k = 0; k < N_TIMES_OF; k++)
        x[k] = f64(m, "recovery", names[k], dims, "s", "a phase of it");
    double *rpo = f64(m, "recovery", "rpo", dims, "s", "data lost, as a time");
    int64_t *writes = i64(m, "recovery", "writes_lost", dims, "writes lost");
    int64_t *affected = i64(m, "recovery", "affected", dims, "1: it was not well");

    const char **rule = text(m, "", "recovered", "design", "what is recovered");

    for (size_t d = 0; d < m->designs; d++)
        rule[d] = "availability >= 99% in every 10s, for 5m";
    for (size_t i = 0; i < n; i++) {
        const size_t k = i / m->replications % N_TROUBLES,
                     d = i / m->replications / N_TROUBLES;
        const double longer = 1 + 0.1 * (double)(i % m->replications);

        design[i] = (int64_t)d;
        rep[i] = (int64_t)(i % m->replications) + 1;
        what[i] = troubles[k];
        begin[i] = k == 0 ? SLOW_FROM_S : 2520;
        affected[i] = !(d == 2 && k == 0);
        rpo[i] = k == 0 ? UNKNOWN : d == 0 ? 12.5 : 0;
        writes[i] = k == 1 && d == 0 ? 1840 : 0;
        rto[i] = 0;
        for (size_t p = 0; p < N_TIMES_OF; p++) {
            x[p][i] = phases[d][k][p] * (p == 4 ? longer : 1);
            rto[i] += x[p][i];
        }
        if (d == 0 && k == 0)
            rto[i] = HUGE_VAL;
    }
}

/* ---- error budgets ---------------------------------------------------------------------- */

static void fill_budget(struct hr_sample_maker *m)
{
    static const char *const causes[] = {"slow_payments", "zone_loss", "undisturbed"};
    static const double of[] = {0.86, 0.11, 0.03};
    enum { N = 3 };
    double numbers[N_DESIGNS * N] = {0};

    for (size_t i = 0; i < m->designs * N; i++)
        numbers[i] = (double)i;
    hr_results_dim_numbers(m->r, "budget_line", "1", "a cause", m->designs * N, numbers);
    int64_t *design =
        i64(m, "budget", "of_design", "budget_line", "position of the design");
    const char **cause = text(m, "budget", "cause", "budget_line", "cause");
    double *bad = f64(m, "budget", "bad", "budget_line", "1", "requests gone wrong");
    double *share = f64(m, "budget", "share", "budget_line", "1", "of the error budget");
    double *allowed = f64(m, "budget", "allowed", "design", "1", "requests allowed");
    double *target = f64(m, "budget", "target", "design", "1", "share to be good");

    for (size_t d = 0; d < m->designs; d++) {
        const double all = 5.66e8,
                     wrong = all / 720 * (1 - hr_sample_designs[d].availability[0]);

        target[d] = 0.995;
        allowed[d] = 0.005 * all / 720;
        for (size_t k = 0; k < N; k++) {
            design[d * N + k] = (int64_t)d;
            cause[d * N + k] = causes[k];
            bad[d * N + k] = round(wrong * of[k]);
            share[d * N + k] = bad[d * N + k] / allowed[d];
        }
    }
}

/* Texts that try to be something else. */
static void spoil(struct hr_sample_maker *m)
{
    static const char *const paths[] = {
        "cost/dimension",       "cost/unit",    "cost/price",
        "cost/source",          "cost/kind",    "cost/missing",
        "recovery/disturbance", "budget/cause", "recovered"};
    static const char *const evil[] = {"<script>alert(1)</script>",
                                       "\x1b[31m' . system('touch /tmp/hr-pwned') . '",
                                       "=cmd|'/C calc'!A0\n`touch /tmp/hr-pwned`"};

    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        const struct hr_var *v = hr_results_find(m->r, paths[k]);
        const char **texts = v->data;

        for (size_t i = 0; i < hr_var_size(m->r, v); i++)
            texts[i] = evil[(i + k) % 3];
    }
}

void hr_sample_costs(struct hr_sample_maker *m, bool unpriced, bool hostile)
{
    fill_lines(m, unpriced);
    fill_totals(m, unpriced);
    fill_recovery(m);
    fill_budget(m);
    if (hostile)
        spoil(m);
}
