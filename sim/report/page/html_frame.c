/* sim/report/page/html_frame.c - see html_frame.h. */
#include "sim/report/page/html_frame.h"

#include "sim/report/assets.h"

#include <string.h>

static void asset(struct hr_html *h, const char *name)
{
    for (const struct hr_asset *x = hr_assets; x->name; x++)
        if (strcmp(x->name, name) == 0)
            hr_html_bytes(h, x->text, x->length);
}

/* The two palettes are written once each as files and used where a theme applies: by the
 * system's preference, by the reader's choice (which the script stores on the root element),
 * and always light on paper. */
static void style(struct hr_html *h)
{
    hr_html_raw(h, "<style>:root{color-scheme:light dark;");
    asset(h, "light.css");
    hr_html_raw(h, "}\n@media (prefers-color-scheme:dark){:root:not([data-theme=light]){");
    asset(h, "dark.css");
    hr_html_raw(h, "}}\n:root[data-theme=light]{color-scheme:light}\n"
                   ":root[data-theme=dark]{color-scheme:dark;");
    asset(h, "dark.css");
    hr_html_raw(h, "}\n@media print{:root:root:root{color-scheme:light;");
    asset(h, "light.css");
    hr_html_raw(h, "}}\n");
    asset(h, "page.css");
    hr_html_raw(h, "</style>\n");
}

void hr_html_frame_begin(struct hr_html *h, const char *title)
{
    hr_html_raw(
        h, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
           "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
           "base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
           "<meta name=\"generator\" content=\"headroom\">\n<title>");
    hr_html_text(h, title);
    hr_html_raw(h, " \xE2\x80\x93 headroom</title>\n");
    style(h);
    hr_html_raw(
        h, "</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
}

void hr_html_frame_end(struct hr_html *h, const char *source)
{
    hr_html_raw(h, "</main>\n<footer><p>Made by ");
    hr_html_text(h, source && *source ? source : "headroom");
    hr_html_raw(h, ". These are results of a simulation, not measurements of a running "
                   "system.</p></footer>\n<script>");
    asset(h, "page.js");
    hr_html_raw(h, "</script>\n</body>\n</html>\n");
}
