/* sim/cli/explain_law.c - headroom explain lognormal: the families of laws, from their table. */
#include "sim/cli/explain.h"
#include "sim/engine/law.h"

#include <string.h>

/* A value of each figure, such that every set of them that a family accepts makes a law. */
static const char *const examples[][2] = {
    {"mean", "10ms"}, {"cv", "0.7"},    {"sd", "3ms"},     {"p50", "8ms"},  {"p90", "20ms"},
    {"p95", "30ms"},  {"p99", "60ms"},  {"p999", "120ms"}, {"min", "5ms"},  {"max", "40ms"},
    {"shape", "1.5"}, {"scale", "8ms"}, {"stages", "3"},   {"mode", "8ms"},
};

static const char *example(const struct hr_law_family *f, const char *figure, size_t n)
{
    if (f->kind == HR_LAW_HYPEREXPONENTIAL && n == 2) /* varies more than an exponential */
        return memcmp(figure, "cv", n) == 0 ? "2" : "20ms";
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        if (strlen(examples[i][0]) == n && memcmp(examples[i][0], figure, n) == 0)
            return examples[i][1];
    return "1";
}

/* "lognormal(p50=8ms p99=60ms)" of the set "p50 p99". */
static const char *form(const struct hr_cli *cli, const struct hr_law_family *f,
                        const char *set, size_t n)
{
    const char *text = hr_arena_printf(cli->arena, "%s(", f->name);

    for (size_t i = 0; i < n;) {
        const size_t word = strcspn(set + i, " |");

        text = hr_arena_printf(cli->arena, "%s%s%.*s=%s", text, i ? " " : "", (int)word,
                               set + i, example(f, set + i, word));
        i += word + (i + word < n);
    }
    return hr_arena_printf(cli->arena, "%s)", text);
}

static void print_forms(const struct hr_cli *cli, const struct hr_law_family *f)
{
    if (f->kind == HR_LAW_DISCRETE)
        hr_say("  discrete(5ms=90% 80ms=10%)\n");
    if (f->kind == HR_LAW_EMPIRICAL)
        hr_say("  empirical(times.csv)\n\n"
               "The file has a value a line, in s, bytes or a count, or is a CSV with them "
               "in\n"
               "its first column; headroom explain E307 says more.\n");
    if (f->kind == HR_LAW_UNIFORM)
        hr_say("  uniform(5ms..40ms)\n");
    if (f->kind == HR_LAW_EXPONENTIAL)
        hr_say("  exponential(10ms)\n");
    for (const char *set = f->accepts; *set;) {
        const size_t n = strcspn(set, "|");

        hr_say(hr_arena_printf(cli->arena, "  %s\n", form(cli, f, set, n)));
        set += n + (set[n] == '|');
    }
}

static void print_family(const struct hr_cli *cli, const struct hr_law_family *f)
{
    hr_say(
        hr_arena_printf(cli->arena, "%s: a law of durations, sizes or counts\n", f->name));
    hr_say(hr_wrap("  ", f->help, cli->terminal.width, cli->arena));
    hr_say("\nWays to write it, without commas:\n");
    print_forms(cli, f);
    if (f->accepts[0] == '\0')
        return;
    hr_say("\n");
    hr_say(hr_wrap("",
                   "mean, sd, quantiles, min, mode, max and scale are in the unit of what "
                   "is drawn; cv is sd / mean. The law is fitted so that what is drawn has "
                   "these figures.",
                   cli->terminal.width, cli->arena));
}

bool hr_explain_law(const struct hr_cli *cli, const char *word)
{
    for (const struct hr_law_family *f = hr_law_families; f->name; f++)
        if (strcmp(f->name, word) == 0) {
            print_family(cli, f);
            return true;
        }
    if (strcmp(word, "law") != 0 && strcmp(word, "laws") != 0)
        return false;
    hr_say("laws: how a duration, a size or a count is distributed\n");
    for (const struct hr_law_family *f = hr_law_families; f->name; f++)
        hr_say(hr_wrap(hr_arena_printf(cli->arena, "  %-16s ", f->name), f->help,
                       cli->terminal.width, cli->arena));
    hr_say("\nheadroom explain lognormal says how one is written.\n");
    return true;
}
