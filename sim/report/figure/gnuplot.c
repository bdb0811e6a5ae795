/* sim/report/figure/gnuplot.c - see gnuplot.h. */
#include "sim/report/figure/gnuplot.h"

#include "sim/report/page/html_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    CHUNK = 1 << 16,
    MOST_OUTPUT = 1 << 26, /* bytes; a page of figures is under one in a hundred of this */
    MOST_COMPLAINT = 2048,
};

enum { IN, OUT, ERR, N_STREAMS };

struct child {
    pid_t pid;
    int ours[N_STREAMS], theirs[N_STREAMS]; /* -1: closed */
    struct hr_html drawn;
    char complaint[MOST_COMPLAINT];
    size_t complained;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_all(struct child *c)
{
    for (int i = 0; i < N_STREAMS; i++) {
        close_fd(&c->ours[i]);
        close_fd(&c->theirs[i]);
    }
}

/* The same stream on a descriptor above the standard ones, closed in any other program: with
 * our standard streams closed, a fresh descriptor may be 0, 1 or 2, and must not be overwritten
 * while the child's are put in place. */
static int raised(int fd)
{
    const int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (fd >= 0)
        close(fd);
    return high;
}

/* Input goes through a socket, not a pipe: writing to a child that has died is then an error
 * (MSG_NOSIGNAL) without touching the signals of the program that we are part of. */
static bool open_streams(struct child *c)
{
    for (int i = 0; i < N_STREAMS; i++) {
        int fd[2] = {-1, -1};

        if (i == IN ? socketpair(AF_UNIX, SOCK_STREAM, 0, fd) : pipe(fd))
            return false;
        c->ours[i] = raised(i == IN ? fd[1] : fd[0]);
        c->theirs[i] = raised(i == IN ? fd[0] : fd[1]);
        if (c->ours[i] < 0 || c->theirs[i] < 0)
            return false;
        fcntl(c->ours[i], F_SETFL, O_NONBLOCK);
    }
    return true;
}

static int spawn(struct child *c, const char *program)
{
    static const char path_key[] = "PATH=";
    const char *const path = getenv("PATH");
    char *name = hr_arena_text(c->drawn.arena, program, strlen(program));
    char *dflt = hr_arena_text(c->drawn.arena, "--default-settings", 18);
    char *locale = hr_arena_text(c->drawn.arena, "LC_ALL=C.UTF-8", 14);
    char *env_path = hr_arena_printf(c->drawn.arena, "%s%s", path_key, path ? path : "");
    char *argv[] = {name, dflt, NULL};
    char *env[] = {env_path, locale, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t signals;
    int error;

    posix_spawn_file_actions_init(&files);
    for (int i = 0; i < N_STREAMS; i++)
        posix_spawn_file_actions_adddup2(&files, c->theirs[i], i);
    posix_spawnattr_init(&attr);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attr, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attr, &signals);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    error = posix_spawnp(&c->pid, name, &files, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    for (int i = 0; i < N_STREAMS; i++)
        close_fd(&c->theirs[i]);
    return error;
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void feed(struct child *c, const char **script, size_t *left)
{
    const ssize_t n =
        send(c->ours[IN], *script, *left < CHUNK ? *left : CHUNK, MSG_NOSIGNAL);

    if (n > 0) {
        *script += n;
        *left -= (size_t)n;
    }
    if (*left == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        close_fd(&c->ours[IN]);
}

static void take(struct child *c, int stream, char *buffer)
{
    const ssize_t n = read(c->ours[stream], buffer, CHUNK);

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close_fd(&c->ours[stream]);
    } else if (n > 0 && stream == OUT) {
        hr_html_bytes(&c->drawn, buffer, (size_t)n);
    } else if (n > 0) {
        const size_t room = sizeof c->complaint - 1 - c->complained;
        const size_t kept = (size_t)n < room ? (size_t)n : room;

        memcpy(c->complaint + c->complained, buffer, kept);
        c->complained += kept;
    }
}

/* Feed and read until the child has closed its output.  False: too long or too much. */
static bool converse(struct child *c, const char *script, size_t left, int timeout_ms)
{
    const int64_t end = now_ms() + timeout_ms;
    char *buffer = hr_arena_alloc(c->drawn.arena, CHUNK, 1);

    if (left == 0)
        close_fd(&c->ours[IN]);
    while (c->ours[OUT] >= 0 || c->ours[ERR] >= 0) {
        struct pollfd p[N_STREAMS];
        const int64_t wait = end - now_ms();

        if (wait <= 0 || c->drawn.length > MOST_OUTPUT)
            return false;
        for (int i = 0; i < N_STREAMS; i++) /* poll leaves negative descriptors out */
            p[i] = (struct pollfd){.fd = c->ours[i], .events = i == IN ? POLLOUT : POLLIN};
        if (poll(p, N_STREAMS, (int)wait) < 0 && errno != EINTR)
            return false;
        if (p[IN].revents)
            feed(c, &script, &left);
        for (int i = OUT; i <= ERR; i++)
            if (p[i].revents)
                take(c, i, buffer);
    }
    return true;
}

/* What went wrong: the last line of its standard error, after the command and the caret that
 * point at the place. */
static void explain(const struct child *c, int status, char *why, size_t n)
{
    const char *line = c->complaint, *last = "";

    for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *text = line + strspn(line, " \t");

        if (*text && *text != '\n' && (strchr(text, '\n') || !*last)) /* not half a line */
            last = text;
    }
    if (*last)
        snprintf(why, n, "gnuplot failed: %.*s.", (int)strcspn(last, "\n"), last);
    else if (WIFSIGNALED(status))
        snprintf(why, n, "gnuplot was ended by signal %d.", WTERMSIG(status));
    else
        snprintf(why, n, "gnuplot ended with status %d.", WEXITSTATUS(status));
}

bool hr_gnuplot_run(const struct hr_gnuplot *g, const char *script, size_t script_length,
                    struct hr_arena *a, const char **out, size_t *length, char *why,
                    size_t n)
{
    struct child c = {.ours = {-1, -1, -1}, .theirs = {-1, -1, -1}};
    int status = 0, error;
    bool in_time;

    hr_html_init(&c.drawn, a);
    error = open_streams(&c) ? spawn(&c, g->program) : errno;
    if (error) {
        close_all(&c);
        snprintf(why, n, "%s could not be started: %s.", g->program, strerror(error));
        return false;
    }
    in_time = converse(&c, script, script_length, g->timeout_ms);
    if (!in_time)
        kill(c.pid, SIGKILL);
    close_all(&c);
    while (waitpid(c.pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!in_time)
        snprintf(why, n, "gnuplot took longer than %d s, or drew too much.",
                 g->timeout_ms / 1000);
    else if (status != 0)
        explain(&c, status, why, n);
    *out = c.drawn.text;
    *length = c.drawn.length;
    return in_time && status == 0;
}

const char *hr_gnuplot_quoted(struct hr_arena *a, const char *text)
{
    const char *s = hr_html_clean(a, text, 1);
    char *out = hr_arena_alloc(a, 2 * strlen(s) + 3, 1), *to = out;

    *to++ = '\'';
    for (; *s; s++) {
        if (*s == '\'')
            *to++ = '\'';
        *to++ = *s;
    }
    *to++ = '\'';
    *to = '\0';
    return out;
}
