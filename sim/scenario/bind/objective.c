/* sim/scenario/bind/objective.c - see objective.h. */
#include "sim/scenario/bind/objective.h"

#include "sim/scenario/value/value.h"
#include "sim/system/model.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- words ------------------------------------------------------------------------------------------ */

struct reader {
    struct hr_bind *b;
    const struct hr_node *node;
    const char *s; /* what is left */
    struct hr_objective *o;
};

static bool fail(struct reader *r, enum hr_code code, const char *what)
{
    hr_diag_add(r->b->ds, code, r->node->at, "`%s`: %s", hr_bind_shown(r->b, r->node),
                what);
    return false;
}

static void blanks(struct reader *r)
{
    while (*r->s == ' ')
        r->s++;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* Take this word, if it comes next. */
static bool take(struct reader *r, const char *word)
{
    const size_t n = strlen(word);

    blanks(r);
    if (strncmp(r->s, word, n) != 0 || (is_word(word[n - 1]) && is_word(r->s[n])))
        return false;
    r->s += n;
    return true;
}

/* The next word, "" at the end or at a mark. */
static const char *word(struct reader *r)
{
    size_t n = 0;

    blanks(r);
    while (is_word(r->s[n]))
        n++;
    r->s += n;
    return hr_arena_text(r->b->arena, r->s - n, n);
}

/* Everything to the next blank. */
static struct hr_text value(struct reader *r)
{
    struct hr_text t;

    blanks(r);
    t.s = r->s;
    t.n = strcspn(r->s, " ");
    r->s += t.n;
    return t;
}

/* --- the measure -------------------------------------------------------------------------------------- */

/* p50, p99, p99.9 */
static bool read_quantile(const char *name, double *quantile)
{
    const char *digits = name + 1;
    char *end;
    double p;

    if (*name != 'p' || !isdigit((unsigned char)*digits) ||
        strspn(digits, "0123456789.") != strlen(digits) || strlen(digits) > 12)
        return false;
    /* With a digit first and only digits and dots, no locale or hexadecimal comes in. */
    p = strtod(digits, &end);
    *quantile = p / 100;
    return *end == '\0' && p > 0 && p < 100;
}

static bool read_measure(struct reader *r, const char *name)
{
    const char *names[HR_N_MEASURES + 1] = {NULL};

    r->o->quantile = (double)NAN;
    if (read_quantile(name, &r->o->quantile)) {
        r->o->measure = HR_MEASURE_QUANTILE;
        return true;
    }
    for (unsigned i = 0; i < HR_N_MEASURES; i++) {
        names[i] = hr_measures[i].name;
        if (i != HR_MEASURE_QUANTILE && strcmp(name, hr_measures[i].name) == 0) {
            r->o->measure = (enum hr_measure_id)i;
            return true;
        }
    }
    hr_bind_unknown(r->b, HR_E802, r->node->at, name, names, "there is no measure `%s`",
                    hr_shown(r->b->arena, name, strlen(name)));
    return false;
}

/* --- the scope ------------------------------------------------------------------------------------------ */

static uint64_t rows_of(const struct hr_plan *p, const char *scope)
{
    uint64_t rows = 0;

    for (uint32_t i = 0; i < p->n_rows; i++) {
        const struct hr_row *row = &p->rows[i];
        const char *class = p->components[row->component].name;
        const char *op = p->operations[row->op].name;
        const size_t n = strlen(class);

        if (!scope || strcmp(scope, class) == 0 || strcmp(scope, op) == 0 ||
            (strncmp(scope, class, n) == 0 && scope[n] == '.' &&
             strcmp(scope + n + 1, op) == 0))
            rows |= UINT64_C(1) << i;
    }
    return rows;
}

/* Both a class of traffic and what another class asks for? */
static bool is_ambiguous(const struct hr_plan *p, const char *scope)
{
    bool class = false, op = false;

    for (uint32_t i = 0; scope && i < p->n_rows; i++) {
        const bool of = strcmp(scope, p->components[p->rows[i].component].name) == 0;

        class = class || of;
        op = op || (!of && strcmp(scope, p->operations[p->rows[i].op].name) == 0);
    }
    return class && op;
}

static const char *const *row_names(const struct hr_bind *b)
{
    const struct hr_plan *p = b->plan;
    const char **names = hr_arena_alloc(b->arena, (size_t)p->n_rows + 1, sizeof *names);

    for (uint32_t i = 0; i < p->n_rows; i++)
        names[i] = p->rows[i].name;
    return names;
}

/* Written in a class's mix, although the class could not be compiled: that has been said. */
static bool is_written(const struct hr_bind *b, const char *scope)
{
    for (uint32_t i = 0; i < b->plan->n_components; i++) {
        const struct hr_node *n = b->parts[i].node;
        const struct hr_node *mix =
            n && n->type == HR_NODE_MAP ? hr_tree_find(n, "mix") : NULL;

        if (mix && mix->type == HR_NODE_MAP && hr_tree_find(mix, scope))
            return true;
    }
    return false;
}

static bool no_scope(struct reader *r, const char *what, const char *const *names)
{
    hr_bind_unknown(r->b, HR_E803, r->node->at, r->o->scope, names, "there is no %s `%s`",
                    what, hr_shown(r->b->arena, r->o->scope, strlen(r->o->scope)));
    return false;
}

/* A queue of everything together means nothing. */
static bool needs_scope(enum hr_measure_id m)
{
    return m == HR_MEASURE_QUEUE || m == HR_MEASURE_QUEUE_MAX ||
           m == HR_MEASURE_QUEUE_AGE || m == HR_MEASURE_COST_PER ||
           m == HR_MEASURE_COMPLETION;
}

static bool read_scope(struct reader *r)
{
    const struct hr_measure_info *m = &hr_measures[r->o->measure];
    struct hr_objective *o = r->o;

    o->component = o->disturbance = HR_NONE;
    if (!o->scope && needs_scope(o->measure))
        return fail(r, HR_E804, "this measure speaks of one thing: name it in parentheses");
    switch (m->scope) {
    case HR_SCOPE_NONE:
        return !o->scope || fail(r, HR_E804, "this measure takes nothing in parentheses");
    case HR_SCOPE_ROW:
        if (is_ambiguous(r->b->plan, o->scope))
            return fail(r, HR_E413, "a class of traffic and an operation have this name");
        o->rows = rows_of(r->b->plan, o->scope);
        if (!o->rows && o->scope && r->b->ds->errors > 0 && is_written(r->b, o->scope))
            return false;
        return o->rows || !o->scope ||
               no_scope(r, "operation or class of traffic", row_names(r->b));
    case HR_SCOPE_COMPONENT:
        if (o->scope)
            o->component = hr_names_find(&r->b->components, o->scope);
        return !o->scope || o->component != HR_NONE ||
               no_scope(r, "component", hr_names_list(&r->b->components));
    case HR_SCOPE_DISTURBANCE:
        if (o->scope)
            o->disturbance = hr_names_find(&r->b->disturbances, o->scope);
        return !o->scope || o->disturbance != HR_NONE ||
               no_scope(r, "disturbance", hr_names_list(&r->b->disturbances));
    }
    return false;
}

/* --- figure op limit ------------------------------------------------------------------------------------- */

static bool read_figure(struct reader *r)
{
    const char *name = word(r);
    bool over_runs = false;

    if (strcmp(name, "mean") == 0 || strcmp(name, "max") == 0) {
        over_runs = true;
        r->o->over_runs = strcmp(name, "max") == 0 ? HR_RUNS_MOST : HR_RUNS_MEAN;
        if (!take(r, "("))
            return fail(r, HR_E801, "mean and max are of a measure: mean(p99(checkout))");
        name = word(r);
    }
    if (!*name)
        return fail(r, HR_E801, "it begins with a measure, such as p99(checkout)");
    if (!read_measure(r, name))
        return false;
    if (take(r, "(")) {
        r->o->scope = word(r);
        if (!*r->o->scope || !take(r, ")"))
            return fail(r, HR_E801, "in the parentheses stands one name");
    }
    if (over_runs && !take(r, ")"))
        return fail(r, HR_E801, "a parenthesis is not closed");
    return read_scope(r);
}

static bool read_op(struct reader *r)
{
    static const char *const ops[] = {"<=", ">=", "<", ">"};
    static const int op_of[] = {1, 3, 0, 2};

    for (unsigned i = 0; i < 4; i++)
        if (take(r, ops[i])) {
            r->o->op = op_of[i];
            return true;
        }
    return fail(r, HR_E801, "after the measure comes one of < <= > >=");
}

static bool limit_of(struct hr_text t, const struct hr_measure_info *m, double *limit,
                     const char **why)
{
    const char *slash = memchr(t.s, '/', t.n);
    hr_time duration;
    int64_t money;

    switch (m->written) {
    case HR_FIELD_DURATION:
        if (!hr_value_duration(t, &duration, why))
            return false;
        *limit = hr_time_s(duration);
        return true;
    case HR_FIELD_SHARE:
        return hr_value_share(t, limit, why);
    case HR_FIELD_RATE:
        return hr_value_rate(t, limit, why);
    case HR_FIELD_MONEY:
        *why = strchr(m->unit, '/') ? "is not an amount a month" : "is not an amount";
        if (strchr(m->unit, '/') ? !slash || t.n - (size_t)(slash - t.s) != 3 ||
                                       strncmp(slash, "/mo", 3) != 0
                                 : slash != NULL)
            return false;
        if (slash)
            t.n = (size_t)(slash - t.s);
        if (!hr_value_money(t, &money, why))
            return false;
        *limit = (double)money / 1e6;
        return true;
    default:
        return hr_value_number(t, limit, why);
    }
}

/* Where a part of the objective stands: that of the whole, if it is not written plainly. */
static struct hr_loc part_at(const struct reader *r, struct hr_text t)
{
    struct hr_loc at = r->node->at;

    if (r->node->quoted || at.length != r->node->length || t.n == 0)
        return at;
    at.column += (uint32_t)(t.s - r->node->text);
    at.length = (uint32_t)t.n;
    return at;
}

static bool read_limit(struct reader *r)
{
    const struct hr_measure_info *m = &hr_measures[r->o->measure];
    const struct hr_text t = value(r);
    const char *why = "is missing", *hint;
    struct hr_diag *d;

    if (t.n && limit_of(t, m, &r->o->limit, &why))
        return true;
    d = hr_diag_add(r->b->ds, HR_E805, part_at(r, t), "the limit `%s` of `%s` %s",
                    hr_shown(r->b->arena, t.s, t.n), hr_bind_shown(r->b, r->node), why);
    hint = t.n ? hr_value_explain(r->b->arena, m->written, t, why).hint : NULL;
    if (hint)
        hr_diag_hint(r->b->ds, d, "%s", hint);
    else
        hr_diag_hint(r->b->ds, d, "write it like %s",
                     m->written == HR_FIELD_DURATION ? "800ms"
                     : m->written == HR_FIELD_SHARE  ? "99.95%"
                     : m->written == HR_FIELD_RATE   ? "100/s"
                     : m->written == HR_FIELD_MONEY  ? "$9000/mo"
                                                     : "1.3");
    return false;
}

/* --- parts of the run ------------------------------------------------------------------------------------ */

/* A one-off event of the traffic, such as a spike, by its name. */
static bool find_one_off(const struct hr_plan *plan, const char *name, struct hr_one_off *o)
{
    for (uint32_t c = 0; c < plan->n_components; c++) {
        const struct hr_component *x = &plan->components[c];

        for (uint32_t k = 0; x->model && x->model->one_off && x->conf; k++) {
            if (!x->model->one_off(x->conf, k, o))
                break;
            if (o->name && strcmp(o->name, name) == 0)
                return true;
        }
    }
    return false;
}

static bool same_period(const struct hr_period *a, const struct hr_period *b)
{
    return a->when == b->when && a->disturbance == b->disturbance && a->begin == b->begin &&
           a->end == b->end && a->within == b->within;
}

/* Its number among the plan's periods. */
static bool add_period(struct reader *r, const struct hr_period *p)
{
    struct hr_plan *plan = r->b->plan;

    if (!plan->periods)
        plan->periods = hr_arena_alloc(r->b->arena, HR_PERIODS, sizeof *plan->periods);
    for (r->o->period = 0; r->o->period < plan->n_periods; r->o->period++)
        if (same_period(&plan->periods[r->o->period], p))
            return true;
    if (plan->n_periods == HR_PERIODS)
        return fail(r, HR_E418, "objectives speak of more than 32 parts of the run");
    plan->periods[plan->n_periods++] = *p;
    return true;
}

static bool read_period(struct reader *r, enum hr_period_kind when, hr_time within)
{
    const char *name = word(r);
    struct hr_period p = {.when = when,
                          .disturbance = hr_names_find(&r->b->disturbances, name),
                          .within = within};
    struct hr_one_off event;

    if (p.disturbance == HR_NONE && find_one_off(r->b->plan, name, &event)) {
        p.begin = event.begin;
        p.end = event.end;
    } else if (p.disturbance == HR_NONE) {
        hr_bind_unknown(r->b, HR_E803, r->node->at, name,
                        hr_names_list(&r->b->disturbances),
                        "there is no disturbance or spike `%s`", name);
        return false;
    }
    r->o->during = name;
    return add_period(r, &p);
}

static bool duration(struct reader *r, hr_time *x)
{
    const struct hr_text t = value(r);
    const char *why;

    return (hr_value_duration(t, x, &why) && *x > 0) ||
           fail(r, HR_E801, "after `over`, `every` and `within` comes a duration");
}

static bool read_windows(struct reader *r)
{
    const hr_time horizon = r->b->plan->horizon;

    (void)take(r, "every");
    if (!duration(r, &r->o->every))
        return false;
    return horizon / r->o->every <= HR_TALLY_WINDOWS ||
           fail(r, HR_E801,
                "the run has more than 1500 windows of this width: take a longer one");
}

static bool read_share_of_runs(struct reader *r)
{
    const struct hr_text t = value(r);
    const char *why;

    if (!hr_value_share(t, &r->o->share, &why) || !(r->o->share > 0 && r->o->share < 1) ||
        !take(r, "of") || !take(r, "runs"))
        return fail(r, HR_E801, "the form is `in 90% of runs`");
    if (r->o->over_runs != HR_RUNS_OWN)
        return fail(r, HR_E801,
                    "`in ... of runs` is of the figures of each run: without "
                    "mean() and max()");
    r->o->over_runs = HR_RUNS_SHARE;
    return true;
}

static bool read_parts(struct reader *r)
{
    hr_time within;

    r->o->period = HR_NONE;
    if (take(r, "in") && !read_share_of_runs(r))
        return false;
    if (take(r, "over") && !read_windows(r))
        return false;
    if (take(r, "except"))
        return (take(r, "during") ||
                fail(r, HR_E801, "the form is `except during NAME`")) &&
               read_period(r, HR_PERIOD_EXCEPT, 0);
    if (take(r, "during"))
        return read_period(r, HR_PERIOD_DURING, 0);
    if (take(r, "within"))
        return duration(r, &within) &&
               (take(r, "after") ||
                fail(r, HR_E801, "the form is `within 10m after NAME`")) &&
               read_period(r, HR_PERIOD_AFTER, within);
    return true;
}

/* What comes of one figure a run, so that runs can be united in another way. */
static bool has_runs(enum hr_measure_id m)
{
    return m != HR_MEASURE_RTO && m != HR_MEASURE_RPO &&
           m != HR_MEASURE_YEARLY_AVAILABILITY && hr_measures[m].written != HR_FIELD_MONEY;
}

static bool check_parts(struct reader *r)
{
    const struct hr_objective *o = r->o;

    if ((o->every > 0 || o->during) && !hr_measure_has_parts(o->measure))
        return fail(r, HR_E801,
                    "this measure is of the whole run: it takes no `over`, "
                    "`during` or `within`");
    if (o->over_runs != HR_RUNS_OWN && !has_runs(o->measure))
        return fail(r, HR_E801,
                    "this measure has no figure of each run: it takes no mean(), "
                    "max() or `in ... of runs`");
    return true;
}

/* What a run counts for it, if it does not speak of the whole run. */
static void add_tally(struct hr_plan *plan, struct hr_objective *o)
{
    if (o->every == 0 && !o->during)
        return;
    plan->tallies[plan->n_tallies++] = (struct hr_tally){
        .period = o->period,
        .every = o->every,
        .rows = o->rows,
        .latency =
            o->measure == HR_MEASURE_QUANTILE || o->measure == HR_MEASURE_MEAN_LATENCY,
    };
    o->tally = plan->n_tallies;
}

/* --- all ---------------------------------------------------------------------------------------------------- */

bool hr_objective_read(struct hr_bind *b, const struct hr_node *n, bool expectation,
                       struct hr_objective *o)
{
    struct reader r = {.b = b, .node = n, .s = n->text, .o = o};

    *o = (struct hr_objective){.at = n->at, .expectation = expectation};
    if (n->type != HR_NODE_SCALAR || n->null) {
        hr_diag_hint(b->ds,
                     hr_diag_add(b->ds, HR_E801, hr_bind_at(n), "an objective is one text"),
                     "write it like `- p99(checkout) < 800ms`");
        return false;
    }
    o->text = n->text;
    if (!read_figure(&r) || !read_op(&r) || !read_limit(&r) || !read_parts(&r))
        return false;
    blanks(&r);
    if (*r.s)
        return fail(&r, HR_E801, "something follows that cannot be read");
    return check_parts(&r);
}

enum { OBJECTIVES = 1024 };

static const struct hr_node *list_of(struct hr_bind *b, const char *key)
{
    const struct hr_node *n = hr_tree_find(b->root, key);

    if (!n)
        return NULL;
    if (n->type != HR_NODE_LIST)
        hr_diag_hint(b->ds,
                     hr_diag_add(b->ds, HR_E203, hr_bind_at(n),
                                 "`%s` is a list, one objective a line", key),
                     "write it like `- p99(checkout) < 800ms`");
    else if (n->n > OBJECTIVES)
        hr_diag_add(b->ds, HR_E418, hr_bind_at(n), "`%s` has more than %d entries", key,
                    OBJECTIVES);
    else
        return n;
    return NULL;
}

void hr_objectives_bind(struct hr_bind *b, struct hr_design *d)
{
    const struct hr_node *lists[] = {list_of(b, "objectives"), list_of(b, "expect")};
    const size_t room = (lists[0] ? lists[0]->n : 0) + (lists[1] ? lists[1]->n : 0);

    b->plan->tallies = hr_arena_alloc(b->arena, room, sizeof *b->plan->tallies);
    d->objectives = hr_arena_alloc(b->arena, room, sizeof *d->objectives);
    d->n_objectives = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; lists[k] && i < lists[k]->n; i++)
            if (hr_objective_read(b, lists[k]->child[i], k == 1,
                                  &d->objectives[d->n_objectives]))
                add_tally(b->plan, &d->objectives[d->n_objectives++]);
}
