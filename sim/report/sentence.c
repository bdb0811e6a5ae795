/* sim/report/sentence.c - see sentence.h. */
#include "sim/report/sentence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/cost.h"
#include "sim/report/number.h"
#include "sim/report/pick.h"
#include "sim/report/text.h"

enum { WORDS_MOST = 44, NAME_MOST = 40, LISTED_MOST = 5 /* designs told one by one */ };

/* How much is said of the designs that lose; less until the sentence is short enough. */
enum detail { DETAIL_CAUSE, DETAIL_VALUES, DETAIL_NAMES, DETAIL_COUNT };

struct judged {
    size_t asked; /* objectives that this design has: designs may set their own */
    size_t kept, broken, open;
    double miss; /* how far the worst broken one is from its limit, relative */
};

struct teller {
    const struct hr_results *r;
    struct hr_arena *a;
    size_t designs, objectives;
    enum detail detail;
    struct judged *judged;
    size_t priced; /* the design that costs are compared with; `designs`: none */
};

/* ---- what was decided --------------------------------------------------------------------- */

static bool verdict_is(const struct teller *t, size_t d, size_t o, const char *verdict)
{
    return strcmp(HR_WORD(t->r, "objectives/verdict", d, o), verdict) == 0;
}

static struct judged judge(const struct teller *t, size_t d)
{
    struct judged j = {0};

    for (size_t o = 0; o < t->objectives; o++) {
        const double value = HR_FIGURE(t->r, "objectives/value", d, o);
        const double limit = HR_FIGURE(t->r, "objectives/limit", d, o);
        double miss;
        if (verdict_is(t, d, o, ""))
            continue;
        j.asked++;
        if (verdict_is(t, d, o, "kept"))
            j.kept++;
        else if (!verdict_is(t, d, o, "broken"))
            j.open++;
        if (!verdict_is(t, d, o, "broken"))
            continue;
        j.broken++;
        miss = fabs(value - limit) / (fabs(limit) + 1e-12);
        /* What is missing from all of it: 97.1% against 99.5% is six times the failures. */
        if (limit > 0.5 && limit < 1 && value <= 1)
            miss = fabs(value - limit) / (1 - limit);
        j.miss = !(miss <= j.miss) ? miss : j.miss;
    }
    return j;
}

static bool keeps_all(const struct judged *j)
{
    return j->asked > 0 && j->kept == j->asked;
}

static bool closer(const struct judged *x, const struct judged *y)
{
    if (x->asked == 0 || y->asked == 0)
        return x->asked > y->asked;
    if (x->broken != y->broken)
        return x->broken < y->broken;
    return x->broken > 0 ? x->miss < y->miss : x->open < y->open;
}

/* The objective to cite of those with a verdict: the first with a finite value, else the
 * first; the number of objectives if there is none. */
static size_t cited(const struct teller *t, size_t d, const char *verdict)
{
    size_t first = t->objectives;

    for (size_t o = 0; o < t->objectives; o++) {
        if (!verdict_is(t, d, o, verdict))
            continue;
        if (isfinite(HR_FIGURE(t->r, "objectives/value", d, o)))
            return o;
        first = first == t->objectives ? o : first;
    }
    return first;
}

/* ---- what it costs ------------------------------------------------------------------------ */

static bool costs_known(const struct teller *t, size_t d)
{
    return isfinite(hr_cost_total(t->r, d));
}

/* The cheapest of those that keep everything, the first of equals; `designs` where the cost of
 * one of them is not known. */
static size_t cheapest(const struct teller *t)
{
    size_t best = t->designs;

    for (size_t d = 0; d < t->designs; d++) {
        if (!keeps_all(&t->judged[d]))
            continue;
        if (!costs_known(t, d))
            return t->designs;
        if (best == t->designs || hr_cost_total(t->r, d) < hr_cost_total(t->r, best))
            best = d;
    }
    return best;
}

/* What d costs beyond `than`, $ a month; NaN: not known. */
static double dearer(const struct teller *t, size_t d, size_t than)
{
    return hr_cost_total(t->r, d) - hr_cost_total(t->r, than);
}

static const char *dollars(const struct teller *t, double x)
{
    const double size = fabs(x) < 10 ? fabs(x) : round(fabs(x)); /* cents are noise */
    const struct hr_number n = hr_number_limit(HR_NUMBER_MONEY, size);

    return hr_arena_text(t->a, n.text, strlen(n.text));
}

/* ", $84.00 cheaper," after the name of a design that loses; a blank where costs say nothing. */
static void tell_difference(const struct teller *t, size_t d, struct hr_text *s)
{
    const double more = t->priced == t->designs ? (double)NAN : dearer(t, d, t->priced);

    if (isnan(more) || fabs(more) < 0.005 || t->detail > DETAIL_NAMES)
        hr_text_add(s, " ");
    else
        hr_text_addf(s, ", %s %s, ", dollars(t, more), more > 0 ? "dearer" : "cheaper");
}

/* ---- words -------------------------------------------------------------------------------- */

static const char *design(const struct teller *t, size_t d)
{
    const char *name = hr_pick_name(t->r, "design", d, t->a, NAME_MOST);

    return t->designs == 1 && strcmp(name, "base") == 0 ? "the system" : name;
}

/* "availability" of "availability >= 99.5%", "p99 during outage" of "p99 < 1s during outage". */
static const char *label(const struct teller *t, size_t o)
{
    const char *text = hr_pick_name(t->r, "objective", o, t->a, 60);
    size_t n = strcspn(text, "<>=");

    const char *part = hr_text_after_limit(text);

    while (n > 0 && text[n - 1] == ' ')
        n--;
    return hr_arena_printf(t->a, "%.*s%s%s", (int)n, text, *part ? " " : "", part);
}

static enum hr_quantity quantity(const struct teller *t, size_t o)
{
    return hr_quantity_of(HR_WORD(t->r, "objectives/measure", o),
                          HR_WORD(t->r, "objectives/unit", o));
}

/* "over 1% had no good answer": what an infinite quantile means; "" if it is not one. */
static const char *unanswered(const struct teller *t, const char *of)
{
    char *end;
    const double percent = of[0] == 'p' ? strtod(of + 1, &end) : 0;

    if (!(percent > 0 && percent < 100))
        return "";
    return hr_arena_printf(t->a, "over %s had no good answer",
                           hr_number_limit(HR_NUMBER_SHARE, 1 - percent / 100).text);
}

/* "97.1% against 99.5%". */
static const char *against(const struct teller *t, size_t d, size_t o, bool interval)
{
    const enum hr_quantity q = quantity(t, o);
    const double value = HR_FIGURE(t->r, "objectives/value", d, o);
    const double limit = HR_FIGURE(t->r, "objectives/limit", d, o);
    struct hr_number n = hr_number_against(q, value, limit);

    if (isinf(value) && unanswered(t, label(t, o))[0] != '\0')
        return unanswered(t, label(t, o));
    if (interval)
        n = hr_number_interval(q, value, HR_FIGURE(t->r, "objectives/lo", d, o),
                               HR_FIGURE(t->r, "objectives/hi", d, o), true);
    return hr_arena_printf(t->a, "%s against %s", n.text, hr_number_limit(q, limit).text);
}

/* "once slow_payments begins": the first link of the chain, where it is a disturbance. */
static const char *cause(const struct teller *t, size_t d)
{
    const char *chain = HR_WORD(t->r, "first_break/chain", d);
    const char *what = strstr(chain, "  "), *begins = strstr(chain, " begins");
    const size_t line = strcspn(chain, "\n");

    if (what == NULL || begins == NULL || begins < what || begins > chain + line)
        return "";
    what += 2;
    return hr_arena_printf(
        t->a, " once %s begins",
        hr_text_plain(t->a, hr_arena_text(t->a, what, (size_t)(begins - what)), NAME_MOST));
}

static const char *everything(const struct teller *t, size_t d)
{
    const size_t n = t->judged[d].asked;

    if (n == 1)
        return hr_arena_printf(t->a, "%s", "its objective");
    if (n == 2)
        return "both objectives";
    return hr_arena_printf(t->a, "all %zu objectives", n);
}

/* "breaks availability (97.1% against 99.5%) and 2 others once slow_payments begins". */
static void tell_faults(const struct teller *t, size_t d, struct hr_text *s)
{
    const size_t o = cited(t, d, "broken"), more = t->judged[d].broken - 1;

    hr_text_addf(s, "breaks %s", label(t, o));
    if (t->detail <= DETAIL_VALUES)
        hr_text_addf(s, " (%s)", against(t, d, o, false));
    if (more > 0)
        hr_text_addf(s, " and %zu other%s", more, more == 1 ? "" : "s");
    if (t->detail == DETAIL_CAUSE)
        hr_text_add(s, cause(t, d));
    if (t->detail <= DETAIL_VALUES && HR_FIGURE(t->r, "first_break/outlasted", d) > 0)
        hr_text_add(s, " and never recovers");
}

static void tell_open(const struct teller *t, size_t d, struct hr_text *s)
{
    const size_t o = cited(t, d, "undecided");
    const char *reason = HR_WORD(t->r, "objectives/reason", d, o);

    if (o == t->objectives)
        return;
    hr_text_addf(s, "is undecided on %s", label(t, o));
    if (strncmp(reason, "depends on", 10) == 0)
        hr_text_addf(s, ", which %s", hr_text_plain(t->a, reason, 100));
    else if (t->detail <= DETAIL_VALUES &&
             isfinite(HR_FIGURE(t->r, "objectives/value", d, o)))
        hr_text_addf(s, " (%s)", against(t, d, o, true));
}

/* Those that lose, counted: "; 11 others break availability; 2 are undecided". */
static void count_others(const struct teller *t, size_t winner, struct hr_text *s)
{
    size_t broken = 0, open = 0, same = t->objectives;
    bool alike = true;

    for (size_t d = 0; d < t->designs; d++) {
        if (d == winner || keeps_all(&t->judged[d]))
            continue;
        if (t->judged[d].broken == 0) {
            open += t->judged[d].asked > 0;
            continue;
        }
        alike = alike && (broken == 0 || cited(t, d, "broken") == same);
        same = cited(t, d, "broken");
        broken++;
    }
    if (broken > 0)
        hr_text_addf(s, "; %zu other%s %s", broken, broken == 1 ? " breaks" : "s break",
                     alike ? label(t, same) : "something");
    if (open > 0)
        hr_text_addf(s, "; %zu %s undecided", open, open == 1 ? "is" : "are");
}

/* "; five_retries breaks ...; circuit_breaker is undecided on ..." of all but `winner`. */
static void tell_others(const struct teller *t, size_t winner, struct hr_text *s)
{
    if (t->detail == DETAIL_COUNT) {
        count_others(t, winner, s);
        return;
    }
    for (size_t d = 0; d < t->designs; d++) {
        const struct judged *j = &t->judged[d];
        if (d == winner || keeps_all(j))
            continue;
        hr_text_addf(s, "; %s", design(t, d));
        tell_difference(t, d, s);
        if (j->asked == 0)
            hr_text_add(s, "has no objective");
        else if (j->broken > 0)
            tell_faults(t, d, s);
        else
            tell_open(t, d, s);
    }
}

/* ---- the cases ---------------------------------------------------------------------------- */

/* The others that keep everything: dearer, or not compared. */
static void tell_keepers(const struct teller *t, size_t winner, size_t keepers,
                         struct hr_text *s)
{
    const bool known = t->priced != t->designs;
    size_t other = t->designs;

    for (size_t d = 0; d < t->designs && other == t->designs; d++)
        if (d != winner && keeps_all(&t->judged[d]))
            other = d;
    if (known && keepers > 2)
        hr_text_addf(s, ", the cheapest of %zu that do", keepers);
    else if (known && dearer(t, other, winner) < 0.005)
        hr_text_addf(s, ", as does %s", design(t, other));
    else if (known)
        hr_text_addf(s, ", as does %s for %s more", design(t, other),
                     dollars(t, dearer(t, other, winner)));
    else if (keepers == 2)
        hr_text_addf(s, ", as does %s", design(t, other));
    else
        hr_text_addf(s, ", as do %zu others", keepers - 1);
    if (!known)
        hr_text_addf(s, " (cost is %s: the first in the file is named)",
                     hr_cost_measured(t->r) ? "undecided" : "not measured");
}

static void tell_kept(const struct teller *t, size_t winner, size_t keepers,
                      struct hr_text *s)
{
    hr_text_addf(s, "%s keeps %s", design(t, winner), everything(t, winner));
    if (t->priced != t->designs)
        hr_text_addf(s, " for %s a month", dollars(t, hr_cost_total(t->r, winner)));
    if (t->designs == 1)
        for (size_t o = 0; o < t->objectives && o < 2; o++)
            hr_text_addf(s, "%s %s %s", o == 0 ? ":" : ",", label(t, o),
                         against(t, winner, o, false));
    if (keepers > 1)
        tell_keepers(t, winner, keepers, s);
    tell_others(t, winner, s);
}

static void tell_undecided(const struct teller *t, size_t best, struct hr_text *s)
{
    const size_t o = cited(t, best, "undecided");
    const char *reason = HR_WORD(t->r, "objectives/reason", best, o);

    hr_text_addf(s, "nothing is decided yet: %s breaks nothing, but ", design(t, best));
    if (strncmp(reason, "depends on", 10) == 0)
        hr_text_addf(s, "%s %s", label(t, o), hr_text_plain(t->a, reason, 100));
    else if (!isfinite(HR_FIGURE(t->r, "objectives/value", best, o)))
        hr_text_addf(s, "%s is %s", label(t, o),
                     reason[0] != '\0' ? hr_text_plain(t->a, reason, 60) : "not known");
    else
        hr_text_addf(s, "%s (%s) is %s; more replications would decide", label(t, o),
                     against(t, best, o, true),
                     isinf(HR_FIGURE(t->r, "objectives/hi", best, o))
                         ? "not bounded from above by so few"
                         : "too close to call");
    tell_others(t, best, s);
}

static void tell_broken(const struct teller *t, size_t best, struct hr_text *s)
{
    if (t->designs > 1)
        hr_text_addf(s, "no design keeps everything; %s comes closest but ",
                     design(t, best));
    else
        hr_text_addf(s, "%s ", design(t, best));
    tell_faults(t, best, s);
    tell_others(t, best, s);
}

/* No objective to speak of: what was seen of the design that was chosen. */
static void tell_figures(const struct teller *t, struct hr_text *s)
{
    const char *chosen = hr_results_attr_text(t->r, "chosen");
    const int64_t i = hr_dim_index(hr_results_dim(t->r, "design"), chosen ? chosen : "");
    const size_t d = i < 0 ? 0 : (size_t)i;
    const double good = HR_FIGURE(t->r, "summary/availability", d, 0);

    hr_text_addf(s, "%s gives %s of the requests a good answer", design(t, d),
                 hr_number_of(HR_NUMBER_SHARE, good).text);
    if (isfinite(HR_FIGURE(t->r, "latency/answered", d, 0, 0)))
        hr_text_addf(
            s, ", half of them within %s",
            hr_number_of(HR_NUMBER_TIME, HR_FIGURE(t->r, "latency/answered", d, 0, 0))
                .text);
    hr_text_add(s, "; no objective says whether that is enough");
}

/* A sentence begins with a capital, unless with the name of a design. */
static void capitalise(char *text)
{
    static const char *const ours[] = {
        "in one run, ", "nothing is decided yet: ", "no design ", "the system "};

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strncmp(text, ours[i], strlen(ours[i])) == 0)
            text[0] = (char)(text[0] - 'a' + 'A');
}

static const char *tell(const struct teller *t)
{
    struct hr_text s = hr_text_begin(t->a);
    size_t best = 0, winner = t->designs, keepers = 0;

    if (hr_pick_length(t->r, "replication") == 1)
        hr_text_add(&s, "in one run, ");
    for (size_t d = 0; d < t->designs; d++) {
        best = closer(&t->judged[d], &t->judged[best]) ? d : best;
        if (keeps_all(&t->judged[d])) {
            winner = keepers == 0 ? d : winner;
            keepers++;
        }
    }
    if (t->judged[best].asked == 0)
        tell_figures(t, &s);
    else if (keepers > 0)
        tell_kept(t, t->priced != t->designs ? t->priced : winner, keepers, &s);
    else if (t->judged[best].broken == 0)
        tell_undecided(t, best, &s);
    else
        tell_broken(t, best, &s);
    hr_text_add(&s, ".");
    capitalise(s.text);
    return s.text;
}

const char *hr_report_sentence(const struct hr_results *r, struct hr_arena *a)
{
    struct teller t = {.r = r,
                       .a = a,
                       .designs = hr_pick_length(r, "design"),
                       .objectives = hr_pick_length(r, "objective")};
    const char *text = "There is no design in these results.";

    if (t.designs == 0)
        return text;
    t.judged = hr_arena_alloc(a, t.designs, sizeof *t.judged);
    for (size_t d = 0; d < t.designs; d++)
        t.judged[d] = judge(&t, d);
    t.priced = cheapest(&t);
    t.detail = t.designs > LISTED_MOST ? DETAIL_COUNT : DETAIL_CAUSE;
    for (; t.detail <= DETAIL_COUNT; t.detail++) {
        text = tell(&t);
        if (hr_text_words(text) <= WORDS_MOST)
            break;
    }
    return text;
}
