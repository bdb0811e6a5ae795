/* sim/report/page/page_load.c - what was asked of the system against what it could carry. */
#include "sim/report/page/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ARRIVALS, GOOD, BAD, ASKED, CAPACITY, N_SERIES };
enum { LEAST_CALM = 4 }; /* intervals without a disturbance that tell what is usual */

struct load {
    const double *y[N_SERIES]; /* 1/s, by time */
    size_t part;               /* the one whose capacity it is; n_components: none */
};

static double *by_time(struct hr_page_view *v, const char *path, const char *dims, size_t d,
                       size_t k)
{
    const struct hr_var *var = hr_page_numbers(v, path, dims);
    double *y = hr_arena_alloc(v->a, v->n_times, sizeof *y);

    for (size_t t = 0; t < v->n_times; t++)
        y[t] = HR_AT(v, var, d, t, k);
    return y;
}

/* The part that came nearest to its capacity, or went furthest beyond. */
static size_t tightest(struct hr_page_view *v, size_t d)
{
    static const char *const dims = "design time component";
    const struct hr_var *calls = hr_page_numbers(v, "series/calls", dims);
    const struct hr_var *capacity = hr_page_numbers(v, "series/capacity", dims);
    size_t found = v->n_components;
    double most = 0.0;

    for (size_t c = 0; c < v->n_components && calls && capacity; c++)
        for (size_t t = 0; t < v->n_times; t++) {
            const double can = HR_AT(v, capacity, d, t, c);
            const double used = HR_AT(v, calls, d, t, c) / can;

            if (can > 0.0 && isfinite(can) && used > most) {
                most = used;
                found = c;
            }
        }
    return found;
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Calls for each request that arrives, by interval that ends before `until`, ascending. */
static size_t ratios(struct hr_page_view *v, const double *calls, const double *arrivals,
                     double until, double *ratio)
{
    size_t n = 0;

    for (size_t t = 0; t < v->n_times && v->time->numbers[t] + v->bucket_s <= until; t++)
        if (arrivals[t] > 0.0 && isfinite(calls[t] / arrivals[t]))
            ratio[n++] = calls[t] / arrivals[t];
    qsort(ratio, n, sizeof *ratio, ascending);
    return n;
}

/* What is usual: the median before anything is disturbed; where there is no such time, the
 * lower quarter of the run, which a storm of retries does not reach unless it lasts for three. */
static double usual_ratio(struct hr_page_view *v, size_t d, const double *calls,
                          const double *arrivals)
{
    const struct hr_page_disturbance *list;
    const double calm = hr_page_disturbances(v, d, &list) ? list[0].begin : HUGE_VAL;
    double *ratio = hr_arena_alloc(v->a, v->n_times, sizeof *ratio);
    size_t n = ratios(v, calls, arrivals, calm, ratio);

    if (n >= LEAST_CALM)
        return ratio[n / 2];
    n = ratios(v, calls, arrivals, HUGE_VAL, ratio);
    return n ? ratio[n / 4] : (double)NAN;
}

/* Both in requests a second, so that they can be compared with what arrives. */
static void against_capacity(struct hr_page_view *v, size_t d, struct load *l)
{
    static const char *const dims = "design time component";
    double *calls, *capacity, ratio;

    l->part = tightest(v, d);
    if (l->part == v->n_components)
        return;
    calls = by_time(v, "series/calls", dims, d, l->part);
    capacity = by_time(v, "series/capacity", dims, d, l->part);
    ratio = usual_ratio(v, d, calls, l->y[ARRIVALS]);
    if (!(ratio > 0.0)) {
        l->part = v->n_components;
        return;
    }
    for (size_t t = 0; t < v->n_times; t++) {
        calls[t] /= ratio;
        capacity[t] /= ratio;
    }
    l->y[ASKED] = calls;
    l->y[CAPACITY] = capacity;
}

static struct load gather(struct hr_page_view *v, size_t d)
{
    static const char *const dims = "design time request_class";
    double *none = hr_arena_alloc(v->a, v->n_times, sizeof *none);
    struct load l = {.y = {[ARRIVALS] = by_time(v, "series/arrivals", dims, d, 0),
                           [GOOD] = by_time(v, "series/good", dims, d, 0),
                           [BAD] = by_time(v, "series/bad", dims, d, 0),
                           [ASKED] = none,
                           [CAPACITY] = none}};

    for (size_t t = 0; t < v->n_times; t++)
        none[t] = (double)NAN;
    against_capacity(v, d, &l);
    return l;
}

/* ---- the finding ------------------------------------------------------------------------------ */

struct failing {
    double worst, last, total; /* share of a bucket; end of the last bad bucket; requests */
};

/* A bucket counts as failing when more than one request in a hundred is lost. */
static struct failing failing_of(const struct hr_page_view *v, const struct load *l)
{
    struct failing f = {0.0, (double)NAN, 0.0};

    for (size_t t = 0; t < v->n_times; t++) {
        const double bad = l->y[BAD][t], share = bad / l->y[ARRIVALS][t];

        if (!(bad > 0.0) || !(l->y[ARRIVALS][t] > 0.0))
            continue;
        f.total += bad * v->bucket_s;
        f.worst = fmax(f.worst, share);
        if (share > 0.01)
            f.last = v->time->numbers[t] + v->bucket_s;
    }
    return f;
}

static const char *recovery(const struct hr_page_view *v, size_t d, const struct failing *f)
{
    if (f->last >= v->end_s * (1.0 - 1e-9))
        return hr_arena_printf(v->a, "to the end of the run%s",
                               hr_page_meanwhile(v, d, v->end_s));
    return hr_arena_printf(v->a, "until %s%s", hr_number_moment(f->last).text,
                           hr_page_meanwhile(v, d, f->last));
}

static const char *others(const struct hr_page_view *v, const struct failing *f,
                          size_t worst)
{
    size_t *well = hr_arena_alloc(v->a, v->n_shown, sizeof *well), n_well = 0, told = 0;
    const char *text = "";

    for (size_t i = 0; i < v->n_shown; i++) {
        if (i == worst)
            continue;
        if (isnan(f[i].last))
            well[n_well++] = v->shown[i];
        else if (told++ < 3)
            text = hr_arena_printf(v->a, "%s; with %s until %s", text,
                                   hr_page_design(v, v->shown[i]),
                                   hr_number_moment(f[i].last).text);
    }
    if (n_well)
        text = hr_arena_printf(v->a, "%s; never more than 1%% with %s", text,
                               hr_page_designs(v, well, n_well, "or"));
    return text;
}

static const char *finding(const struct hr_page_view *v, const struct load *l)
{
    struct failing *f = hr_arena_alloc(v->a, v->n_shown + 1, sizeof *f);
    size_t worst = 0;

    for (size_t i = 0; i < v->n_shown; i++) {
        f[i] = failing_of(v, &l[i]);
        if (f[i].total > f[worst].total)
            worst = i;
    }
    if (v->n_shown == 0 || isnan(f[worst].last))
        return v->n_designs > 1
                   ? "Every design answers at least 99% of the load at any time"
                   : "At least 99% of the load is answered well at any time";
    return hr_arena_printf(v->a, "%s%s%sp to %s of requests get no good answer, %s%s",
                           v->n_designs > 1 ? "With " : "",
                           v->n_designs > 1 ? hr_page_design(v, v->shown[worst]) : "",
                           v->n_designs > 1 ? " u" : "U",
                           hr_number_of(HR_NUMBER_SHARE, f[worst].worst).text,
                           recovery(v, v->shown[worst], &f[worst]), others(v, f, worst));
}

/* ---- the charts --------------------------------------------------------------------------------- */

static double top_of(const struct hr_page_view *v, const struct load *l)
{
    double top = 0.0, capacity = 0.0;

    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t t = 0; t < v->n_times; t++) {
            for (size_t s = ARRIVALS; s <= ASKED; s++)
                if (isfinite(l[i].y[s][t]))
                    top = fmax(top, l[i].y[s][t]);
            if (isfinite(l[i].y[CAPACITY][t]))
                capacity = fmax(capacity, l[i].y[CAPACITY][t]);
        }
    return capacity <= 2.5 * top ? fmax(top, capacity)
                                 : top; /* else off the picture, and said */
}

static void draw(struct hr_page_view *v, const struct load *l, struct hr_plot *p, size_t d)
{
    const struct hr_page_disturbance *list;
    const size_t n = hr_page_disturbances(v, d, &list);
    double *x = hr_arena_alloc(v->a, v->n_times, sizeof *x);
    double *zero = hr_arena_alloc(v->a, v->n_times, sizeof *zero);
    double *both = hr_arena_alloc(v->a, v->n_times, sizeof *both);

    for (size_t k = 0; k < n; k++)
        hr_plot_mark(p, list[k].begin, list[k].end, list[k].name);
    hr_page_moments(v, p, d, false);
    for (size_t t = 0; t < v->n_times; t++) {
        x[t] = v->time->numbers[t] + v->bucket_s / 2.0;
        both[t] = l->y[GOOD][t] + l->y[BAD][t];
    }
    hr_plot_area(p, x, zero, l->y[GOOD], v->n_times, HR_INK_BLUE, 0.32);
    hr_plot_area(p, x, l->y[GOOD], both, v->n_times, HR_INK_VERMILLION, 0.6);
    hr_plot_line(p, x, l->y[ARRIVALS], v->n_times, HR_INK_TEXT, 1.3, 0);
    if (l->part < v->n_components) {
        const double last = l->y[CAPACITY][v->n_times - 1];

        hr_plot_line(p, x, l->y[ASKED], v->n_times, HR_INK_ORANGE, 1.8, 2);
        hr_plot_line(p, x, l->y[CAPACITY], v->n_times, HR_INK_GREEN, 1.8, 1);
        if (last <= p->y.hi)
            hr_plot_ends(p, (const char *const[]){"capacity"}, &last,
                         (const enum hr_ink[]){HR_INK_GREEN}, 1);
    }
}

static double most(const double *y, size_t n)
{
    double x = (double)NAN;

    for (size_t i = 0; i < n; i++)
        if (isfinite(y[i]) && !(y[i] <= x))
            x = y[i];
    return x;
}

static const char *describe(struct hr_page_view *v, const struct load *l, size_t d)
{
    const struct failing f = failing_of(v, l);
    const char *text =
        hr_arena_printf(v->a,
                        "%s: at most %s requests arrive; at worst %s of them get no good "
                        "answer, %s in all.",
                        hr_page_design(v, d),
                        hr_number_of(HR_NUMBER_RATE, most(l->y[ARRIVALS], v->n_times)).text,
                        hr_number_of(HR_NUMBER_SHARE, f.worst).text,
                        hr_number_count((int64_t)f.total).text);

    if (l->part == v->n_components)
        return text;
    return hr_arena_printf(
        v->a, "%s At most %s are asked of %s, which can carry up to %s.", text,
        hr_number_of(HR_NUMBER_RATE, most(l->y[ASKED], v->n_times)).text,
        hr_html_clean(v->a, hr_page_coordinate(v->component, l->part), 1),
        hr_number_of(HR_NUMBER_RATE, most(l->y[CAPACITY], v->n_times)).text);
}

static void heading(struct hr_page_view *v, const struct load *l, size_t d, double top)
{
    double capacity;

    hr_html_raw(&v->h, "<div class=\"panel\"><h3>");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</h3>");
    if (l->part == v->n_components)
        return;
    capacity = most(l->y[CAPACITY], v->n_times);
    hr_html_raw(&v->h, "<p class=\"aside\">tightest part: ");
    hr_html_name(&v->h, hr_page_coordinate(v->component, l->part));
    if (capacity > top)
        hr_html_rawf(&v->h, ", capacity %s (above the picture)",
                     hr_number_of(HR_NUMBER_RATE, capacity).text);
    hr_html_raw(&v->h, "</p>");
}

static void panel(struct hr_page_view *v, const struct load *l, size_t i, double top)
{
    const bool last = i + 1 == v->n_shown;
    const char *id = hr_arena_printf(v->a, "load-%zu", i);
    struct hr_plot p;

    hr_plot_begin(&p, v->a, HR_PAGE_WIDTH, 164.0 + (i ? 0.0 : 16.0) + (last ? 20.0 : 0.0));
    p.columns = v->n_shown > 3 ? HR_PLOT_COLUMNS / 2 : HR_PLOT_COLUMNS;
    p.top = i ? 8.0 : 24.0;
    p.bottom = last ? 46.0 : 26.0;
    p.x = hr_axis_clock(0.0, v->end_s);
    p.y = hr_axis_amounts(top, "/s");
    hr_plot_headroom(&p, hr_page_mark_room(v, v->shown[i]));
    hr_plot_frame(&p, last ? p.x.label : NULL, i ? NULL : "requests per second");
    draw(v, l, &p, v->shown[i]);
    heading(v, l, v->shown[i], p.y.hi);
    hr_figures_add(
        &v->figures,
        (struct hr_figure){.id = id,
                           .title = hr_arena_printf(v->a, "Load against capacity, %s",
                                                    hr_page_design(v, v->shown[i])),
                           .desc = describe(v, l, v->shown[i]),
                           .data = hr_arena_printf(
                               v->a,
                               " data-key=\"%zu\" data-left=\"%.0f\" data-right=\"%.0f\" "
                               "data-lo=\"0\" data-hi=\"%.9g\"",
                               i, p.left, p.width - p.right, v->end_s),
                           .script = hr_plot_script(&p),
                           .at = v->h.length});
    hr_html_raw(&v->h, "</div>\n");
}

static void numbers(struct hr_page_view *v, const struct load *l)
{
    static const char *const series[] = {"arrivals", "good", "bad",
                                         "asked of tightest part", "its capacity"};
    static const char *const csv[] = {"arrivals_per_s", "good_per_s", "bad_per_s",
                                      "asked_per_s", "capacity_per_s"};
    static const enum hr_quantity q[] = {HR_NUMBER_RATE, HR_NUMBER_RATE, HR_NUMBER_RATE,
                                         HR_NUMBER_RATE, HR_NUMBER_RATE};
    const double **ys = hr_arena_alloc(v->a, v->n_shown * N_SERIES, sizeof *ys);

    for (size_t i = 0; i < v->n_shown; i++) {
        for (size_t s = 0; s < N_SERIES; s++)
            ys[i * N_SERIES + s] = l[i].y[s];
    }
    hr_page_data_over_time(v, "load", series, csv, q, N_SERIES, ys, true);
}

void hr_page_load(struct hr_page_view *v)
{
    struct load *l = hr_arena_alloc(v->a, v->n_shown, sizeof *l);
    double top;

    if (v->n_times == 0 || v->n_shown == 0)
        return;
    for (size_t i = 0; i < v->n_shown; i++)
        l[i] = gather(v, v->shown[i]);
    top = top_of(v, l);
    hr_page_section(v, "load", "Load against capacity", finding(v, l));
    hr_html_raw(
        &v->h,
        "<figure class=\"chart\" id=\"load-fig\"><figcaption><p>What arrives, and what "
        "becomes of "
        "it. The capacity is that of the part that comes nearest to its limit, in requests "
        "at "
        "the usual number of calls a request; what is asked of it includes retries."
        "</p><ul class=\"legend\"><li><span class=\"swatch area s1\"></span>good "
        "answers</li>"
        "<li><span class=\"swatch area s2\"></span>no good answer</li>"
        "<li><span class=\"swatch ink\"></span>arrivals</li>"
        "<li><span class=\"swatch s5 d2\"></span>asked of the tightest part</li>"
        "<li><span class=\"swatch s3 d1\"></span>its capacity</li></ul></figcaption>");
    for (size_t i = 0; i < v->n_shown; i++)
        panel(v, &l[i], i, top);
    numbers(v, l);
    hr_html_raw(&v->h, "</figure>\n");
    hr_page_instances(v);
    hr_html_raw(&v->h, "</section>\n");
}
