/* sim/report/terminal/terminal.c - see terminal.h: the frame, the first lines and the last. */
#include "sim/report/terminal/terminal.h"

#include <string.h>

#include "sim/report/sentence.h"
#include "sim/report/terminal/terminal_parts.h"
#include "sim/results/utf8.h"

enum { WIDTH_LEAST = 40, WIDTH_MOST = 1000, WIDTH_TEXT = 100 };

/* ---- what sections share ------------------------------------------------------------------ */

void hr_section_title(const struct hr_section *s, const char *title, const char *note)
{
    hr_text_add(s->out, "\n");
    hr_tone_add(s->out, title, HR_TONE_STRONG, s->how.colour);
    if (note != NULL && strlen(title) + 2 + strlen(note) <= s->how.width) {
        hr_text_add(s->out, "  ");
        hr_tone_add(s->out, note, HR_TONE_FAINT, s->how.colour);
    }
    hr_text_add(s->out, "\n");
}

void hr_section_table(const struct hr_section *s, const struct hr_table *t)
{
    size_t hidden;

    hr_text_add(s->out, "\n");
    hidden = hr_table_print(t, s->how.width, s->how.colour, s->out);
    if (hidden > 0)
        hr_text_addf(s->out, "  (%zu column%s more on a wider terminal)\n", hidden,
                     hidden == 1 ? "" : "s");
}

size_t hr_section_piece(const struct hr_section *s, const struct hr_table *t, size_t take,
                        struct hr_text *out)
{
    enum { ANY_WIDTH = 500 };

    return hr_table_print(t, take == 1 ? ANY_WIDTH : s->how.width, s->how.colour, out);
}

/* As many designs as fit, then the others in the same way. */
void hr_section_pieces(const struct hr_section *s,
                       size_t (*piece)(const struct hr_section *s, size_t first,
                                       size_t take, const void *ctx, struct hr_text *out),
                       const void *ctx)
{
    const size_t most = HR_TABLE_COLUMNS - 1;

    for (size_t first = 0, take; first < s->designs; first += take)
        for (take = s->designs - first < most ? s->designs - first : most;; take--) {
            struct hr_text out = hr_text_begin(s->a);

            if (piece(s, first, take, ctx, &out) > 0 && take > 1)
                continue;
            hr_text_add(s->out, "\n");
            hr_text_add(s->out, out.text);
            break;
        }
}

void hr_section_design(const struct hr_section *s, struct hr_table *t, size_t design)
{
    if (s->designs > 1)
        hr_table_heading(t, hr_pick_name(s->r, "design", design, s->a, 60));
}

const char *hr_section_number(const struct hr_section *s, struct hr_number n)
{
    return hr_arena_text(s->a, n.text, strlen(n.text));
}

const char *hr_section_interval(const struct hr_section *s, enum hr_quantity q,
                                const char *path, size_t i, size_t j)
{
    const char *lo = hr_arena_printf(s->a, "%s_lo", path);
    const char *hi = hr_arena_printf(s->a, "%s_hi", path);

    return hr_section_number(s, hr_number_interval(q, HR_FIGURE(s->r, path, i, j),
                                                   HR_FIGURE(s->r, lo, i, j),
                                                   HR_FIGURE(s->r, hi, i, j), s->how.utf8));
}

/* ---- first and last lines ----------------------------------------------------------------- */

static const char *attribute(const struct hr_section *s, const char *name, size_t most)
{
    return hr_text_plain(s->a, hr_results_attr_text(s->r, name), most);
}

static size_t text_width(const struct hr_section *s)
{
    return s->how.width < WIDTH_TEXT ? s->how.width : WIDTH_TEXT;
}

/* The answer; then, smaller, what was asked. */
static void print_head(const struct hr_section *s)
{
    const char *verdict = attribute(s, "verdict", 1000);
    const char *title = attribute(s, "title", 100),
               *question = attribute(s, "question", 300);
    const char *complete = attribute(s, "complete", 10);
    struct hr_text wrapped = hr_text_begin(s->a), asked = hr_text_begin(s->a);

    if (verdict[0] == '\0')
        verdict = hr_report_sentence(s->r, s->a);
    hr_text_wrap(&wrapped, verdict, 0, 0, text_width(s));
    hr_tone_add(s->out, wrapped.text, HR_TONE_STRONG, s->how.colour);
    if (strcmp(complete, "0") == 0)
        hr_tone_add(s->out, "INCOMPLETE: the study was stopped before its end.\n",
                    HR_TONE_BAD, s->how.colour);
    if (title[0] == '\0' && question[0] == '\0')
        return;
    hr_text_add(s->out, "\n");
    hr_text_wrap(&asked,
                 hr_arena_printf(s->a, "%s%s%s", title,
                                 title[0] != '\0' && question[0] != '\0' ? ": " : "",
                                 question),
                 0, 0, text_width(s));
    hr_tone_add(s->out, asked.text, HR_TONE_FAINT, s->how.colour);
}

void hr_console_saved(const struct hr_console *how, struct hr_text *out, struct hr_arena *a)
{
    if (how->results == NULL && how->page == NULL && how->next == NULL)
        return;
    hr_text_add(out, "\n");
    if (how->results != NULL)
        hr_text_addf(out, "saved  %s\n", hr_text_plain(a, how->results, 1000));
    if (how->page != NULL)
        hr_text_addf(out, "%s  %s\n", how->results != NULL ? "     " : "saved",
                     hr_text_plain(a, how->page, 1000));
    if (how->next != NULL)
        hr_text_addf(out, "next   %s\n", hr_text_plain(a, how->next, 1000));
}

/* ---- for terminals without UTF-8 ---------------------------------------------------------- */

const char *hr_console_ascii(struct hr_arena *a, const char *text)
{
    struct hr_text t = hr_text_begin(a);

    while (*text != '\0') {
        const char *from = text;
        const uint32_t c = hr_utf8_next(&text);
        char *one = hr_arena_text(a, from, (size_t)(text - from));
        if (c < 0x80)
            hr_text_add(&t, one);
        else if (c == 0xB1)
            hr_text_add(&t, "+-");
        else
            hr_text_repeat(&t, "?", hr_text_columns(one));
    }
    return t.text;
}

/* ---- the report --------------------------------------------------------------------------- */

const char *hr_report_terminal(const struct hr_results *r, const struct hr_console *how,
                               struct hr_arena *a)
{
    struct hr_text out = hr_text_begin(a);
    struct hr_section s = {.r = r,
                           .a = a,
                           .how = *how,
                           .designs = hr_pick_length(r, "design"),
                           .rows = hr_pick_length(r, "request_class"),
                           .parts = hr_pick_length(r, "component"),
                           .replications = hr_pick_length(r, "replication"),
                           .out = &out};

    if (s.how.width == 0)
        s.how.width = 80;
    if (s.how.width < WIDTH_LEAST)
        s.how.width = WIDTH_LEAST;
    if (s.how.width > WIDTH_MOST)
        s.how.width = WIDTH_MOST;
    print_head(&s);
    hr_section_objectives(&s);
    hr_section_trust(&s);
    hr_section_ranges(&s);
    hr_section_breaks(&s);
    hr_section_cost(&s);
    hr_section_recovery(&s);
    hr_section_budget(&s);
    hr_section_year(&s);
    hr_section_latency(&s);
    hr_section_spent(&s);
    hr_section_bottlenecks(&s);
    hr_section_theory(&s);
    hr_section_events(&s);
    hr_section_disturbances(&s);
    hr_console_saved(how, &out, a);
    return how->utf8 ? out.text : hr_console_ascii(a, out.text);
}
