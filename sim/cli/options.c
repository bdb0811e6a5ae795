/* sim/cli/options.c - see options.h. */
#include "sim/cli/options.h"

#include "sim/cli/terminal.h"
#include "sim/scenario/tree/tree.h"
#include "sim/scenario/value/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct hr_settings hr_settings_default(void)
{
    return (struct hr_settings){.episodes = -1, .pairs = 10, .seed = 1};
}

/* --- values ------------------------------------------------------------------------------- */

struct reader {
    const struct hr_option *options;
    char *const *words;
    size_t n, next; /* words; the one to be looked at next */
    char *base;     /* the settings, by bytes */
    struct hr_settings *s;
    struct hr_arena *a;
};

static void append(struct hr_cli_list *list, const char *text, struct hr_arena *a)
{
    if (list->n == list->room) {
        const char **more = hr_arena_alloc(a, 2 * list->room + 8, sizeof *more);

        if (list->n)
            memcpy(more, list->at, list->n * sizeof *more);
        list->at = more;
        list->room = 2 * list->room + 8;
    }
    list->at[list->n++] = text;
}

static const char *set_count(int64_t *to, const char *text)
{
    char *end;
    const long long x = strtoll(text, &end, 10);

    if (end == text || *end != '\0' || x < 1 || x > 1000000)
        return "takes a whole number from 1 to 1000000";
    *to = x;
    return NULL;
}

static const char *set_auto(int64_t *to, const char *text)
{
    if (strcmp(text, "auto") != 0)
        return set_count(to, text) ? "takes a whole number from 1 to 1000000, or auto"
                                   : NULL;
    *to = 0;
    return NULL;
}

static const char *set_number(uint64_t *to, const char *text)
{
    char *end;
    const unsigned long long x = strtoull(text, &end, 10);

    if (end == text || *end != '\0' || text[0] == '-' || x > INT64_MAX)
        return "takes a whole number";
    *to = x;
    return NULL;
}

static const char *set_duration(double *to, const char *text)
{
    const char *why = NULL;
    hr_time t;

    if (strcmp(text, "none") == 0) {
        *to = HUGE_VAL;
        return NULL;
    }
    if (!hr_value_duration((struct hr_text){text, strlen(text)}, &t, &why) || t <= 0)
        return "takes a duration, such as 90s or 2m, or none";
    *to = hr_time_s(t);
    return NULL;
}

static const char *set_share(double *to, const char *text)
{
    const char *why = NULL;
    double x;

    if (!hr_value_share((struct hr_text){text, strlen(text)}, &x, &why) ||
        !(x > 0 && x < 1))
        return "takes a share between 0% and 100%, such as 2%";
    *to = x;
    return NULL;
}

static const char *set_choice(int *to, const char *text, const struct hr_option *o,
                              struct hr_arena *a)
{
    const char *all = "";

    for (int i = 0; o->choices[i]; i++) {
        if (strcmp(o->choices[i], text) == 0) {
            *to = i;
            return NULL;
        }
        all = hr_arena_printf(a, "%s%s%s", all, i ? ", " : "", o->choices[i]);
    }
    return hr_arena_printf(a, "takes one of %s", all);
}

/* Store a value; NULL, or what the option takes. */
static const char *assign(struct reader *r, const struct hr_option *o, const char *text)
{
    void *to = r->base + o->offset;

    switch (o->kind) {
    case HR_OPTION_FLAG:
        *(bool *)to = true;
        return NULL;
    case HR_OPTION_COUNT:
        return set_count(to, text);
    case HR_OPTION_AUTO:
        return set_auto(to, text);
    case HR_OPTION_NUMBER:
        return set_number(to, text);
    case HR_OPTION_DURATION:
        return set_duration(to, text);
    case HR_OPTION_SHARE:
        return set_share(to, text);
    case HR_OPTION_CHOICE:
        return set_choice(to, text, o, r->a);
    case HR_OPTION_LIST:
        append(to, text, r->a);
        return NULL;
    case HR_OPTION_TEXT:
        break;
    }
    *(const char **)to = text;
    return NULL;
}

/* --- words -------------------------------------------------------------------------------- */

static const char *unknown(struct reader *r, const char *shown, const char *name, size_t n)
{
    const char *names[64];
    const char *near;
    size_t k = 0;

    for (const struct hr_option *o = r->options; o->name && k + 1 < 64; o++)
        names[k++] = o->name;
    names[k] = NULL;
    near = hr_nearest(hr_arena_text(r->a, name, n), names);
    shown = hr_shown(r->a, shown, strlen(shown));
    if (near)
        return hr_arena_printf(r->a, "unknown option `%s`; did you mean `--%s`?", shown,
                               near);
    return hr_arena_printf(r->a, "unknown option `%s`", shown);
}

/* The value of `o`: `joined` if there is one, else the next word. */
static const char *take(struct reader *r, const struct hr_option *o, const char *joined)
{
    const char *text = joined;
    const char *why;

    if (!o->argument) {
        if (joined)
            return hr_arena_printf(r->a, "`--%s` takes no value", o->name);
        return assign(r, o, ""); /* a flag reads no value */
    }
    if (!text && r->next < r->n)
        text = r->words[r->next++];
    if (!text)
        return hr_arena_printf(r->a, "`--%s` needs a value: --%s %s", o->name, o->name,
                               o->argument);
    why = assign(r, o, text);
    if (!why)
        return NULL;
    return hr_arena_printf(r->a, "`--%s` %s, not `%s`", o->name, why,
                           hr_shown(r->a, text, strlen(text)));
}

static const char *read_long(struct reader *r, const char *word)
{
    const char *name = word + 2;
    const size_t n = strcspn(name, "=");

    for (const struct hr_option *o = r->options; o->name; o++)
        if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
            return take(r, o, name[n] == '=' ? name + n + 1 : NULL);
    return unknown(r, word, name, n);
}

static const char *read_short(struct reader *r, const char *word)
{
    for (const char *c = word + 1; *c; c++) {
        const struct hr_option *o = r->options;
        const char *why;

        while (o->name && o->letter != *c)
            o++;
        if (!o->name)
            return unknown(r, word, c, 1);
        if (o->argument) /* the rest of the word is its value */
            return take(r, o, c[1] ? c + 1 + (c[1] == '=') : NULL);
        why = take(r, o, NULL);
        if (why)
            return why;
    }
    return NULL;
}

const char *hr_options_read(const struct hr_option *options, char *const *words, size_t n,
                            struct hr_settings *s, struct hr_arena *a)
{
    struct reader r = {options, words, n, 0, (char *)s, s, a};
    bool ended = false;

    while (r.next < n) {
        const char *word = words[r.next++];
        const char *why = NULL;

        if (ended || word[0] != '-' || word[1] == '\0')
            append(&s->operands, word, a);
        else if (strcmp(word, "--") == 0)
            ended = true;
        else
            why = word[1] == '-' ? read_long(&r, word) : read_short(&r, word);
        if (why)
            return why;
    }
    return NULL;
}

/* --- help --------------------------------------------------------------------------------- */

static const char *left_side(const struct hr_option *o, struct hr_arena *a)
{
    const char *argument = o->argument ? o->argument : "";

    if (o->letter)
        return hr_arena_printf(a, "-%c, --%s %s", o->letter, o->name, argument);
    return hr_arena_printf(a, "    --%s %s", o->name, argument);
}

const char *hr_options_help(const struct hr_option *options, int width, struct hr_arena *a)
{
    const char *text = "";
    int left = 0;

    for (const struct hr_option *o = options; o->name; o++) {
        const int n = (int)strlen(left_side(o, a));
        left = n > left ? n : left;
    }
    for (const struct hr_option *o = options; o->name; o++)
        text = hr_arena_printf(a, "%s%s", text,
                               hr_wrap(hr_arena_printf(a, "  %-*s ", left, left_side(o, a)),
                                       o->help, width, a));
    return text;
}
