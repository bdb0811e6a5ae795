/* sim/report/page/html_frame.h - what every page of ours begins and ends with: the security policy,
 * the style of both themes, the script.  Between the two: a banner, <main id="main">, sections. */
#ifndef HR_HTML_FRAME_H
#define HR_HTML_FRAME_H

#include "sim/report/page/html_writer.h"

void hr_html_frame_begin(struct hr_html *h, const char *title);
/* Ends <main>; `source` is who made the results ("headroom 0.1.0"; NULL). */
void hr_html_frame_end(struct hr_html *h, const char *source);

#endif /* HR_HTML_FRAME_H */
