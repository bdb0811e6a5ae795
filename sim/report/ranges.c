/* sim/report/ranges.c - see ranges.h. */
#include "sim/report/ranges.h"

#include "sim/report/number.h"
#include "sim/report/pick.h"
#include "sim/report/text.h"

#include <math.h>
#include <string.h>

enum { NAME_MOST = 60 };

bool hr_ranges_known(const struct hr_results *r)
{
    return hr_results_find(r, "ranges/luck") != NULL && hr_pick_length(r, "input") > 0;
}

/* " > 138 ms (136 ms to 139 ms)"; where it was not searched, the cut of the sample. */
static const char *place(const struct hr_results *r, size_t d, size_t o, const char *text,
                         struct hr_arena *a)
{
    const double at = HR_FIGURE(r, "ranges/flip", d, o);
    const double lo = HR_FIGURE(r, "ranges/flip_lo", d, o);
    const double hi = HR_FIGURE(r, "ranges/flip_hi", d, o);
    const char *sign = strstr(text, " above ") ? ">" : "<";
    const int64_t i =
        hr_dim_index(hr_results_dim(r, "input"), HR_WORD(r, "ranges/top", d, o));
    enum hr_quantity q;

    if (isnan(at) || i < 0)
        return hr_arena_printf(a, " %s%s", sign, strrchr(text, ' '));
    q = hr_quantity_of("", HR_WORD(r, "ranges/unit", (size_t)i));
    if (isnan(lo) || isnan(hi))
        return hr_arena_printf(a, " %s %s", sign, hr_number_of(q, at).text);
    return hr_arena_printf(a, " %s %s (%s to %s)", sign, hr_number_of(q, at).text,
                           hr_number_of(q, lo).text, hr_number_of(q, hi).text);
}

const char *hr_ranges_flip(const struct hr_results *r, size_t d, size_t o,
                           struct hr_arena *a)
{
    const char *text = hr_text_plain(a, HR_WORD(r, "ranges/flip_text", d, o), 80);
    const bool found = !isnan(HR_FIGURE(r, "ranges/flip", d, o));

    if (strrchr(text, ' ') == NULL)
        return "";
    return hr_arena_printf(
        a, "%s %s %s if %s%s", hr_pick_name(r, "design", d, a, NAME_MOST),
        found ? "breaks" : "mostly breaks", hr_pick_name(r, "objective", o, a, NAME_MOST),
        hr_text_plain(a, HR_WORD(r, "ranges/top", d, o), NAME_MOST),
        place(r, d, o, text, a));
}

static const char *largest(const struct hr_results *r, const char *path, size_t d, size_t o,
                           size_t most, struct hr_arena *a)
{
    const size_t n = hr_pick_length(r, "input");
    double last = HUGE_VAL;
    const char *text = "";

    for (size_t shown = 0; shown < most; shown++) {
        double share = 0.005; /* less is nothing */
        size_t best = n;

        for (size_t i = 0; i < n; i++) {
            const double x = HR_FIGURE(r, path, d, o, i);

            if (x > share && x < last) {
                share = x;
                best = i;
            }
        }
        if (best == n)
            break;
        last = share;
        text = hr_arena_printf(a, "%s%s%s %.0f%%", text, shown ? ", " : "",
                               hr_pick_name(r, "input", best, a, NAME_MOST), 100 * share);
    }
    return text;
}

const char *hr_ranges_explained(const struct hr_results *r, size_t d, size_t o, size_t most,
                                struct hr_arena *a)
{
    const double lowest = HR_FIGURE(r, "ranges/lowest", d, o);
    const double highest = HR_FIGURE(r, "ranges/highest", d, o);
    const char *verdict;

    if (!(lowest < highest))
        return "";
    if (HR_WORD(r, "ranges/top", d, o)[0] == '\0')
        return "luck";
    verdict = largest(r, "ranges/verdict_share", d, o, most, a);
    return verdict[0] != '\0' ? verdict : largest(r, "ranges/share", d, o, most, a);
}
