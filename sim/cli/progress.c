/* sim/cli/progress.c - see progress.h.
 *
 * Signals are blocked, in all threads, and taken by the thread that watches: there is no
 * handler, and so no state that a handler would have to reach. */
#include "sim/cli/progress.h"

#include "sim/cli/commands.h"
#include "sim/report/number.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A signal that we were started to ignore (nohup, a background job) stays ignored. */
static void catch (struct hr_progress *p, int signal)
{
    struct sigaction now;

    if (sigaction(signal, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
        sigaddset(&p->caught, signal);
}

void hr_progress_begin(struct hr_progress *p, bool shown, bool utf8, bool at_most)
{
    *p = (struct hr_progress){
        .shown = shown, .utf8 = utf8, .at_most = at_most, .last_s = -1};
    sigemptyset(&p->caught);
    catch (p, SIGINT);
    catch (p, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &p->caught, &p->before);
}

static bool signalled(const struct hr_progress *p)
{
    const struct timespec now = {0, 0};

    return sigtimedwait(&p->caught, NULL, &now) > 0;
}

static void erase(struct hr_progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}

static void look_for_signals(struct hr_progress *p)
{
    while (signalled(p)) {
        erase(p);
        if (p->interrupted)
            _exit(HR_EXIT_INTERRUPTED);
        p->interrupted = true;
        hr_complain("stopping; finished runs are kept. Press again to stop at once");
    }
}

static void bar(char *to, size_t n, double share, bool utf8)
{
    enum { WIDTH = 20 };
    const int full = (int)(share * WIDTH);
    size_t at = 0;

    for (int i = 0; i < WIDTH && at + 4 < n; i++) {
        const char *cell = utf8 ? (i < full ? "█" : "░") : i < full ? "#" : ".";

        memcpy(to + at, cell, strlen(cell));
        at += strlen(cell);
    }
    to[at] = '\0';
}

static void draw(struct hr_progress *p, const struct hr_study_progress *now)
{
    char cells[128], of[32], left[96] = "";

    bar(cells, sizeof cells, now->share, p->utf8);
    if (!isnan(now->left_s))
        snprintf(left, sizeof left, "   %.0f:%02.0f left", floor(now->left_s / 60),
                 floor(fmod(now->left_s, 60)));
    if (p->at_most)
        snprintf(of, sizeof of, " of at most %u", now->total);
    else
        snprintf(of, sizeof of, "/%u", now->total);
    fprintf(stderr, "\r\033[Krun %u%s  %s %3.0f%%  %s events/s%s",
            now->done + (now->done < now->total), of, cells, 100 * now->share,
            hr_number_count((int64_t)now->events_per_s).text, left);
    fflush(stderr);
    p->drawn = true;
    p->last_s = now->elapsed_s;
}

bool hr_progress_watch(struct hr_progress *p, const struct hr_study_progress *now)
{
    look_for_signals(p);
    if (p->shown && !p->interrupted && now->elapsed_s - p->last_s >= 0.1)
        draw(p, now);
    return !p->interrupted;
}

void hr_progress_say(struct hr_progress *p, const char *text)
{
    if (!p->shown || p->interrupted)
        return;
    erase(p);
    fprintf(stderr, "%s\n", text);
}

void hr_progress_end(struct hr_progress *p)
{
    erase(p);
    look_for_signals(p); /* one that came after the last look must not end us now */
    pthread_sigmask(SIG_SETMASK, &p->before, NULL);
}
