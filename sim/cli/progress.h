/* sim/cli/progress.h - a line about long work, on a terminal only; and Ctrl-C. */
#ifndef HR_CLI_PROGRESS_H
#define HR_CLI_PROGRESS_H

#include "sim/cli/terminal.h"
#include "sim/study/study.h"

#include <signal.h>

struct hr_progress {
    bool shown, utf8; /* shown: there is somebody to show it to */
    bool at_most;     /* it may end before all that is counted */
    bool drawn;       /* a line stands there now */
    double last_s;    /* when it was drawn */
    bool interrupted;
    sigset_t caught, before;
};

/* From here to hr_progress_end, SIGINT and SIGTERM do not end the program: they are looked
 * for by hr_progress_watch.  A second one ends it at once. */
void hr_progress_begin(struct hr_progress *p, bool shown, bool utf8, bool at_most);
/* Draw, at most ten times a second; false when the work is to stop. */
bool hr_progress_watch(struct hr_progress *p, const struct hr_study_progress *now);
/* A line of text for whoever is shown the progress; nobody else. */
void hr_progress_say(struct hr_progress *p, const char *text);
void hr_progress_end(struct hr_progress *p);

#endif /* HR_CLI_PROGRESS_H */
