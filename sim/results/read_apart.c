/* sim/results/read_apart.c - reading a results file in a process of its own.
 *
 * The HDF5 library can be made to crash by the bytes of a file (a few flipped ones in every
 * twenty files do it to 1.10).  So a child reads: it can open no other file, write none, use
 * no more than half a minute of CPU, and hands the set back through a pipe.  When it dies the
 * file is refused, and that is all that happens. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/results/file.h"
#include "sim/results/read.h"
#include "sim/results/wire.h"

#define FILE_MOST ((size_t)1 << 30) /* bytes of a results file */
#define WIRE_MOST ((size_t)3 << 30) /* bytes that the child may send */

enum { CPU_S = 30 };
enum { SENT_SET = 'R', SENT_REFUSAL = 'F' };

/* ---- the child ---------------------------------------------------------------------------- */

static void send_all(int fd, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    while (n > 0) {
        const ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            _exit(1);
        p += done;
        n -= (size_t)done;
    }
}

/* Nothing that goes wrong in the child may be seen, heard or left behind. */
static void confine(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGABRT, SIGFPE, SIGILL,
                                  SIGXCPU, SIGPIPE, SIGINT,  SIGTERM};
    const struct rlimit none = {0, 0}, cpu = {CPU_S, CPU_S};
    const int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)signal(signals[i], SIG_DFL);
    (void)setsid(); /* libc writes its last words to the terminal, if there is one */
    if (quiet >= 0) {
        (void)dup2(quiet, STDOUT_FILENO);
        (void)dup2(quiet, STDERR_FILENO);
    }
    (void)setrlimit(RLIMIT_CPU, &cpu);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setrlimit(RLIMIT_FSIZE, &none);
    (void)setrlimit(RLIMIT_NOFILE, &none);
}

static _Noreturn void read_in_child(int to, const unsigned char *bytes, size_t length)
{
    char why[256] = "";
    struct hr_arena *a;
    struct hr_results *r;
    unsigned char *encoded;
    size_t n;

    confine();
    a = hr_arena_create();
    r = hr_results_parse(bytes, length, a, why, sizeof why);
    if (r == NULL) {
        send_all(to, &(char){SENT_REFUSAL}, 1);
        send_all(to, why, strlen(why));
        _exit(0);
    }
    encoded = hr_wire_encode(r, &n);
    send_all(to, &(char){SENT_SET}, 1);
    send_all(to, encoded, n);
    _exit(0);
}

/* ---- the parent --------------------------------------------------------------------------- */

/* Everything that comes through the pipe; NULL (and *n = 0) when it is too much. */
static unsigned char *receive(int from, size_t *n)
{
    size_t room = 0;
    unsigned char *bytes = NULL;

    *n = 0;
    for (;;) {
        ssize_t got;
        if (room - *n < 65536) {
            room = room == 0 ? (size_t)1 << 20 : 2 * room;
            bytes = hr_heap_resize(bytes, room, 1);
        }
        got = read(from, bytes + *n, room - *n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got > 0)
            *n += (size_t)got;
        if (got == 0)
            return bytes;
        if (got < 0 || *n > WIRE_MOST) {
            *n = 0;
            return hr_heap_resize(bytes, 0, 0);
        }
    }
}

/* True if the child ended as it should. */
static bool reap(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Start a child that reads; its end of the pipe is *from.  -1 on failure. */
static pid_t start_child(const unsigned char *bytes, size_t length, int *from)
{
    int ends[2];
    pid_t child;

    if (pipe(ends) != 0)
        return -1;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        read_in_child(ends[1], bytes, length);
    }
    (void)close(ends[1]);
    if (child < 0)
        (void)close(ends[0]);
    *from = ends[0];
    return child;
}

static struct hr_results *parse_apart(const unsigned char *bytes, size_t length,
                                      struct hr_arena *a, char *why, size_t n)
{
    struct hr_results *r = NULL;
    int from = -1;
    const pid_t child = start_child(bytes, length, &from);
    unsigned char *sent;
    size_t n_sent;
    bool ended;

    if (child < 0) {
        snprintf(why, n, "no process could be started to read it");
        return NULL;
    }
    sent = receive(from, &n_sent);
    (void)close(from);
    ended = reap(child);
    snprintf(why, n, "is damaged: the HDF5 library cannot read it");
    if (ended && n_sent > 0 && sent[0] == SENT_SET)
        r = hr_wire_decode(sent + 1, n_sent - 1, a);
    else if (ended && n_sent > 1)
        snprintf(why, n, "%.*s", (int)(n_sent - 1 < 250 ? n_sent - 1 : 250),
                 (const char *)sent + 1);
    hr_heap_resize(sent, 0, 0);
    return r;
}

struct hr_results *hr_results_read(const char *path, struct hr_arena *a, enum hr_io *status,
                                   char *why, size_t n)
{
    unsigned char *bytes;
    struct hr_results *r;
    size_t length = 0;

    *status = hr_file_read(path, FILE_MOST, &bytes, &length, why, n);
    if (*status != HR_IO_OK)
        return NULL;
    r = parse_apart(bytes, length, a, why, n);
    hr_heap_resize(bytes, 0, 0);
    if (r == NULL)
        *status = HR_IO_FORMAT;
    else if (n > 0)
        why[0] = '\0';
    return r;
}
