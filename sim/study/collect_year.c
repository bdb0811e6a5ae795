/* sim/study/collect_year.c - the availability of a year and who spends it: the group `year` of
 * results/names.h, for designs that an objective asks it of. */
#include "sim/study/collected.h"
#include "sim/study/interval.h"

void hr_collect_year_init(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_design *of)
{
    d->year = hr_year_is_asked(of) ? hr_year_create(d->plan, c->arena) : NULL;
}

void hr_collect_year_ordinary(struct hr_design_sum *d, const struct hr_record *r)
{
    if (d->year)
        hr_year_ordinary(d->year, r);
}

/* --- a figure -------------------------------------------------------------------------------- */

static const char *why_not(const struct hr_design_sum *d, struct hr_arena *a)
{
    const uint32_t endless = hr_episode_endless(d->plan);

    if (d->plan->recovered.over <= 0 || hr_episode_classes(d->plan, true) == 0)
        return "not modelled: no disturbance has a hazard (`every` or `rate`; `use: "
               "faults/typical` gives some)";
    if (endless != HR_NONE)
        return hr_arena_printf(a, "not modelled: `%s` never ends; give it `for`",
                               d->plan->disturbances[endless].name);
    return "not simulated: no episodes (see --episodes)";
}

static const char *remarks(const struct hr_year_figures *f, struct hr_arena *a)
{
    size_t given_up = 0;
    const char *text;

    for (size_t i = 0; i < f->n_classes; i++)
        given_up += f->classes[i].given_up;
    text = hr_arena_printf(a, "from %zu episodes", f->availability.n);
    if (given_up > 0)
        text = hr_arena_printf(a,
                               "%s; in %zu the system was not restored, which counts for "
                               "two hours only",
                               text, given_up);
    if (f->random_laws)
        text = hr_arena_printf(a, "%s; hazards count by the mean of `every`", text);
    return text;
}

struct hr_estimate hr_collect_year_estimate(const struct hr_design_sum *d,
                                            const struct hr_objective *o, double level,
                                            struct hr_arena *a, const char **reason)
{
    struct hr_year_figures f;

    if (!d->year) {
        *reason = why_not(d, a);
        return (struct hr_estimate){.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN};
    }
    f = hr_year_estimate(d->year, o->rows, level, a);
    if (f.n_classes == 0) {
        *reason = f.availability.n > 0
                      ? "not simulated: it is about requests that nobody made"
                      : "not simulated: no episodes (see --episodes)";
        f.availability.n = 0;
        return f.availability;
    }
    /* Without the loss of some of them it would look better than it is. */
    if (f.n_classes < hr_episode_classes(d->plan, true)) {
        *reason = hr_arena_printf(a,
                                  "not simulated: %zu of %u hazards had an episode (see "
                                  "--episodes and --time)",
                                  f.n_classes, hr_episode_classes(d->plan, true));
        return (struct hr_estimate){.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN};
    }
    *reason = remarks(&f, a);
    return f.availability;
}

bool hr_collector_year_known(const struct hr_collector *c, double share)
{
    struct hr_arena *a = hr_arena_create();
    bool known = true;

    for (size_t i = 0; known && i < c->n_designs; i++)
        for (size_t k = 0; known && k < c->designs[i].n_figures; k++) {
            const struct hr_objective *o = c->designs[i].figures[k].objective;
            const char *reason;

            if (o->measure != HR_MEASURE_YEARLY_AVAILABILITY || !c->designs[i].year)
                continue;
            const struct hr_estimate e = hr_collect_year_estimate(
                &c->designs[i], o, hr_collector_level(c, i), a, &reason);

            known = e.n > 0 && e.mean - e.lo <= share * (1 - e.mean);
        }
    hr_arena_destroy(a);
    return known;
}

/* --- storing --------------------------------------------------------------------------------- */

/* The objective whose requests the table is about: the strictest. */
static const struct hr_objective *asked(const struct hr_design_sum *d)
{
    const struct hr_objective *best = NULL;

    for (size_t i = 0; i < d->n_figures; i++) {
        const struct hr_objective *o = d->figures[i].objective;

        if (o->measure == HR_MEASURE_YEARLY_AVAILABILITY &&
            (!best || o->limit > best->limit))
            best = o;
    }
    return best;
}

struct line_vars {
    const char **cause, **other;
    int64_t *design, *episodes, *overlapped, *given_up;
    double *minutes, *lo, *hi, *per_year, *period, *overlap;
};

static void *line(struct hr_store *st, const char *name, enum hr_value_type type,
                  const char *unit, const char *help)
{
    return hr_results_var(st->r, "year", name, type, "year_line", unit, help)->data;
}

static struct line_vars declare(struct hr_store *st)
{
    return (struct line_vars){
        .design = line(st, "of_design", HR_I64, "1", "position of the design"),
        .cause =
            line(st, "cause", HR_TEXT, "", "hazard that begins them, or \"undisturbed\""),
        .minutes = line(st, "minutes", HR_F64, "min", "lost a year; they add up"),
        .lo = line(st, "minutes_lo", HR_F64, "min", "lower end of the interval"),
        .hi = line(st, "minutes_hi", HR_F64, "min", "upper end of the interval"),
        .per_year = line(st, "per_year", HR_F64, "1", "periods that it begins, a year"),
        .period = line(st, "period", HR_F64, "s", "mean length of one"),
        .episodes = line(st, "episodes", HR_I64, "1", "simulated"),
        .overlapped =
            line(st, "overlapped", HR_I64, "1", "of these: another one struck, too"),
        .given_up = line(st, "given_up", HR_I64, "1", "of these: not restored"),
        .overlap = line(st, "overlap_minutes", HR_F64, "min",
                        "of the minutes: in periods into which another one struck"),
        .other = line(st, "overlap_with", HR_TEXT, "", "which of the others costs most"),
    };
}

static void store_class(const struct hr_design_sum *d, const struct hr_year_class *c,
                        size_t at, const struct line_vars *v)
{
    v->cause[at] = d->plan->disturbances[c->disturbance].name;
    v->minutes[at] = c->minutes;
    v->lo[at] = c->lo;
    v->hi[at] = c->hi;
    v->per_year[at] = c->per_year;
    v->period[at] = c->period_s;
    v->episodes[at] = (int64_t)c->episodes;
    v->overlapped[at] = (int64_t)c->overlapped;
    v->given_up[at] = (int64_t)c->given_up;
    v->overlap[at] = c->overlap;
    v->other[at] = c->other == HR_NONE ? "" : d->plan->disturbances[c->other].name;
}

static void store_lines(const struct hr_design_sum *d, size_t design,
                        const struct hr_year_figures *f, size_t *at,
                        const struct line_vars *v)
{
    for (size_t i = 0; i < f->n_classes; i++) {
        v->design[*at] = (int64_t)design;
        store_class(d, &f->classes[i], (*at)++, v);
    }
    v->design[*at] = (int64_t)design;
    v->cause[*at] = "undisturbed";
    v->other[*at] = "";
    v->minutes[*at] = f->undisturbed;
    v->lo[*at] = v->hi[*at] = v->per_year[*at] = v->period[*at] = HR_NAN;
    v->overlap[*at] = 0;
    (*at)++;
}

static void store_by_design(struct hr_store *st, const struct hr_year_figures *of)
{
    static const char *const names[] = {"availability", "availability_lo",
                                        "availability_hi", "total", "target"};
    static const char *const help[] = {"of a year", "lower end of the interval",
                                       "upper end of the interval", "lost a year",
                                       "the strictest objective"};
    double *x[5];

    for (size_t k = 0; k < 5; k++)
        x[k] = hr_results_var(st->r, "year", names[k], HR_F64, "design",
                              k == 3 ? "min" : "1", help[k])
                   ->data;
    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_objective *o = asked(&st->c->designs[i]);

        x[0][i] = of[i].availability.mean;
        x[1][i] = of[i].availability.lo;
        x[2][i] = of[i].availability.hi;
        x[3][i] = of[i].total;
        x[4][i] = o ? o->limit : HR_NAN;
    }
}

void hr_collect_year_store(struct hr_store *st)
{
    struct hr_year_figures *of = hr_arena_alloc(st->a, st->n_designs, sizeof *of);
    size_t n = 0, at = 0;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        of[i] = (struct hr_year_figures){
            .availability = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN}, .total = HR_NAN};
        if (d->year)
            of[i] = hr_year_estimate(d->year, asked(d)->rows, HR_CONFIDENCE, st->a);
        n += of[i].n_classes ? of[i].n_classes + 1 : 0;
    }
    if (n == 0)
        return;
    int64_t *numbers = hr_arena_alloc(st->a, n, sizeof *numbers);
    for (size_t i = 0; i < n; i++)
        numbers[i] = (int64_t)i;
    hr_results_dim_integers(st->r, "year_line", "what spends minutes of a year", n,
                            numbers);
    const struct line_vars v = declare(st);
    for (size_t i = 0; i < st->n_designs; i++)
        if (of[i].n_classes > 0)
            store_lines(&st->c->designs[i], i, &of[i], &at, &v);
    store_by_design(st, of);
}
