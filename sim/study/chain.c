/* sim/study/chain.c - see chain.h. */
#include "sim/study/chain.h"

#include "sim/report/number.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_BACK = 20,  /* buckets before the first break, where no disturbance acts */
    LOOK_ON = 120,   /* buckets after the last break that does not end */
    MOST_OF_KIND = 4 /* lines of each kind */
};
static const double SATURATED = 0.98; /* share of cores or workers taken, over a bucket */

enum kind {
    KIND_DISTURBANCE,
    KIND_STATION,
    KIND_EVENT,
    KIND_STEP,
    KIND_BREAK,
    KIND_AFTER,
    N_KINDS
};
/* Lines of each kind: a scaling group alone has an alarm, a capacity, launches and arrivals. */
static const size_t most_of[N_KINDS] = {MOST_OF_KIND,     MOST_OF_KIND, MOST_OF_KIND,
                                        2 * MOST_OF_KIND, MOST_OF_KIND, MOST_OF_KIND};

struct line {
    hr_time at;
    enum kind kind;
    size_t order; /* of finding, to keep the sort stable */
    bool exact;   /* station: dated by an event */
    const char *text, *cause;
    uint64_t count; /* steps: times, until `last` */
    hr_time last;
    bool change;
    int64_t from, to_number;
};
struct chain {
    const struct hr_chain_case *c;
    struct hr_arena *a;
    struct line *lines;
    size_t n;
    size_t of_kind[N_KINDS];
    hr_time from, to, well; /* well: steps are told until then */
};

static void add(struct chain *ch, enum kind kind, hr_time at, const char *text)
{
    for (size_t i = 0; i < ch->n; i++)
        if (ch->lines[i].kind == kind && strcmp(ch->lines[i].text, text) == 0)
            return; /* the same thing again */
    if (ch->of_kind[kind]++ < most_of[kind]) {
        ch->lines[ch->n] =
            (struct line){.at = at, .kind = kind, .order = ch->n, .text = text};
        ch->n++;
    }
}

/* --- finding what belongs to the chain ------------------------------------------------- */

/* First and last date of a broken objective; false if none has one. */
static bool date_breaks(const struct hr_chain_case *c, hr_time *first, hr_time *last)
{
    for (size_t i = 0; i < c->n_breaks; i++) {
        *first = i == 0 || c->breaks[i].at < *first ? c->breaks[i].at : *first;
        *last = i == 0 || c->breaks[i].at > *last ? c->breaks[i].at : *last;
    }
    return c->n_breaks > 0;
}

hr_time hr_chain_bucket_end(const struct hr_chain_case *c, size_t t)
{
    const hr_time end = ((hr_time)t + 1) * c->bucket;

    return c->horizon > 0 && end > c->horizon ? c->horizon : end;
}

/* Was it acting when something broke, as far as the buckets tell? */
static bool is_acting(const struct hr_chain_case *c, const struct hr_chain_moment *d,
                      hr_time broke)
{
    return d->at < broke && d->until >= broke - c->bucket;
}

hr_time hr_chain_break_date(const struct hr_chain_case *c, size_t t, hr_time patience)
{
    const hr_time end = hr_chain_bucket_end(c, t);
    hr_time soonest = HR_NEVER;

    for (size_t i = 0; i < c->n_disturbances; i++) {
        const struct hr_chain_moment *d = &c->disturbances[i];

        if (is_acting(c, d, end))
            return end;
        if (d->at >= end && d->at - end < patience && d->at < soonest)
            soonest = d->at;
    }
    return soonest == HR_NEVER ? end
                               : hr_chain_bucket_end(c, (size_t)(soonest / c->bucket));
}

static void find_disturbances(struct chain *ch, hr_time first)
{
    const struct hr_chain_case *c = ch->c;
    bool any = false;

    ch->from = first - LOOK_BACK * c->bucket;
    for (size_t i = 0; i < c->n_disturbances; i++) {
        const struct hr_chain_moment *d = &c->disturbances[i];

        if (!is_acting(c, d, first))
            continue;
        ch->from = !any || d->at < ch->from ? d->at : ch->from;
        any = true;
        add(ch, KIND_DISTURBANCE, d->at, d->text);
    }
}

static const char *workers_text(const struct hr_chain_station *s, size_t t,
                                struct hr_arena *a)
{
    return hr_arena_printf(a, "%s workers exhausted (%.0f of %.0f held)", s->name,
                           s->workers[t], s->worker_limit);
}

/* Both of a station's first saturations inside the window. */
static void find_saturation(struct chain *ch, const struct hr_chain_station *s)
{
    bool cpu = s->utilisation == NULL, workers = !(s->workers && s->worker_limit > 0);

    for (size_t t = 0; t < ch->c->n_buckets && !(cpu && workers); t++) {
        const hr_time at = hr_chain_bucket_end(ch->c, t);

        if (at <= ch->from || at > ch->to)
            continue;
        if (!workers && s->workers[t] >= SATURATED * s->worker_limit) {
            workers = true;
            add(ch, KIND_STATION, at, workers_text(s, t, ch->a));
        }
        if (!cpu && s->utilisation[t] >= SATURATED) {
            cpu = true;
            add(ch, KIND_STATION, at,
                hr_arena_printf(ch->a, "%s CPU saturated (%.0f%% at work)", s->name,
                                100 * s->utilisation[t]));
        }
    }
}

/* The station's line that says the same as an event of it, with more; NULL: none. */
static struct line *told(struct chain *ch, const char *text)
{
    for (size_t i = 0; i < ch->n; i++)
        if (ch->lines[i].kind == KIND_STATION &&
            strncmp(ch->lines[i].text, text, strlen(text)) == 0)
            return &ch->lines[i];
    return NULL;
}

/* When all was well again; where that is not, some way on. */
static hr_time well_again(const struct hr_chain_case *c, hr_time last)
{
    hr_time well = last;

    for (size_t i = 0; i < c->n_breaks; i++) {
        if (c->breaks[i].until == HR_NEVER)
            return last + LOOK_ON * c->bucket;
        well = c->breaks[i].until > well ? c->breaks[i].until : well;
    }
    return well;
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What was done: the same thing again counts up its line. */
static void add_step(struct chain *ch, const struct hr_chain_step *e)
{
    if (e->at < ch->from || e->at > ch->well)
        return;
    for (size_t i = 0; i < ch->n; i++) {
        struct line *l = &ch->lines[i];

        if (l->kind != KIND_STEP || strcmp(l->text, e->text) != 0 ||
            !is_same(l->cause, e->cause))
            continue;
        l->count += e->count;
        l->last = e->last;
        l->to_number = e->to;
        return;
    }
    if (ch->of_kind[KIND_STEP]++ < most_of[KIND_STEP]) {
        ch->lines[ch->n] = (struct line){.at = e->at,
                                         .kind = KIND_STEP,
                                         .order = ch->n,
                                         .text = e->text,
                                         .cause = e->cause,
                                         .count = e->count,
                                         .last = e->last,
                                         .change = e->change,
                                         .from = e->from,
                                         .to_number = e->to};
        ch->n++;
    }
}

static const char *line_text(const struct line *l, struct hr_arena *a)
{
    const char *text = l->text;

    if (l->change)
        text = hr_arena_printf(a, "%s %lld -> %lld", text, (long long)l->from,
                               (long long)l->to_number);
    if (l->count > 1)
        text = hr_arena_printf(a, "%s, %llu %s to %s", text, (unsigned long long)l->count,
                               l->change ? "steps" : "times",
                               hr_number_moment(hr_time_s(l->last)).text);
    if (l->cause)
        text = hr_arena_printf(a, "%s (%s)", text, l->cause);
    return text;
}

static void find_events(struct chain *ch)
{
    for (size_t i = 0; i < ch->c->n_events; i++) {
        const struct hr_chain_moment *e = &ch->c->events[i];

        struct line *same = told(ch, e->text);

        if (e->at < ch->from || e->at > ch->to)
            continue;
        if (same && !same->exact) { /* the event knows when */
            same->at = e->at;
            same->exact = true;
        } else if (!same) {
            add(ch, KIND_EVENT, e->at, e->text);
        }
    }
}

/* --- how it went on ------------------------------------------------------------------------ */

/* The last end of a disturbance that was acting; NULL if one of them never ended. */
static const struct hr_chain_moment *last_end(const struct hr_chain_case *c, hr_time first)
{
    const struct hr_chain_moment *last = NULL;

    for (size_t i = 0; i < c->n_disturbances; i++) {
        const struct hr_chain_moment *d = &c->disturbances[i];

        if (!is_acting(c, d, first))
            continue;
        if (d->until >= hr_chain_bucket_end(c, c->n_buckets - 1))
            return NULL;
        if (!last || d->until > last->until)
            last = d;
    }
    return last;
}

static void tell_after(struct chain *ch, hr_time first)
{
    const struct hr_chain_case *c = ch->c;
    const struct hr_chain_moment *over = last_end(c, first);
    const hr_time end = hr_chain_bucket_end(c, c->n_buckets - 1);

    if (over && over->name)
        add(ch, KIND_AFTER, over->until, hr_arena_printf(ch->a, "%s ends", over->name));
    for (size_t i = 0; i < c->n_breaks; i++) {
        const struct hr_chain_moment *b = &c->breaks[i];

        if (!b->name)
            continue;
        if (b->until != HR_NEVER && b->again > 0)
            add(ch, KIND_AFTER, b->until,
                hr_arena_printf(ch->a, "%s holds again, until %s", b->name,
                                hr_number_moment(hr_time_s(b->again)).text));
        else if (b->until != HR_NEVER)
            add(ch, KIND_AFTER, b->until,
                hr_arena_printf(ch->a, "%s holds again", b->name));
        else if (over && over->name)
            add(ch, KIND_AFTER, end,
                hr_arena_printf(
                    ch->a, "%s still does not hold at the end, %s after %s ended", b->name,
                    hr_number_limit(HR_NUMBER_TIME, hr_time_s(end - over->until)).text,
                    over->name));
        else
            add(ch, KIND_AFTER, end,
                hr_arena_printf(ch->a, "%s does not hold again before the end", b->name));
    }
}

/* --- telling ------------------------------------------------------------------------------ */

static int by_time(const void *x, const void *y)
{
    const struct line *a = x, *b = y;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

const char *hr_chain_tell(const struct hr_chain_case *c, struct hr_arena *a)
{
    struct chain ch = {.c = c, .a = a};
    hr_time first = 0, last = 0;
    const char *text = "";

    if (!date_breaks(c, &first, &last))
        return "";
    ch.lines = hr_arena_alloc(a, 2 * N_KINDS * MOST_OF_KIND, sizeof *ch.lines);
    ch.to = last;
    ch.well = well_again(c, last);
    find_disturbances(&ch, first);
    for (size_t i = 0; i < c->n_stations; i++)
        find_saturation(&ch, &c->stations[i]);
    find_events(&ch);
    for (size_t i = 0; i < c->n_steps; i++)
        add_step(&ch, &c->steps[i]);
    for (size_t i = 0; i < c->n_breaks; i++)
        add(&ch, KIND_BREAK, c->breaks[i].at, c->breaks[i].text);
    tell_after(&ch, first);
    qsort(ch.lines, ch.n, sizeof *ch.lines, by_time);
    for (size_t i = 0; i < ch.n; i++)
        text = hr_arena_printf(a, "%s%s%s  %s", text, i ? "\n" : "",
                               hr_number_moment(hr_time_s(ch.lines[i].at)).text,
                               line_text(&ch.lines[i], a));
    return text;
}

bool hr_chain_outlasts(const struct hr_chain_case *c)
{
    hr_time first = 0, last = 0;

    if (!date_breaks(c, &first, &last) || last_end(c, first) == NULL)
        return false;
    for (size_t i = 0; i < c->n_breaks; i++)
        if (c->breaks[i].name && c->breaks[i].until == HR_NEVER)
            return true;
    return false;
}

enum { GAP = 3 }; /* buckets without a fault do not part one break from the next */

/* More bad ones than the allowed share explains by chance. */
static bool is_bad(double bad, double all, double allowed)
{
    const double expected = all * allowed;

    return bad > expected + 3 * sqrt(expected) + 1;
}

/* The bucket in which the allowance of all was used up; n: in none. */
static size_t used_up(const double *bad, const double *all, size_t n, double allowed)
{
    double total = 0, used = 0;

    for (size_t t = 0; t < n; t++)
        total += all[t];
    for (size_t t = 0; t < n; t++) {
        used += bad[t];
        if (used > total * allowed)
            return t;
    }
    return n;
}

size_t hr_chain_first_break(const double *bad, const double *all, size_t n, double allowed)
{
    const size_t last = used_up(bad, all, n, allowed);
    size_t first = last;

    if (last == n) /* it was not: the first that is out of the ordinary */
        return hr_chain_next_bad(bad, all, 0, n, allowed);
    for (size_t t = last; t-- > 0 && first - t <= GAP;)
        if (is_bad(bad[t], all[t], allowed))
            first = t;
    return first;
}

size_t hr_chain_recovery(const double *bad, const double *all, size_t n, double allowed)
{
    while (n > 0 && !is_bad(bad[n - 1], all[n - 1], allowed))
        n--;
    return n;
}

size_t hr_chain_next_bad(const double *bad, const double *all, size_t from, size_t n,
                         double allowed)
{
    while (from < n && !is_bad(bad[from], all[from], allowed))
        from++;
    return from;
}
