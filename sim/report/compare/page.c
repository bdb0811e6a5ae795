/* sim/report/compare/page.c - see page.h. */
#include "sim/report/compare/page.h"

#include "sim/report/compare/words.h"
#include "sim/report/figure/figure.h"
#include "sim/report/figure/plot.h"
#include "sim/report/page/html_frame.h"

#include <math.h>

enum { NAME_MOST = 60, SETTINGS_SHOWN = 60, INKS = 6 };

struct page {
    const struct hr_comparison *c;
    struct hr_arena *a;
    struct hr_html h;
    struct hr_figures figures;
};

static void open_section(struct page *p, const char *id, const char *kind,
                         const char *finding)
{
    hr_html_rawf(&p->h, "<section id=\"%s\"><p class=\"kind\">%s</p><h2>", id, kind);
    hr_html_text(&p->h, finding);
    hr_html_raw(&p->h, "</h2>\n");
}

static void cell(struct page *p, const char *class, const char *text)
{
    hr_html_rawf(&p->h, "<td class=\"%s\">", class);
    hr_html_text(&p->h, text);
    hr_html_raw(&p->h, "</td>");
}

static void head(struct page *p, const char *const *columns, size_t n, size_t numbers)
{
    hr_html_raw(&p->h, "<thead><tr>");
    for (size_t i = 0; i < n; i++) {
        hr_html_raw(&p->h, numbers >> i & 1 ? "<th scope=\"col\" class=\"n\">"
                                            : "<th scope=\"col\">");
        hr_html_name(&p->h, columns[i]);
        hr_html_raw(&p->h, "</th>");
    }
    hr_html_raw(&p->h, "</tr></thead><tbody>");
}

/* --- what differs ------------------------------------------------------------------------------ */

static void settings_of(struct page *p, size_t i)
{
    const struct hr_comparison *c = p->c;
    const char *const columns[] = {"setting", hr_compare_name(c, c->reference, NAME_MOST),
                                   hr_compare_name(c, i, NAME_MOST)};

    hr_html_raw(&p->h, "<div class=\"scroll\" tabindex=\"0\"><table><caption>");
    hr_html_name(&p->h, c->contenders[i].name);
    hr_html_raw(&p->h, c->n_settings[i] ? "</caption>" : ": nothing differs</caption>");
    if (c->n_settings[i])
        head(p, columns, 3, 0);
    for (size_t s = 0; s < c->n_settings[i] && s < SETTINGS_SHOWN; s++) {
        const struct hr_setting *x = &c->settings[i][s];

        hr_html_raw(&p->h, "<tr><th scope=\"row\">");
        hr_html_name(&p->h, x->path);
        hr_html_raw(&p->h, "</th>");
        cell(p, x->reference ? "" : "none", x->reference ? x->reference : "not there");
        cell(p, x->here ? "" : "none", x->here ? x->here : "not there");
        hr_html_raw(&p->h, "</tr>");
    }
    hr_html_raw(&p->h, c->n_settings[i] ? "</tbody></table></div>\n" : "</table></div>\n");
    if (c->n_settings[i] > SETTINGS_SHOWN)
        hr_html_rawf(&p->h, "<p class=\"aside\">and %zu more</p>\n",
                     c->n_settings[i] - SETTINGS_SHOWN);
}

static void differs(struct page *p)
{
    open_section(p, "differs", "What differs",
                 hr_arena_printf(p->a, "The designs differ from %s in this",
                                 hr_compare_name(p->c, p->c->reference, NAME_MOST)));
    for (size_t i = 0; i < p->c->n; i++)
        if (i != p->c->reference)
            settings_of(p, i);
    hr_html_raw(&p->h, "</section>\n");
}

/* --- differences ------------------------------------------------------------------------------- */

static const char *sign_class(enum hr_finding f)
{
    return f == HR_FOUND_BETTER      ? "sign kept"
           : f == HR_FOUND_WORSE     ? "sign broken"
           : f == HR_FOUND_UNDECIDED ? "sign undecided"
                                     : "none";
}

static void row(struct page *p, size_t i, size_t m)
{
    const struct hr_comparison *c = p->c;
    const struct hr_compare_cell *x = hr_comparison_cell(c, i, m);

    hr_html_raw(&p->h, "<tr><th scope=\"row\">");
    hr_html_name(&p->h, c->measures[m].label);
    hr_html_raw(&p->h, "</th>");
    cell(p, sign_class(x->finding), hr_compare_finding(c, i, m));
    cell(p, "n", hr_compare_change(c, i, m, true));
    cell(p, "n", hr_compare_percent(c, i, m));
    cell(p, "n", hr_compare_value(c, m, x->reference));
    cell(p, "n", hr_compare_value(c, m, x->value));
    cell(p, "n", hr_compare_seen_from(c, i, m));
    hr_html_raw(&p->h, "</tr>\n");
}

static void differences(struct page *p, size_t i)
{
    const struct hr_comparison *c = p->c;
    const char *const columns[] = {"measure",
                                   "finding",
                                   "difference",
                                   "change",
                                   hr_compare_name(c, c->reference, NAME_MOST),
                                   hr_compare_name(c, i, NAME_MOST),
                                   "would have been seen from"};

    open_section(p, hr_arena_printf(p->a, "differences-%zu", i), "Differences",
                 hr_compare_sentence(c, i, true));
    hr_html_raw(&p->h, "<div class=\"scroll\" tabindex=\"0\"><table>");
    head(p, columns, sizeof columns / sizeof *columns, 0x7c);
    for (size_t m = 0; m < c->n_measures; m++)
        row(p, i, m);
    hr_html_raw(&p->h, "</tbody></table></div></section>\n");
}

static void gates(struct page *p)
{
    static const char *const words[] = {"holds", "broken", "undecided"};
    static const char *const classes[] = {"sign kept", "sign broken", "sign undecided"};
    const struct hr_comparison *c = p->c;

    if (c->n_gates == 0)
        return;
    open_section(p, "gates", "Gates", "What must not be");
    hr_html_raw(&p->h, "<table><tbody>");
    for (size_t i = 0; i < c->n; i++)
        for (size_t g = 0; i != c->reference && g < c->n_gates; g++) {
            const enum hr_gate_verdict v = c->held[i * c->n_gates + g];

            hr_html_raw(&p->h, "<tr>");
            cell(p, classes[v], words[v]);
            cell(p, "", hr_compare_gate(c, i, g));
            hr_html_raw(&p->h, "</tr>");
        }
    hr_html_raw(&p->h, "</tbody></table></section>\n");
}

/* --- the front --------------------------------------------------------------------------------- */

/* The axis that holds every finite point of a measure with its interval. */
static struct hr_axis axis_of(const struct hr_comparison *c, size_t k)
{
    const enum hr_quantity q = c->measures[c->axes[k]].quantity;
    double lo = HUGE_VAL, hi = -HUGE_VAL;

    for (size_t i = 0; i < c->n; i++) {
        const double x = c->front[i].value[k];
        const double half = isfinite(c->front[i].half[k]) ? c->front[i].half[k] : 0;

        if (!isfinite(x))
            continue;
        lo = x - half < lo ? x - half : lo;
        hi = x + half > hi ? x + half : hi;
    }
    if (q == HR_NUMBER_SHARE && hi > 1)
        hi = 1;
    return lo <= hi ? hr_axis_between(lo, hi, q) : hr_axis_between(0, 1, q);
}

static bool drawable(const struct hr_front_point *x, size_t k)
{
    return isfinite(x->value[HR_FRONT_COST]) && isfinite(x->value[k]);
}

static const char *front_words(const struct hr_comparison *c)
{
    const char *sentence = hr_compare_front_sentence(c);

    return *sentence ? sentence : "Which designs are beaten in both is open";
}

static void figure(struct page *p, const char *id, size_t k)
{
    const struct hr_comparison *c = p->c;
    const char *label = hr_compare_label(c, c->axes[k], NAME_MOST);
    const char *title = hr_arena_printf(p->a, "Cost a month and %s", label);
    struct hr_plot plot;
    size_t left_out = 0;

    hr_plot_begin(&plot, p->a, 512, 320);
    plot.right = 24;
    plot.bottom = 46;
    plot.x = axis_of(c, HR_FRONT_COST);
    plot.y = axis_of(c, k);
    hr_plot_frame(&plot, "cost a month", label);
    for (size_t i = 0; i < c->n; i++) {
        const struct hr_front_point *x = &c->front[i];

        left_out += !drawable(x, k);
        if (drawable(x, k))
            hr_plot_point(&plot, x->value[HR_FRONT_COST], x->value[k],
                          x->half[HR_FRONT_COST], x->half[k], (enum hr_ink)(i % INKS),
                          hr_compare_name(c, i, 24), i % 2 == 0);
    }
    hr_html_raw(&p->h, "<div class=\"panel\"><h3>");
    hr_html_text(&p->h, title);
    hr_html_raw(&p->h, "</h3>");
    if (left_out < c->n)
        hr_figures_add(&p->figures, (struct hr_figure){.id = id,
                                                       .title = title,
                                                       .desc = front_words(c),
                                                       .data = "",
                                                       .script = hr_plot_script(&plot),
                                                       .at = p->h.length});
    if (left_out)
        hr_html_rawf(
            &p->h, "<p class=\"aside\">%zu without a finite figure: in the table only.</p>",
            left_out);
    hr_html_raw(&p->h, "</div>\n");
}

static void front_table(struct page *p)
{
    const struct hr_comparison *c = p->c;
    const char *columns[HR_FRONT_AXES + 3] = {"design"};

    for (size_t k = 0; k < HR_FRONT_AXES; k++)
        columns[1 + k] = hr_compare_label(c, c->axes[k], NAME_MOST);
    columns[4] = "cost and latency";
    columns[5] = "cost and availability";
    hr_html_raw(&p->h, "<div class=\"scroll\" tabindex=\"0\"><table>");
    head(p, columns, 6, 0xe);
    for (size_t i = 0; i < c->n; i++) {
        hr_html_raw(&p->h, "<tr><th scope=\"row\">");
        hr_html_name(&p->h, c->contenders[i].name);
        hr_html_raw(&p->h, "</th>");
        for (size_t k = 0; k < HR_FRONT_AXES; k++)
            cell(p, "n", hr_compare_point(c, i, k, true));
        cell(p, "", hr_compare_place(c, i, 0));
        cell(p, "", hr_compare_place(c, i, 1));
        hr_html_raw(&p->h, "</tr>\n");
    }
    hr_html_raw(&p->h, "</tbody></table></div>\n");
}

static void front(struct page *p)
{
    if (!p->c->has_front)
        return;
    open_section(p, "front", "Cost and what it buys", front_words(p->c));
    hr_html_raw(&p->h,
                "<figure class=\"chart\"><figcaption><p>Each point is a design, with its "
                "own 95% intervals. On the front: no other is beyond doubt as cheap and "
                "as good, and better in one.</p></figcaption><div class=\"pairs\">");
    figure(p, "front-latency", HR_FRONT_LATENCY);
    figure(p, "front-availability", HR_FRONT_AVAILABILITY);
    hr_html_raw(&p->h, "</div></figure>\n");
    front_table(p);
    hr_html_raw(&p->h, "</section>\n");
}

/* --- all of it --------------------------------------------------------------------------------- */

static const char *attribute(const struct hr_comparison *c, const char *name)
{
    const char *text = hr_results_attr_text(c->contenders[c->reference].r, name);

    return text ? text : "";
}

static void banner(struct page *p, struct hr_html *h, const char *title)
{
    static const char *const places[][2] = {{"differs", "What differs"},
                                            {"gates", "Gates"},
                                            {"front", "Front"},
                                            {"trust", "Trust"}};
    const struct hr_comparison *c = p->c;

    hr_html_raw(h,
                "<header class=\"banner\"><div class=\"bar\"><span class=\"brand\">headroom"
                "</span><nav aria-label=\"Sections\"><ul>");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if ((i != 1 || c->n_gates) && (i != 2 || c->has_front))
            hr_html_rawf(h, "<li><a href=\"#%s\">%s</a></li>", places[i][0], places[i][1]);
    hr_html_raw(h, "</ul></nav></div><h1>");
    hr_html_name(h, title);
    hr_html_raw(h, "</h1>");
    if (*attribute(c, "question")) {
        hr_html_raw(h, "<p class=\"question\">");
        hr_html_name(h, attribute(c, "question"));
        hr_html_raw(h, "</p>");
    }
    hr_html_raw(h, "</header>\n");
}

static void trust(struct page *p, const char *missing)
{
    hr_html_raw(
        &p->h, "<section id=\"trust\" class=\"trust\"><h2>What this rests on</h2><ul><li>");
    hr_html_text(&p->h, hr_compare_trust(p->c));
    hr_html_raw(&p->h, "</li><li>Differences of means and ratios: Student&#39;s t over the "
                       "replications; of quantiles: the same about the figures of all "
                       "replications merged (sectioning); of infinite ones: the sign "
                       "test.</li>");
    if (*missing) {
        hr_html_raw(&p->h, "<li>Charts are missing: ");
        hr_html_text(&p->h, missing);
        hr_html_raw(&p->h, " Their numbers are in the table.</li>");
    }
    hr_html_raw(&p->h, "</ul></section>\n");
}

static void body(struct page *p)
{
    hr_html_raw(&p->h, "<main id=\"main\">\n");
    differs(p);
    for (size_t i = 0; i < p->c->n; i++)
        if (i != p->c->reference)
            differences(p, i);
    gates(p);
    front(p);
}

const char *hr_compare_page(const struct hr_comparison *c, const char *gnuplot,
                            struct hr_arena *a, size_t *length)
{
    const char *name = *attribute(c, "title") ? attribute(c, "title") : "Designs";
    const char *title = hr_arena_printf(a, "%s: compared", name);
    struct page p = {.c = c, .a = a};
    struct hr_html whole;
    char why[256] = "";

    hr_html_init(&p.h, a);
    hr_figures_init(&p.figures, a);
    body(&p);
    if (gnuplot && !*gnuplot)
        trust(&p, "no figures were asked for.");
    else if (hr_figures_draw(&p.figures, gnuplot ? gnuplot : "gnuplot", why, sizeof why))
        trust(&p, "");
    else
        trust(&p, why);
    hr_html_frame_end(&p.h, attribute(c, "source"));
    hr_html_init(&whole, a);
    hr_html_frame_begin(&whole, title);
    banner(&p, &whole, title);
    hr_figures_weave(&p.figures, &p.h, &whole);
    *length = whole.length;
    return whole.text;
}
