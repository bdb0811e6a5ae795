/* sim/report/page/page_view.c - a result set as the page sees it; see page.h. */
#include "sim/report/page/page.h"

#include "sim/report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- variables and coordinates --------------------------------------------------------- */

static const struct hr_var *checked(const struct hr_page_view *v, const char *path,
                                    const char *dims, bool text)
{
    const struct hr_var *var = hr_results_find(v->r, path);
    uint32_t n = 0;

    if (!var || (var->type == HR_TEXT) != text)
        return NULL;
    while (*(dims += strspn(dims, " "))) {
        const size_t length = strcspn(dims, " ");
        const char *name;

        if (n == var->n_dims)
            return NULL;
        name = v->r->dims[var->dims[n++]].name;
        if (strlen(name) != length || memcmp(name, dims, length) != 0)
            return NULL;
        dims += length;
    }
    return n == var->n_dims ? var : NULL;
}

const struct hr_var *hr_page_numbers(const struct hr_page_view *v, const char *path,
                                     const char *dims)
{
    return checked(v, path, dims, false);
}

const struct hr_var *hr_page_texts(const struct hr_page_view *v, const char *path,
                                   const char *dims)
{
    return checked(v, path, dims, true);
}

double hr_page_at(const struct hr_page_view *v, const struct hr_var *var,
                  const size_t *index)
{
    return var ? hr_var_at(v->r, var, index) : (double)NAN;
}

const char *hr_page_text_at(const struct hr_page_view *v, const struct hr_var *var,
                            const size_t *index)
{
    const char *text = var ? hr_var_text(v->r, var, index) : NULL;

    return text ? text : "";
}

const char *hr_page_attr(const struct hr_page_view *v, const char *name)
{
    const char *text = hr_results_attr_text(v->r, name);

    return text ? text : "";
}

const char *hr_page_coordinate(const struct hr_dim *d, size_t i)
{
    return d && d->texts && i < d->n && d->texts[i] ? d->texts[i] : "";
}

static double coordinate_number(const struct hr_dim *d, size_t i)
{
    if (!d || i >= d->n)
        return (double)NAN;
    return d->numbers ? d->numbers[i] : d->integers ? (double)d->integers[i] : (double)NAN;
}

const char *hr_page_design(const struct hr_page_view *v, size_t d)
{
    return hr_html_clean(v->a, hr_page_coordinate(v->design, d), 1);
}

const char *hr_page_row_words(const struct hr_page_view *v, size_t row)
{
    const char *name = hr_page_coordinate(v->row, row);

    return strcmp(name, "all") == 0 ? "all requests" : hr_html_clean(v->a, name, 1);
}

const char *hr_page_quantile_words(const struct hr_page_view *v, size_t q)
{
    return hr_arena_printf(v->a, "p%g", coordinate_number(v->quantile, q) * 100.0);
}

double hr_page_sum(const struct hr_page_view *v, const char *path, size_t d, size_t row)
{
    const struct hr_var *var = hr_page_numbers(v, path, "design replication request_class");
    double sum = var ? 0.0 : (double)NAN;

    for (size_t k = 0; var && k < v->n_replications; k++)
        sum += HR_AT(v, var, d, k, row);
    return sum;
}

bool hr_page_is_traffic(const struct hr_page_view *v, size_t component)
{
    const char *kind = HR_TEXT_AT(v, hr_page_texts(v, "kind", "component"), component);

    return strcmp(kind, "traffic") == 0 || strcmp(kind, "clients") == 0 ||
           strcmp(kind, "users") == 0;
}

/* ---- what the page is about -------------------------------------------------------------- */

static const struct hr_dim *dim(const struct hr_page_view *v, const char *name, size_t *n)
{
    const struct hr_dim *d = hr_results_dim(v->r, name);

    if (n)
        *n = d ? d->n : 0;
    return d;
}

/* The row that an objective's scope names: "checkout" also stands for "shoppers.checkout". */
static size_t row_of_scope(const struct hr_page_view *v, const char *scope, size_t n)
{
    for (size_t i = 0; i < v->n_rows; i++) {
        const char *name = hr_page_coordinate(v->row, i);
        const size_t length = strlen(name);

        if (length >= n && memcmp(name + length - n, scope, n) == 0 &&
            (length == n || strchr("./", name[length - n - 1])))
            return i;
    }
    return v->n_rows;
}

static size_t quantile_of(const struct hr_page_view *v, double p)
{
    size_t nearest = 0;

    for (size_t q = 1; v->quantile && q < v->quantile->n; q++)
        if (fabs(coordinate_number(v->quantile, q) - p) <
            fabs(coordinate_number(v->quantile, nearest) - p))
            nearest = q;
    return nearest;
}

static void add_class(struct hr_page_view *v, size_t row)
{
    for (size_t i = 0; i < v->n_classes; i++)
        if (v->classes[i] == row)
            return;
    if (row < v->n_rows && v->n_classes < HR_PAGE_CLASSES)
        v->classes[v->n_classes++] = row;
}

/* "p99(checkout) < 800ms": the first objective on a latency quantile of the whole run gives the
 * headline. */
static void read_objectives(struct hr_page_view *v)
{
    const struct hr_var *limit = hr_page_numbers(v, "objectives/limit", "design objective");
    bool found = false;

    add_class(v, 0);
    for (size_t o = 0; v->objective && o < v->objective->n; o++) {
        const char *text = hr_page_coordinate(v->objective, o), *rest = text, *open, *close;
        double p = (double)NAN;
        size_t row = 0;

        if (text[0] == 'p' && text[1] >= '0' && text[1] <= '9') {
            char *end;
            p = strtod(text + 1, &end) / 100.0;
            rest = end;
        }
        open = rest + strspn(rest, " ");
        close = *open == '(' ? strchr(open, ')') : NULL;
        if (!(p > 0.0 && p < 1.0) || *hr_text_after_limit(text) != '\0')
            continue;
        if (close)
            row = row_of_scope(v, open + 1, (size_t)(close - open - 1));
        if (row == v->n_rows)
            continue;
        add_class(v, row);
        if (!found) {
            v->headline = row;
            v->headline_q = quantile_of(v, p);
            v->limit_s = HR_AT(v, limit, v->chosen, o);
        }
        found = true;
    }
    for (size_t i = 0; i < v->n_listed; i++)
        add_class(v, i);
}

static void choose_designs(struct hr_page_view *v)
{
    const char *chosen = hr_page_attr(v, "chosen");
    const int64_t at = v->design ? hr_dim_index(v->design, chosen) : -1;

    v->chosen = at < 0 ? 0 : (size_t)at;
    for (size_t d = 0; d < v->n_designs && v->n_shown < HR_PAGE_FIGURED; d++)
        v->shown[v->n_shown++] = d;
    if (v->n_shown && v->chosen >= v->n_shown)
        v->shown[v->n_shown - 1] = v->chosen;
}

void hr_page_view_init(struct hr_page_view *v, const struct hr_results *r,
                       const struct hr_page *how, struct hr_arena *a)
{
    *v = (struct hr_page_view){.r = r, .how = how, .a = a, .limit_s = (double)NAN};
    hr_html_init(&v->h, a);
    hr_figures_init(&v->figures, a);
    v->design = dim(v, "design", &v->n_designs);
    v->replication = dim(v, "replication", &v->n_replications);
    v->time = dim(v, "time", &v->n_times);
    v->component = dim(v, "component", &v->n_components);
    v->row = dim(v, "request_class", &v->n_rows);
    v->quantile = dim(v, "quantile", NULL);
    v->objective = dim(v, "objective", NULL);
    v->edge = dim(v, "edge", NULL);
    v->activity = dim(v, "activity", NULL);
    v->slice = dim(v, "slice", NULL);
    v->bin = dim(v, "latency_bin", NULL);
    v->event = dim(v, "event", NULL);
    v->occurrence = dim(v, "occurrence", NULL);
    if (v->time && !v->time->numbers)
        v->n_times = 0;
    if (v->n_times) {
        const double last = v->time->numbers[v->n_times - 1];

        v->bucket_s = v->n_times > 1 ? v->time->numbers[1] - v->time->numbers[0] : 1.0;
        v->end_s = last + v->bucket_s;
    }
    v->n_listed = v->n_rows == 2 ? 1 : v->n_rows;
    choose_designs(v);
    v->headline_q = quantile_of(v, 0.99);
    read_objectives(v);
}

/* ---- disturbances and words about them ---------------------------------------------------- */

static int by_begin(const void *a, const void *b)
{
    const struct hr_page_disturbance *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return strcmp(x->name, y->name);
}

size_t hr_page_disturbances(const struct hr_page_view *v, size_t d,
                            const struct hr_page_disturbance **list)
{
    const struct hr_var *design = hr_page_numbers(v, "disturbances/design", "occurrence");
    const struct hr_var *run = hr_page_numbers(v, "disturbances/replication", "occurrence");
    const struct hr_var *begin = hr_page_numbers(v, "disturbances/begin", "occurrence");
    const struct hr_var *end = hr_page_numbers(v, "disturbances/end", "occurrence");
    const struct hr_var *name = hr_page_texts(v, "disturbances/name", "occurrence");
    const struct hr_var *verb = hr_page_texts(v, "disturbances/verb", "occurrence");
    const struct hr_var *target = hr_page_texts(v, "disturbances/target", "occurrence");
    const size_t n = v->occurrence && design && begin ? v->occurrence->n : 0;
    struct hr_page_disturbance *made = hr_arena_alloc(v->a, n, sizeof *made);
    double first = HUGE_VAL;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (HR_AT(v, design, i) == (double)d && HR_AT(v, run, i) < first)
            first = HR_AT(v, run, i);
    for (size_t i = 0; i < n; i++)
        if (HR_AT(v, design, i) == (double)d && !(HR_AT(v, run, i) > first) &&
            isfinite(HR_AT(v, begin, i)))
            made[kept++] = (struct hr_page_disturbance){
                .name = HR_TEXT_AT(v, name, i),
                .verb = HR_TEXT_AT(v, verb, i),
                .target = HR_TEXT_AT(v, target, i),
                .begin = HR_AT(v, begin, i),
                .end = isnan(HR_AT(v, end, i)) ? HUGE_VAL : HR_AT(v, end, i)};
    qsort(made, kept, sizeof *made, by_begin);
    *list = made;
    return kept;
}

double hr_page_mark_room(const struct hr_page_view *v, size_t d)
{
    const struct hr_page_disturbance *list;
    const size_t n = hr_page_disturbances(v, d, &list);

    return n == 0 ? 0.0 : n == 1 ? 17.0 : 32.0;
}

const char *hr_page_span(struct hr_arena *a, double s)
{
    if (!(s >= 0.0 && s < 1e12))
        return "the rest of the run";
    if (s < 90.0)
        return hr_arena_printf(a, "%.0f s", s);
    if (s < 5400.0)
        return hr_arena_printf(a, "%.0f min", s / 60.0);
    if (s < 172800.0)
        return hr_arena_printf(a, "%.3g h", s / 3600.0);
    return hr_arena_printf(a, "%.3g days", s / 86400.0);
}

const char *hr_page_meanwhile(const struct hr_page_view *v, size_t d, double t)
{
    const struct hr_page_disturbance *list, *during = NULL, *after = NULL;
    const size_t n = hr_page_disturbances(v, d, &list);

    for (size_t i = 0; i < n; i++) {
        /* A bucket is labelled by its start: what begins inside it is part of it. */
        if (list[i].begin < t + v->bucket_s && t < list[i].end)
            during = &list[i];
        else if (list[i].end <= t && (!after || list[i].end >= after->end))
            after = &list[i];
    }
    if (during)
        return hr_arena_printf(v->a, ", while %s lasts",
                               hr_html_clean(v->a, during->name, 1));
    if (after)
        return hr_arena_printf(v->a, ", %s after %s ended",
                               hr_page_span(v->a, t - after->end),
                               hr_html_clean(v->a, after->name, 1));
    return "";
}

const char *hr_page_designs(const struct hr_page_view *v, const size_t *designs, size_t n,
                            const char *last)
{
    const char *text = "";

    for (size_t i = 0; i < n; i++)
        text = hr_arena_printf(v->a, "%s%s%s%s%s", text,
                               i && i + 1 < n ? ", "
                               : i            ? " "
                                              : "",
                               i && i + 1 == n ? last : "", i && i + 1 == n ? " " : "",
                               hr_page_design(v, designs[i]));
    return text;
}
