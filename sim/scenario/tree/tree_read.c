/* sim/scenario/tree/tree_read.c - files into memory: see tree.h. */
#include "sim/scenario/tree/tree.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *shown_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

static void unreadable(struct hr_diags *ds, struct hr_loc at, const char *path, int why)
{
    const char *name = hr_shown(ds->arena, path, strlen(path));
    const char *reason = "cannot be read";

    if (why == ENOENT)
        reason = "does not exist";
    else if (why == EACCES)
        reason = "may not be read by this user";
    else if (why == EISDIR)
        reason = "is a folder";
    hr_diag_add(ds, HR_E101, at, "%s %s", name, reason);
}

/* Grows by doubling outside the arena, one byte beyond the limit at most. */
static char *slurp(FILE *f, size_t *length)
{
    size_t room = 0, n = 0, got;
    char *buf = NULL;

    do {
        if (n == room) {
            room = room ? 2 * room : 1 << 16;
            buf = hr_heap_resize(buf, room, 1);
        }
        got = fread(buf + n, 1, room - n, f);
        n += got;
    } while (got > 0 && n <= HR_TREE_BYTES);
    *length = n;
    return buf;
}

const char *hr_tree_load(const char *path, struct hr_loc at, size_t *length,
                         struct hr_diags *ds)
{
    const bool in = strcmp(path, "-") == 0;
    FILE *f = in ? stdin : fopen(path, "rb");
    const char *text = NULL;
    struct stat st;

    if (!f) {
        unreadable(ds, at, path, errno);
        return NULL;
    }
    if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
        unreadable(ds, at, path, EISDIR);
    } else {
        char *buf = slurp(f, length);
        if (ferror(f))
            unreadable(ds, at, shown_name(path), EIO);
        else if (*length > HR_TREE_BYTES)
            hr_diag_add(ds, HR_E106, at, "%s has more than %d MiB",
                        hr_shown(ds->arena, path, strlen(path)), HR_TREE_BYTES >> 20);
        else
            text = hr_arena_text(ds->arena, buf, *length);
        hr_heap_resize(buf, 0, 1);
    }
    if (!in)
        fclose(f);
    return text;
}

struct hr_node *hr_tree_read(const char *path, struct hr_diags *ds)
{
    const char *name = shown_name(path);
    size_t length;
    const char *text = hr_tree_load(path, (struct hr_loc){.file = name}, &length, ds);

    return text ? hr_tree_parse(name, text, length, ds) : NULL;
}

/* ---- below a folder ------------------------------------------------------------------------ */

static bool climbs(const char *name)
{
    for (const char *s = name; s; s = strchr(s, '/')) {
        s += *s == '/';
        if (strncmp(s, "..", 2) == 0 && (s[2] == '/' || s[2] == '\0'))
            return true;
    }
    return false;
}

static bool within(const char *file, const char *folder)
{
    const size_t n = strlen(folder);

    return strcmp(folder, "/") == 0 || (strncmp(file, folder, n) == 0 && file[n] == '/');
}

const char *hr_tree_below(const char *folder, const char *name, struct hr_arena *a,
                          enum hr_code *code, const char **why)
{
    const bool here = !folder || folder[0] == '\0';
    char top[PATH_MAX], real[PATH_MAX];
    struct stat st;

    *code = HR_E123;
    *why = "lies outside of the scenario's folder";
    if (name[0] == '/' || climbs(name))
        return NULL;
    const char *slash = here || folder[strlen(folder) - 1] == '/' ? "" : "/";
    const char *path = hr_arena_printf(a, "%s%s%s", here ? "" : folder, slash, name);
    if (!realpath(path, real) || !realpath(here ? "." : folder, top)) {
        *code = HR_E101;
        *why = "does not exist, or may not be read";
        return NULL;
    }
    *why = "leads out of the scenario's folder";
    if (!within(real, top))
        return NULL;
    if (stat(real, &st) == 0 && S_ISREG(st.st_mode))
        return path;
    *code = HR_E101;
    *why = "is not a plain file";
    return NULL;
}
