/* sim/report/figure/plot_axis.c - where ticks lie and what they say; see plot.h. */
#include "sim/report/figure/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void tick(struct hr_axis *axis, double at, const char text[HR_AXIS_TEXT])
{
    if (axis->n == HR_AXIS_TICKS)
        return;
    axis->at[axis->n] = at;
    memcpy(axis->text[axis->n++], text, HR_AXIS_TEXT);
}

static void clock_text(char *text, size_t n, double s, double step)
{
    const unsigned long long whole =
        s > 0.0 && s < 1e18 ? (unsigned long long)(s + 0.5) : 0;
    const unsigned m = (unsigned)(whole / 60 % 60), sec = (unsigned)(whole % 60);

    if (step >= 86400.0)
        snprintf(text, n, "%llu d", whole / 86400);
    else if (step >= 60.0)
        snprintf(text, n, "%llu:%02u", whole / 3600, m);
    else if (step >= 1.0)
        snprintf(text, n, "%llu:%02u:%02u", whole / 3600, m, sec);
    else
        snprintf(text, n, "%.3g s", s);
}

struct hr_axis hr_axis_clock(double lo, double hi)
{
    static const double steps[] = {
        0.1, 0.2, 0.5,  1,    2,    5,     10,    15,    30,    60,     120,    300,
        600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000};
    struct hr_axis axis = {.lo = lo, .hi = hi > lo ? hi : lo + 1.0};
    size_t s = 0;

    while (s + 1 < sizeof steps / sizeof *steps && (axis.hi - lo) / steps[s] > 12.5)
        s++;
    axis.label = steps[s] >= 86400.0 ? "time since the start (days)"
                 : steps[s] >= 60.0  ? "time since the start (h:min)"
                 : steps[s] >= 1.0   ? "time since the start (h:min:s)"
                                     : "time since the start";
    for (double t = ceil(lo / steps[s]) * steps[s];
         t <= axis.hi * (1.0 + 1e-12) && axis.n < HR_AXIS_TICKS; t += steps[s]) {
        char text[HR_AXIS_TEXT];

        clock_text(text, sizeof text, t, steps[s]);
        tick(&axis, t, text);
    }
    return axis;
}

static void duration_text(char *text, size_t n, double s)
{
    if (s < 0.999e-6)
        snprintf(text, n, "%g ns", s * 1e9);
    else if (s < 0.999e-3)
        snprintf(text, n, "%g \xC2\xB5s", s * 1e6);
    else if (s < 0.999)
        snprintf(text, n, "%g ms", s * 1e3);
    else
        snprintf(text, n, "%g s", s);
}

struct hr_axis hr_axis_durations(double lo, double hi)
{
    static const double fine[] = {1, 2, 5};
    struct hr_axis axis = {.log = true};
    int first, last;
    bool coarse;

    if (!(lo > 0.0) || !isfinite(lo))
        lo = 1e-3;
    if (!(hi > lo) || !isfinite(hi))
        hi = lo * 10.0;
    first = (int)floor(log10(lo) + 1e-9);
    last = (int)ceil(log10(hi) - 1e-9);
    coarse = log10(hi / lo) > 2.2;
    axis.lo = coarse ? lo / 1.15 : pow(10.0, first);
    axis.hi = coarse ? hi * 1.15 : pow(10.0, last);
    for (int e = first; e <= last; e++)
        for (size_t k = 0; k < (coarse ? 1 : 3); k++) {
            const double at = fine[k] * pow(10.0, e);
            char text[HR_AXIS_TEXT];

            if (!coarse && at <= lo)
                axis.lo = at;
            if (!coarse && at >= hi && at < axis.hi)
                axis.hi = at;
            duration_text(text, sizeof text, at);
            tick(&axis, at, text);
        }
    return axis;
}

/* The step of 1, 2 or 5 times a power of ten that cuts `hi` into at most five. */
static double round_step(double hi)
{
    const double power = pow(10.0, floor(log10(hi / 5.0)));
    const double ratio = hi / 5.0 / power;

    return power * (ratio <= 1.0 ? 1.0 : ratio <= 2.0 ? 2.0 : ratio <= 5.0 ? 5.0 : 10.0);
}

struct hr_axis hr_axis_amounts(double hi, const char *unit)
{
    struct hr_axis axis = {.lo = 0.0};
    const double top = isfinite(hi) && hi > 0.0 ? hi : 1.0, step = round_step(top);
    const char *const prefix = top >= 2e9 ? "G" : top >= 2e6 ? "M" : top >= 2e3 ? "k" : "";
    const double size = top >= 2e9 ? 1e9 : top >= 2e6 ? 1e6 : top >= 2e3 ? 1e3 : 1.0;

    for (int i = 0; i < HR_AXIS_TICKS; i++) {
        char text[HR_AXIS_TEXT];

        axis.hi = step * i;
        snprintf(text, sizeof text, "%g%s%s%s", axis.hi / size, *prefix ? " " : "", prefix,
                 i == 0 && *prefix ? "" : unit);
        if (i == 0)
            snprintf(text, sizeof text, "0");
        tick(&axis, axis.hi, text);
        if (axis.hi >= top * (1.0 - 1e-12))
            break;
    }
    return axis;
}

struct hr_axis hr_axis_between(double lo, double hi, enum hr_quantity q)
{
    struct hr_axis axis = {.lo = lo, .hi = hi};
    const double room = 0.02 * fabs(hi) > 0 ? 0.02 * fabs(hi) : 1.0;
    double step;

    if (!(hi - lo > 1e-9 * fabs(hi))) {
        lo -= room;
        hi += room;
    }
    step = round_step(hi - lo);
    axis.lo = step * floor(lo / step + 1e-9);
    for (int i = 0; i < HR_AXIS_TICKS; i++) {
        char text[HR_AXIS_TEXT];

        axis.hi = axis.lo + step * i;
        snprintf(text, sizeof text, "%.40s", hr_number_limit(q, axis.hi).text);
        tick(&axis, axis.hi, text);
        if (axis.hi >= hi - 1e-9 * step)
            break;
    }
    if (q == HR_NUMBER_SHARE && axis.hi > 1 + 1e-12 && axis.n > 1) {
        axis.hi = 1; /* there is no share above it */
        axis.n--;
    }
    return axis;
}

struct hr_axis hr_axis_shares(double lo)
{
    struct hr_axis axis = {.hi = 1.0, .log = true};
    int last = lo > 0.0 ? (int)floor(log10(lo) + 1e-9) : -3;

    if (last < -9)
        last = -9;
    if (last > -2)
        last = -2;
    axis.lo = pow(10.0, last);
    for (int e = 0; e >= last; e--) {
        char text[HR_AXIS_TEXT];

        snprintf(text, sizeof text, "%g%%", pow(10.0, e + 2));
        tick(&axis, pow(10.0, e), text);
    }
    return axis;
}

double hr_axis_place(const struct hr_axis *axis, double x)
{
    if (axis->log)
        return log(x / axis->lo) / log(axis->hi / axis->lo);
    return (x - axis->lo) / (axis->hi - axis->lo);
}
