/* sim/report/terminal/terminal_events.c - what happened: events as episodes, disturbances of the runs. */
#include <math.h>
#include <string.h>

#include "sim/report/terminal/terminal_parts.h"

enum { LINES_SHOWN = 12, OCCURRENCES_SHOWN = 6 };

static bool about(const struct hr_section *s, const char *group, size_t i, size_t design,
                  double replication)
{
    const char *d = hr_arena_printf(s->a, "%s/design", group);
    const char *k = hr_arena_printf(s->a, "%s/replication", group);

    return HR_FIGURE(s->r, d, i) == (double)design && HR_FIGURE(s->r, k, i) == replication;
}

/* ---- events ------------------------------------------------------------------------------- */

/* Disturbances have a section of their own. */
static bool is_event(const struct hr_section *s, size_t i)
{
    const char *what = HR_WORD(s->r, "events/what", i);

    return HR_WORD(s->r, "events/disturbance", i)[0] == '\0' ||
           (strcmp(what, "begins") != 0 && strcmp(what, "ends") != 0);
}

/* Whole seconds after the first minute: a list is for finding the moment, not for timing. */
static double rounded(double t)
{
    return t >= 60 ? floor(t) : t;
}

static const char *when(const struct hr_section *s, size_t i)
{
    const double at = rounded(HR_FIGURE(s->r, "events/time", i));
    const double last = rounded(HR_FIGURE(s->r, "events/last", i));

    if (!(last > at))
        return hr_section_number(s, hr_number_moment(at));
    return hr_arena_printf(s->a, "%s - %s", hr_number_moment(at).text,
                           hr_number_moment(last).text);
}

/* "retry, 1,448,120 times: timed out after 3 s". */
static const char *what(const struct hr_section *s, size_t i)
{
    const double count = HR_FIGURE(s->r, "events/count", i);
    const char *cause = hr_text_plain(s->a, HR_WORD(s->r, "events/cause", i), 80);
    struct hr_text t = hr_text_begin(s->a);

    hr_text_add(&t, hr_text_plain(s->a, HR_WORD(s->r, "events/what", i), 60));
    if (count > 1 && count < 1e18)
        hr_text_addf(&t, ", %s times", hr_number_count((int64_t)count).text);
    if (cause[0] != '\0')
        hr_text_addf(&t, ": %s", cause);
    return t.text;
}

static void print_event(const struct hr_section *s, size_t i)
{
    const char *name =
        hr_text_plain(s->a, HR_WORD(s->r, "events/component", i), HR_NAME_COLUMNS);
    const char *time = when(s, i);
    const size_t pad = hr_text_columns(time) < 17 ? 17 - hr_text_columns(time) : 0;

    hr_text_addf(s->out, "  %s", time);
    hr_text_repeat(s->out, " ", pad);
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out,
                 name[0] != '\0' ? hr_arena_printf(s->a, "%s %s", name, what(s, i))
                                 : what(s, i),
                 21 + (pad > 0 ? 0 : hr_text_columns(time) - 17), 21, s->how.width);
}

/* Events of one design, the first of each kind before any is shown twice: they come in the
 * order of time, and what is left out is counted. */
static void print_events_of(const struct hr_section *s, size_t d, size_t n, size_t most)
{
    size_t shown = 0, left = 0;

    for (size_t i = 0; i < n; i++) {
        if (!about(s, "events", i, d, 1) || !is_event(s, i))
            continue;
        if (shown == 0 && s->designs > 1)
            hr_text_addf(s->out, "%s\n", hr_pick_name(s->r, "design", d, s->a, 60));
        if (shown < most) {
            print_event(s, i);
            shown++;
        } else {
            left++;
        }
    }
    if (left > 0)
        hr_text_addf(s->out, "  ... and %s more (-v)\n",
                     hr_number_count((int64_t)left).text);
}

void hr_section_events(const struct hr_section *s)
{
    const size_t n = hr_pick_length(s->r, "event");
    const size_t most = s->how.verbose || s->designs == 0 ? SIZE_MAX
                        : LINES_SHOWN / s->designs > 2    ? LINES_SHOWN / s->designs
                                                          : 2;
    bool any = false;

    for (size_t i = 0; i < n && !any; i++)
        any = HR_FIGURE(s->r, "events/replication", i) == 1 && is_event(s, i);
    if (!any)
        return;
    hr_section_title(s, "EVENTS", s->replications > 1 ? "of replication 1" : NULL);
    for (size_t d = 0; d < s->designs; d++)
        print_events_of(s, d, n, most);
}

/* ---- disturbances ------------------------------------------------------------------------- */

static const char *word(const struct hr_section *s, const char *path, size_t i)
{
    return hr_text_plain(s->a, HR_WORD(s->r, path, i), 60);
}

/* True if occurrence i is the first with its name. */
static bool first_of_name(const struct hr_section *s, size_t i)
{
    const char *name = HR_WORD(s->r, "disturbances/name", i);

    for (size_t k = 0; k < i; k++)
        if (strcmp(HR_WORD(s->r, "disturbances/name", k), name) == 0)
            return false;
    return true;
}

static const char *span(const struct hr_section *s, size_t i)
{
    const double begin = HR_FIGURE(s->r, "disturbances/begin", i);
    const double end = HR_FIGURE(s->r, "disturbances/end", i);

    if (!isfinite(end))
        return hr_arena_printf(s->a, "from %s on", hr_number_moment(begin).text);
    return hr_arena_printf(s->a, "%s - %s", hr_number_moment(begin).text,
                           hr_number_moment(end).text);
}

struct tally {
    size_t n, runs,
        first_run;   /* occurrences; runs that have one; occurrences in the first */
    bool everywhere; /* the same times in every run of every design */
};

/* How the occurrences of a name are spread over the runs; they come run by run. */
static struct tally tally(const struct hr_section *s, size_t first, size_t n)
{
    const char *name = HR_WORD(s->r, "disturbances/name", first);
    struct tally t = {.everywhere = true};
    double design = -1, replication = -1;
    size_t in_run = 0;

    for (size_t i = first; i < n; i++) {
        if (strcmp(HR_WORD(s->r, "disturbances/name", i), name) != 0)
            continue;
        if (HR_FIGURE(s->r, "disturbances/design", i) != design ||
            HR_FIGURE(s->r, "disturbances/replication", i) != replication) {
            design = HR_FIGURE(s->r, "disturbances/design", i);
            replication = HR_FIGURE(s->r, "disturbances/replication", i);
            t.runs++;
            in_run = 0;
        }
        t.n++;
        t.first_run += t.runs == 1;
        in_run++;
        t.everywhere =
            t.everywhere && in_run == 1 && strcmp(span(s, i), span(s, first)) == 0;
    }
    t.everywhere = t.everywhere && t.runs == s->designs * s->replications;
    return t;
}

/* The moments of the first run that has any, and how many there are in all. */
static void print_spread(const struct hr_section *s, size_t first, size_t n, struct tally t)
{
    const char *name = HR_WORD(s->r, "disturbances/name", first);
    struct hr_text line = hr_text_begin(s->a);
    size_t said = 0;

    hr_text_addf(&line, "%s (%s %s): ", word(s, "disturbances/name", first),
                 word(s, "disturbances/verb", first),
                 word(s, "disturbances/target", first));
    hr_text_addf(
        &line, "%s in %zu of %zu runs; ",
        t.n == 1 ? "once"
                 : hr_arena_printf(s->a, "%s times", hr_number_count((int64_t)t.n).text),
        t.runs, s->designs * s->replications);
    hr_text_addf(&line, "%s run %.0f: ",
                 hr_pick_name(s->r, "design",
                              (size_t)HR_FIGURE(s->r, "disturbances/design", first), s->a,
                              40),
                 HR_FIGURE(s->r, "disturbances/replication", first));
    for (size_t i = first; i < n && said < t.first_run; i++) {
        if (strcmp(HR_WORD(s->r, "disturbances/name", i), name) != 0)
            continue;
        if (said == OCCURRENCES_SHOWN && !s->how.verbose) {
            hr_text_addf(&line, ", ... %zu more", t.first_run - said);
            break;
        }
        hr_text_addf(&line, "%s%s", said > 0 ? ", " : "", span(s, i));
        said++;
    }
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out, line.text, 2, 4, s->how.width);
}

void hr_section_disturbances(const struct hr_section *s)
{
    const size_t n = hr_pick_length(s->r, "occurrence");

    if (n == 0 || hr_results_find(s->r, "disturbances/name") == NULL)
        return;
    hr_section_title(s, "DISTURBANCES", NULL);
    for (size_t i = 0; i < n; i++) {
        struct tally t;
        if (!first_of_name(s, i))
            continue;
        t = tally(s, i, n);
        if (!t.everywhere) {
            print_spread(s, i, n, t);
            continue;
        }
        hr_text_add(s->out, "  ");
        hr_text_wrap(s->out,
                     hr_arena_printf(
                         s->a, "%s (%s %s): %s%s", word(s, "disturbances/name", i),
                         word(s, "disturbances/verb", i), word(s, "disturbances/target", i),
                         span(s, i), t.runs > 1 ? " in every run" : ""),
                     2, 4, s->how.width);
    }
}
