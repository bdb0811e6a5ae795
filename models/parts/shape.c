/* models/parts/shape.c - see shape.h. */
#include "models/parts/shape.h"

#include "sim/engine/numeric.h"
#include "sim/system/model.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* --- the fields ------------------------------------------------------------------------ */

#define AT(m) offsetof(struct hr_shape_daily, m)
static const struct hr_field daily_fields[] = {
    {.name = "low",
     .type = HR_FIELD_FACTOR,
     .offset = AT(low),
     .required = true,
     .max = 1e6,
     .help = "Factor at the quietest time, twelve hours from `peak_at`."},
    {.name = "peak",
     .type = HR_FIELD_FACTOR,
     .offset = AT(peak),
     .required = true,
     .max = 1e6,
     .help = "Factor at the busiest time."},
    {.name = "peak_at",
     .type = HR_FIELD_CLOCK,
     .offset = AT(peak_at),
     .required = true,
     .help = "The busiest time of day, in the clients' local time."},
    {0},
};
#undef AT
static const struct hr_table daily_table = {
    "daily", daily_fields, sizeof(struct hr_shape_daily), NULL,
    "A cosine over the day, in the clients' local time."};

#define AT(m) offsetof(struct hr_shape_spike, m)
static const struct hr_field spike_fields[] = {
    {.name = "at",
     .type = HR_FIELD_DURATION,
     .offset = AT(at),
     .required = true,
     .max = 1e9,
     .help = "When it starts to rise, after t = 0."},
    {.name = "to",
     .type = HR_FIELD_FACTOR,
     .offset = AT(to),
     .required = true,
     .max = 1e6,
     .help = "Factor at the top."},
    {.name = "rise",
     .type = HR_FIELD_DURATION,
     .offset = AT(rise),
     .dflt = "0s",
     .max = 1e9,
     .help = "How long the way up takes; 0s: a jump."},
    {.name = "hold",
     .type = HR_FIELD_DURATION,
     .offset = AT(hold),
     .required = true,
     .max = 1e9,
     .help = "How long it stays at the top."},
    {.name = "fall",
     .type = HR_FIELD_DURATION,
     .offset = AT(fall),
     .dflt = "0s",
     .max = 1e9,
     .help = "How long the way down takes; 0s: a jump."},
    {.name = "name",
     .type = HR_FIELD_TEXT,
     .offset = AT(name),
     .help = "What reports call it: flash sale. Default: the class and `spike`."},
    {.name = "per_month",
     .type = HR_FIELD_NUMBER,
     .offset = AT(per_month),
     .dflt = "1",
     .max = 1e6,
     .help = "How often a month has it, in the cost."},
    {0},
};
#undef AT
static const struct hr_table spike_table = {"spike", spike_fields,
                                            sizeof(struct hr_shape_spike), NULL,
                                            "Up, a while at the top, and down again."};

#define AT(m) offsetof(struct hr_shape_ramp, m)
static const struct hr_field ramp_fields[] = {
    {.name = "at",
     .type = HR_FIELD_DURATION,
     .offset = AT(at),
     .dflt = "0s",
     .max = 1e9,
     .help = "When it begins; `from` holds before."},
    {.name = "from",
     .type = HR_FIELD_FACTOR,
     .offset = AT(from),
     .dflt = "100%",
     .max = 1e6,
     .help = "Factor at its beginning."},
    {.name = "to",
     .type = HR_FIELD_FACTOR,
     .offset = AT(to),
     .required = true,
     .max = 1e6,
     .help = "Factor at its end and from then on."},
    {.name = "over",
     .type = HR_FIELD_DURATION,
     .offset = AT(over),
     .required = true,
     .max = 1e9,
     .help = "How long it takes."},
    {0},
};
#undef AT
static const struct hr_table ramp_table = {"ramp", ramp_fields,
                                           sizeof(struct hr_shape_ramp), NULL,
                                           "A straight line from one factor to another."};

#define AT(m) offsetof(struct hr_shape_step, m)
static const struct hr_field step_fields[] = {
    {.name = "at",
     .type = HR_FIELD_DURATION,
     .offset = AT(at),
     .required = true,
     .max = 1e9,
     .help = "From when on, after t = 0; steps are written in order of time."},
    {.name = "to",
     .type = HR_FIELD_FACTOR,
     .offset = AT(to),
     .required = true,
     .max = 1e6,
     .help = "The factor until the next step."},
    {0},
};
#undef AT
static const struct hr_table step_table = {
    "step", step_fields, sizeof(struct hr_shape_step), NULL, "One step of `steps`."};

#define AT(m) offsetof(struct hr_shape, m)
static const struct hr_field shape_fields[] = {
    {.name = "daily",
     .type = HR_FIELD_GROUP,
     .offset = AT(daily),
     .one_of = 1,
     .table = &daily_table,
     .help = "Over the day: { low: 40%, peak: 160%, peak_at: \"20:00\" }."},
    {.name = "spike",
     .type = HR_FIELD_GROUP,
     .offset = AT(spike),
     .one_of = 1,
     .table = &spike_table,
     .help = "A spike: { at: 12h, to: 800%, rise: 2m, hold: 20m, fall: 10m }."},
    {.name = "ramp",
     .type = HR_FIELD_GROUP,
     .offset = AT(ramp),
     .one_of = 1,
     .table = &ramp_table,
     .help = "A slope: { at: 1h, from: 100%, to: 300%, over: 30m }."},
    {.name = "steps",
     .type = HR_FIELD_LIST,
     .offset = AT(steps),
     .one_of = 1,
     .table = &step_table,
     .help = "Levels: [ { at: 1h, to: 150% }, { at: 2h, to: 100% } ]."},
    {0},
};
#undef AT
const struct hr_table hr_shape_table = {"shape", shape_fields, sizeof(struct hr_shape),
                                        NULL, "How the rate varies; shapes multiply."};

bool hr_shape_one_off(const struct hr_items *shapes, uint32_t i, struct hr_one_off *o)
{
    const struct hr_shape *s = shapes->at;

    for (uint32_t k = 0; k < shapes->n; k++) {
        const struct hr_shape_spike *x = s[k].spike;

        if (!x || i-- > 0)
            continue;
        *o = (struct hr_one_off){x->name, x->at, x->at + x->rise + x->hold + x->fall, x->to,
                                 x->per_month};
        return true;
    }
    return false;
}

/* --- factors --------------------------------------------------------------------------- */

static const hr_time grid = HR_MINUTE; /* pieces of a curve are no longer than this */

static bool past(hr_time t, hr_time corner, enum hr_side side)
{
    return t > corner || (t == corner && side == HR_AFTER);
}

static double between(hr_time t, hr_time from, double at_from, hr_time to, double at_to)
{
    return at_from + (at_to - at_from) * ((double)(t - from) / (double)(to - from));
}

static double spike_factor(const struct hr_shape_spike *s, hr_time t, enum hr_side side)
{
    const hr_time top = s->at + s->rise, down = top + s->hold, end = down + s->fall;

    if (!past(t, s->at, side) || past(t, end, side))
        return 1.0;
    if (!past(t, top, side))
        return between(t, s->at, 1.0, top, s->to);
    if (!past(t, down, side))
        return s->to;
    return between(t, down, s->to, end, 1.0);
}

static double ramp_factor(const struct hr_shape_ramp *r, hr_time t, enum hr_side side)
{
    if (!past(t, r->at, side))
        return r->from;
    if (past(t, r->at + r->over, side))
        return r->to;
    return between(t, r->at, r->from, r->at + r->over, r->to);
}

static double steps_factor(const struct hr_items *steps, hr_time t, enum hr_side side)
{
    const struct hr_shape_step *s = steps->at;
    double f = 1.0;

    for (uint32_t i = 0; i < steps->n && past(t, s[i].at, side); i++)
        f = s[i].to;
    return f;
}

static double dated_factor(const struct hr_shape *s, hr_time t, enum hr_side side)
{
    if (s->spike)
        return spike_factor(s->spike, t, side);
    if (s->ramp)
        return ramp_factor(s->ramp, t, side);
    return steps_factor(&s->steps, t, side); /* 1 for a daily, which has none */
}

static double daily_factor(const struct hr_shape_daily *d, int64_t start,
                           hr_time utc_offset, hr_time t)
{
    const hr_time day_start_s = start % (HR_DAY / HR_SECOND);
    hr_time phase =
        (day_start_s * HR_SECOND + t % HR_DAY + utc_offset - d->peak_at) % HR_DAY;

    if (phase < 0)
        phase += HR_DAY;
    const double middle = 0.5 * (d->peak + d->low), swing = 0.5 * (d->peak - d->low);
    return middle + swing * hr_cospi(2.0 * ((double)phase / (double)HR_DAY));
}

double hr_rate_daily(const struct hr_rate *r, hr_time utc_offset, hr_time t)
{
    double f = 1.0;

    t = (t < 0 ? 0 : t) + r->shift;
    for (uint32_t i = 0; i < r->n_shapes; i++)
        if (r->shapes[i].daily)
            f *= daily_factor(r->shapes[i].daily, r->start, utc_offset, t);
    return f;
}

double hr_rate_at(const struct hr_rate *r, hr_time t, enum hr_side side)
{
    double daily = 0.0, rate = r->base;

    if (t <= 0) { /* before 0 it is what it is just after */
        t = 0;
        side = HR_AFTER;
    }
    for (uint32_t i = 0; i < r->n_shapes; i++)
        rate *= dated_factor(&r->shapes[i], t + r->shift, side);
    for (uint32_t z = 0; z < r->n_zones; z++)
        daily += r->zones[z].share * hr_rate_daily(r, r->zones[z].utc_offset, t);
    return rate * (r->n_zones ? daily : hr_rate_daily(r, 0, t));
}

/* --- break points ---------------------------------------------------------------------- */

static void nearer(hr_time *next, hr_time corner, hr_time t)
{
    if (corner > t && corner < *next)
        *next = corner;
}

/* Bring the first corner of `s` after t into *next; count it in *slopes if it slopes in the
 * piece that begins at t. */
static void look_at(const struct hr_shape *s, hr_time t, hr_time *next, int *slopes)
{
    if (s->spike) {
        const struct hr_shape_spike *k = s->spike;
        const hr_time top = k->at + k->rise, down = top + k->hold, end = down + k->fall;
        const bool slope = (t >= k->at && t < top) || (t >= down && t < end);

        nearer(next, k->at, t);
        nearer(next, top, t);
        nearer(next, down, t);
        nearer(next, end, t);
        *slopes += slope && k->to != 1.0;
    } else if (s->ramp) {
        const hr_time end = s->ramp->at + s->ramp->over;

        nearer(next, s->ramp->at, t);
        nearer(next, end, t);
        *slopes += t >= s->ramp->at && t < end && s->ramp->from != s->ramp->to;
    } else if (s->daily) {
        *slopes += s->daily->low != s->daily->peak ? 2 : 0; /* curved by itself */
    } else {
        const struct hr_shape_step *step = s->steps.at;

        for (uint32_t i = 0; i < s->steps.n; i++)
            nearer(next, step[i].at, t);
    }
}

hr_time hr_rate_next_break(const struct hr_rate *r, hr_time t)
{
    hr_time next = HR_NEVER;
    int slopes = 0;

    if (t < 0) /* constant before 0 */
        return 0;
    for (uint32_t i = 0; i < r->n_shapes; i++)
        look_at(&r->shapes[i], t + r->shift, &next, &slopes);
    if (next != HR_NEVER)
        next -= r->shift;
    if (slopes > 1)
        nearer(&next, t - t % grid + grid, t);
    return next;
}

/* --- arrivals -------------------------------------------------------------------------- */

static void begin_piece(struct hr_arrivals *a, hr_time from)
{
    a->from = from;
    a->left_ns = (double)(a->until - from);
    a->to = hr_rate_next_break(a->rate, from);
    a->at_from = hr_rate_at(a->rate, from, HR_AFTER);
    a->used = 0.0;
    const double level = a->levels ? hr_modulation_at(a->levels, from) : 1.0;
    a->at_from *= level;
    if (a->levels && a->levels->until < a->to)
        a->to = a->levels->until;
    if (a->to == HR_NEVER) {
        a->slope = 0.0;
        a->area = a->at_from > 0.0 ? HUGE_VAL : 0.0;
    } else {
        const double at_to = level * hr_rate_at(a->rate, a->to, HR_BEFORE);
        const double length_s = hr_time_s(a->to - from);

        a->slope = (at_to - a->at_from) / length_s;
        a->area = 0.5 * (a->at_from + at_to) * length_s;
    }
}

void hr_arrivals_init(struct hr_arrivals *a, const struct hr_rate *r,
                      struct hr_modulation *levels, hr_time from, hr_time until)
{
    *a = (struct hr_arrivals){.rate = r, .levels = levels, .last = from, .until = until};
    begin_piece(a, from);
}

/* Seconds into the piece at which `used` arrivals are expected: the root of
 * at_from x + slope x^2 / 2 = used, in the form that does not cancel. */
static double solve(const struct hr_arrivals *a)
{
    if (a->slope == 0.0) /* the same to the bit, for the root of a square is exact */
        return a->used / a->at_from;
    const double d = a->at_from * a->at_from + 2.0 * a->slope * a->used;

    return 2.0 * a->used / (a->at_from + sqrt(d > 0.0 ? d : 0.0));
}

hr_time hr_arrivals_next(struct hr_arrivals *a, double epoch)
{
    double need = a->used + epoch;

    while (need > a->area) {
        if (a->to >= a->until)
            return HR_NEVER;
        need -= a->area;
        begin_piece(a, a->to);
    }
    a->used = need;
    const double x_ns = solve(a) * 1e9;
    if (x_ns > a->left_ns)
        return HR_NEVER;
    hr_time t = a->from + (hr_time)(x_ns + 0.5);
    if (t > a->to)
        t = a->to;
    if (t < a->last) /* rounding at a piece's end */
        t = a->last;
    a->last = t;
    return t;
}

/* Expected arrivals in the part of piece [begin, end) that lies in [from, to). */
static double piece_integral(const struct hr_rate *r, hr_time begin, hr_time end,
                             hr_time from, hr_time to)
{
    double left = hr_rate_at(r, begin, HR_AFTER), right = left;
    const hr_time a = from > begin ? from : begin, b = to < end ? to : end;

    if (end != HR_NEVER) { /* stay on the chord of the whole piece */
        const double at_end = hr_rate_at(r, end, HR_BEFORE), at_begin = left;
        left = between(a, begin, at_begin, end, at_end);
        right = between(b, begin, at_begin, end, at_end);
    }
    return b > a ? 0.5 * (left + right) * hr_time_s(b - a) : 0.0;
}

double hr_rate_integral(const struct hr_rate *r, hr_time from, hr_time to)
{
    hr_time begin = from < 0 ? from : 0;
    double sum = 0.0;

    while (begin < to) {
        const hr_time end = hr_rate_next_break(r, begin);
        sum += piece_integral(r, begin, end, from, to);
        begin = end;
    }
    return sum;
}
