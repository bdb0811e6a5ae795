/* sim/results/file.c - see file.h and hr_file_write in results.h.
 *
 * A rename within one folder is atomic; the data are on the disk before it and the folder is
 * after it, so neither a crash nor a full disk leaves half a file under the final name. */
#include "sim/results/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* `why` = "what: reason of the system".  strerror_r, because results may be written while
 * other threads work. */
static enum hr_io failed(enum hr_io status, char *why, size_t n, const char *what,
                         int error)
{
    char reason[128];

    if (strerror_r(error, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", error);
    if (n > 0)
        snprintf(why, n, "%s: %s", what, reason);
    return status;
}

static enum hr_io refused(enum hr_io status, char *why, size_t n, const char *what)
{
    if (n > 0)
        snprintf(why, n, "%s", what);
    return status;
}

/* 0, or errno. */
static int write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t done = write(fd, text, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        text += done;
        length -= (size_t)done;
    }
    return 0;
}

/* Make the rename itself last.  Some file systems cannot sync a folder; the file is in its
 * place all the same, so that is not an error. */
static void sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

/* A file that did not exist before, in `folder`; its name goes to `name`.  Short, because the
 * final name may already be as long as a name can be.  -1 and errno on failure. */
static int open_temporary(const char *folder, char *name, size_t n)
{
    for (int i = 0; i < 1000; i++) {
        int fd;
        if (snprintf(name, n, "%s/.headroom-%ld-%d.tmp", folder, (long)getpid(), i) >=
            (int)n) {
            errno = ENAMETOOLONG;
            return -1;
        }
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static void folder_of(const char *path, char *folder)
{
    const char *slash = strrchr(path, '/');

    snprintf(folder, PATH_MAX, "%.*s",
             slash == NULL   ? 1
             : slash == path ? 1
                             : (int)(slash - path),
             slash == NULL ? "." : path);
}

static enum hr_io replace(const char *path, const char *text, size_t length, char *why,
                          size_t n)
{
    char folder[PATH_MAX], temporary[PATH_MAX + 64];
    int fd, error;

    folder_of(path, folder);
    fd = open_temporary(folder, temporary, sizeof temporary);
    if (fd < 0)
        return failed(HR_IO_WRITE, why, n, "cannot create a file in its folder", errno);
    error = write_all(fd, text, length);
    if (error == 0 && fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        error = errno;
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && rename(temporary, path) != 0)
        error = errno;
    if (error != 0) {
        (void)unlink(temporary);
        return failed(HR_IO_WRITE, why, n, "cannot write it", error);
    }
    sync_folder(folder);
    return HR_IO_OK;
}

/* A pipe or a device (/dev/stdout, /dev/null): written to, never replaced. */
static enum hr_io write_through(const char *path, const char *text, size_t length,
                                char *why, size_t n)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    int error;

    if (fd < 0)
        return failed(HR_IO_WRITE, why, n, "cannot open it", errno);
    error = write_all(fd, text, length);
    if (close(fd) != 0 && error == 0)
        error = errno;
    return error == 0 ? HR_IO_OK : failed(HR_IO_WRITE, why, n, "cannot write it", error);
}

enum hr_io hr_file_write(const char *path, const char *text, size_t length, char *why,
                         size_t n)
{
    struct stat st;
    char real[PATH_MAX];

    if (path[0] == '\0' || strlen(path) >= PATH_MAX)
        return refused(HR_IO_WRITE, why, n, "not a usable file name");
    if (stat(path, &st) != 0) {
        if (errno != ENOENT)
            return failed(HR_IO_WRITE, why, n, "cannot write it", errno);
        return replace(path, text, length, why, n);
    }
    if (S_ISDIR(st.st_mode))
        return refused(HR_IO_WRITE, why, n, "is a folder");
    if (!S_ISREG(st.st_mode))
        return write_through(path, text, length, why, n);
    if (access(path, W_OK) != 0)
        return failed(HR_IO_WRITE, why, n, "cannot replace it", errno);
    /* Through a symbolic link, the file that it names is replaced and the link stays. */
    if (realpath(path, real) == NULL)
        return failed(HR_IO_WRITE, why, n, "cannot replace it", errno);
    return replace(real, text, length, why, n);
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum hr_io read_all(int fd, unsigned char *bytes, size_t length, char *why, size_t n)
{
    size_t have = 0;

    while (have < length) {
        const ssize_t got = read(fd, bytes + have, length - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed(HR_IO_READ, why, n, "cannot read it", errno);
        if (got == 0)
            return refused(HR_IO_READ, why, n, "became shorter while it was read");
        have += (size_t)got;
    }
    return HR_IO_OK;
}

enum hr_io hr_file_read(const char *path, size_t most, unsigned char **bytes,
                        size_t *length, char *why, size_t n)
{
    /* O_NONBLOCK: opening a pipe that nobody writes to must not wait for ever. */
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    enum hr_io status = HR_IO_OK;

    *bytes = NULL;
    if (fd < 0)
        return failed(HR_IO_READ, why, n, "cannot open it", errno);
    if (fstat(fd, &st) != 0)
        status = failed(HR_IO_READ, why, n, "cannot read it", errno);
    else if (!S_ISREG(st.st_mode))
        status = refused(HR_IO_READ, why, n, "is not a file");
    else if ((uintmax_t)st.st_size > most)
        status = refused(HR_IO_FORMAT, why, n, "is larger than any results file");
    if (status == HR_IO_OK) {
        *length = (size_t)st.st_size;
        *bytes = hr_heap_resize(NULL, *length + 1, 1);
        status = read_all(fd, *bytes, *length, why, n);
    }
    if (status != HR_IO_OK)
        *bytes = hr_heap_resize(*bytes, 0, 0);
    (void)close(fd);
    return status;
}
