/* sim/cli/compare_input.c - see compare_input.h. */
#include "sim/cli/compare_input.h"

#include "sim/cli/output.h"
#include "sim/report/sentence.h"
#include "sim/scenario/tree/tree.h"

#include <string.h>

enum { CONTENDERS_MOST = 64 };

/* --- files ------------------------------------------------------------------------------------- */

static bool is_stored(const char *path)
{
    const size_t n = strlen(path);

    return n > 3 && strcmp(path + n - 3, ".h5") == 0;
}

static bool is_named(const struct hr_compare_input *in, const char *design)
{
    const struct hr_cli_list *names = &in->cli->set->design;

    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->at[i], design) == 0)
            return true;
    return false;
}

/* Of one file all designs, or those of --design and the reference; of several the chosen one of
 * each, or those of --design. */
static bool asked_for(const struct hr_compare_input *in, const char *chosen,
                      const char *design)
{
    const struct hr_settings *set = in->cli->set;
    const char *reference = set->against ? set->against : chosen;
    const bool is_reference = reference && strcmp(reference, design) == 0;

    if (set->design.n > 0)
        return is_named(in, design) || (in->n_sets == 1 && is_reference);
    return in->n_sets == 1 || (chosen && strcmp(chosen, design) == 0);
}

/* Nothing else is simulated. */
static void keep_asked_for(const struct hr_compare_input *in, struct hr_scenario *s)
{
    struct hr_design *kept = hr_arena_alloc(s->arena, s->n_designs, sizeof *kept);
    const char *chosen = s->designs[s->chosen].name;
    size_t n = 0;

    s->chosen = 0;
    for (size_t i = 0; i < s->n_designs; i++) {
        if (!asked_for(in, chosen, s->designs[i].name))
            continue;
        if (strcmp(s->designs[i].name, chosen) == 0)
            s->chosen = n;
        kept[n++] = s->designs[i];
    }
    s->designs = kept;
    s->n_designs = n;
}

/* What the collector says before any run: designs, objectives, classes, and no figure. */
static void describe(const struct hr_compare_input *in, struct hr_compare_set *set)
{
    struct hr_collector *empty = hr_collector_create(set->scenario, 0, in->cli->set->seed);

    set->r = hr_collector_results(empty, in->cli->arena, "", 0);
    hr_collector_destroy(empty);
}

static int no_such_design(const struct hr_compare_input *in, const char *path)
{
    hr_complain(
        "%s has no design that --design asks for; there is nothing to compare of it",
        hr_shown(in->cli->arena, path, strlen(path)));
    return HR_EXIT_USAGE;
}

static int load_scenario(struct hr_compare_input *in, struct hr_compare_set *set)
{
    struct hr_settings all = *in->cli->set; /* the reference is not among --design */
    struct hr_cli cli = *in->cli;
    struct hr_diags diags;
    int status = HR_EXIT_DONE;

    all.design = (struct hr_cli_list){0};
    cli.set = &all;
    set->path = hr_load_path(set->path, cli.arena);
    set->stem = hr_load_stem(set->path, cli.arena);
    set->scenario =
        hr_load_or_complain(&cli, set->path, "Nothing was simulated.", &diags, &status);
    in->warned = in->warned || diags.warnings > 0;
    if (!set->scenario)
        return status;
    keep_asked_for(in, set->scenario);
    if (set->scenario->n_designs == 0)
        return no_such_design(in, set->path);
    describe(in, set);
    return HR_EXIT_DONE;
}

/* What was saved by a comparison is named after what was compared. */
static const char *without_ending(const char *stem, struct hr_arena *a)
{
    static const char ending[] = "-compare";
    const size_t n = strlen(stem), k = sizeof ending - 1;

    return n > k && strcmp(stem + n - k, ending) == 0 ? hr_arena_text(a, stem, n - k)
                                                      : stem;
}

static int load_stored(struct hr_compare_input *in, struct hr_compare_set *set)
{
    enum hr_io io = HR_IO_OK;
    char why[256];

    set->stem = without_ending(hr_load_stem(set->path, in->cli->arena), in->cli->arena);
    set->r = hr_results_read(set->path, in->cli->arena, &io, why, sizeof why);
    if (set->r && hr_results_find(set->r, "cost/revenue_lost_by_replication"))
        return HR_EXIT_DONE;
    if (set->r) {
        hr_complain("%s has no figures of single replications: it is of an older version; "
                    "run the scenario again",
                    set->path);
        return HR_EXIT_INPUT;
    }
    hr_complain("cannot read %s: %s", set->path, why);
    return io == HR_IO_FORMAT ? HR_EXIT_INPUT : HR_EXIT_IO;
}

/* --- designs ----------------------------------------------------------------------------------- */

static bool other_has_stem(const struct hr_compare_input *in, size_t set)
{
    for (size_t i = 0; i < in->n_sets; i++)
        if (i != set && strcmp(in->sets[i].stem, in->sets[set].stem) == 0)
            return true;
    return false;
}

/* A file's name: its stem; its folder's before it where two have the same; its number behind it
 * where that does not tell them apart either. */
static const char *file_name(const struct hr_compare_input *in, size_t set)
{
    const struct hr_compare_set *s = &in->sets[set];
    const char *slash = strrchr(s->path, '/'), *from = slash;
    const char *name;

    if (!other_has_stem(in, set))
        return s->stem;
    while (from && from > s->path && from[-1] != '/')
        from--;
    name = slash ? hr_arena_printf(in->cli->arena, "%.*s/%s", (int)(slash - from), from,
                                   s->stem)
                 : s->stem;
    for (size_t i = 0; i < in->n_sets; i++)
        if (i != set && strcmp(in->sets[i].path, s->path) == 0)
            return hr_arena_printf(in->cli->arena, "%s#%zu", name, set + 1);
    return name;
}

/* The design's own name where there is one file; else the file's, and the design's where it has
 * several. */
static const char *name_of(const struct hr_compare_input *in, size_t set,
                           const char *design, size_t of_set)
{
    if (in->n_sets == 1)
        return design;
    return of_set == 1
               ? file_name(in, set)
               : hr_arena_printf(in->cli->arena, "%s:%s", file_name(in, set), design);
}

static int add_contenders(struct hr_compare_input *in, size_t set)
{
    const struct hr_dim *dim = hr_results_dim(in->sets[set].r, "design");
    const char *chosen = hr_results_attr_text(in->sets[set].r, "chosen");
    size_t n = 0;

    for (size_t i = 0; dim && dim->texts && i < dim->n; i++)
        n += asked_for(in, chosen, dim->texts[i]);
    if (in->n_contenders + n > CONTENDERS_MOST) {
        hr_complain("at most %d designs can be compared at once; --design picks some",
                    CONTENDERS_MOST);
        return HR_EXIT_USAGE;
    }
    for (size_t i = 0; dim && dim->texts && i < dim->n; i++)
        if (asked_for(in, chosen, dim->texts[i]))
            in->contenders[in->n_contenders++] =
                (struct hr_contender){.r = in->sets[set].r,
                                      .design = i,
                                      .name = name_of(in, set, dim->texts[i], n)};
    return HR_EXIT_DONE;
}

static const char *names(const struct hr_compare_input *in)
{
    const char *text = "";

    for (size_t i = 0; i < in->n_contenders; i++)
        text = hr_arena_printf(in->cli->arena, "%s%s%s", text, i ? ", " : "",
                               hr_shown(in->cli->arena, in->contenders[i].name,
                                        strlen(in->contenders[i].name)));
    return text;
}

/* --against; else the first file's chosen design, or its first. */
static int find_reference(struct hr_compare_input *in)
{
    const char *against = in->cli->set->against;
    const char *wanted = against ? against : hr_results_attr_text(in->sets[0].r, "chosen");

    for (size_t i = 0; wanted && i < in->n_contenders; i++) {
        const struct hr_contender *c = &in->contenders[i];
        const struct hr_dim *dim = hr_results_dim(c->r, "design");

        if (strcmp(c->name, wanted) != 0 && strcmp(dim->texts[c->design], wanted) != 0)
            continue;
        in->reference = i;
        return HR_EXIT_DONE;
    }
    if (!against)
        return HR_EXIT_DONE;
    hr_complain("--against: no design `%s` is compared here; there are: %s",
                hr_shown(in->cli->arena, against, strlen(against)), names(in));
    return HR_EXIT_USAGE;
}

static int know_designs(const struct hr_compare_input *in)
{
    const struct hr_cli_list *asked = &in->cli->set->design;

    for (size_t k = 0; k < asked->n; k++) {
        bool known = false;

        for (size_t i = 0; i < in->n_sets; i++)
            known = known || hr_dim_index(hr_results_dim(in->sets[i].r, "design"),
                                          asked->at[k]) >= 0;
        if (known)
            continue;
        hr_complain("--design: there is no design `%s` here",
                    hr_shown(in->cli->arena, asked->at[k], strlen(asked->at[k])));
        return HR_EXIT_USAGE;
    }
    return HR_EXIT_DONE;
}

static int find_contenders(struct hr_compare_input *in)
{
    int status = know_designs(in);

    in->contenders =
        hr_arena_alloc(in->cli->arena, CONTENDERS_MOST, sizeof *in->contenders);
    in->n_contenders = 0;
    for (size_t i = 0; i < in->n_sets && status == HR_EXIT_DONE; i++)
        status = add_contenders(in, i);
    if (status != HR_EXIT_DONE)
        return status;
    if (in->n_contenders < 2) {
        hr_complain(
            "there is nothing to compare: %s; give a scenario with several designs, "
            "or several files",
            in->n_contenders ? "there is one design only" : "there is no such design");
        return HR_EXIT_USAGE;
    }
    for (size_t i = 0; i < in->n_contenders; i++)
        hr_contender_count(&in->contenders[i], in->cli->arena);
    return find_reference(in);
}

int hr_compare_input_load(struct hr_compare_input *in)
{
    const struct hr_cli *cli = in->cli;
    const struct hr_cli_list *files = &cli->set->operands;
    const char *why;

    in->folder = cli->set->output ? cli->set->output : "results";
    in->n_sets = files->n;
    in->sets = hr_arena_alloc(cli->arena, files->n, sizeof *in->sets);
    for (size_t i = 0; i < files->n; i++) {
        int status;

        in->sets[i].path = files->at[i];
        status = is_stored(files->at[i]) ? load_stored(in, &in->sets[i])
                                         : load_scenario(in, &in->sets[i]);
        if (status != HR_EXIT_DONE)
            return status;
    }
    why = hr_output_folder(in->folder, cli->arena);
    if (!why)
        return find_contenders(in);
    hr_complain("cannot write to %s: %s", in->folder, why);
    return HR_EXIT_IO;
}

/* --- simulating -------------------------------------------------------------------------------- */

static void store(struct hr_compare_input *in, struct hr_compare_set *set,
                  struct hr_results *r)
{
    const size_t number = (size_t)(set - in->sets);
    const char *stem =
        other_has_stem(in, number)
            ? hr_arena_printf(in->cli->arena, "%s-%zu", set->stem, number + 1)
            : set->stem;
    const char *file =
        hr_arena_printf(in->cli->arena, "%s/%s-compare.h5", in->folder, stem);
    char why[256];

    hr_results_attr(r, "verdict", hr_report_sentence(r, in->cli->arena));
    set->r = r;
    if (hr_results_write(r, file, why, sizeof why) == HR_IO_OK) {
        set->saved = file;
        return;
    }
    hr_complain("cannot write %s: %s", file, why);
    in->status = HR_EXIT_IO;
}

static int simulate(struct hr_compare_input *in, struct hr_compare_set *set)
{
    struct hr_simulation *s = &set->sim;
    const char *const files[] = {set->path};

    (void)hr_simulation_effort(s, in->cli->set); /* there is no --precision to be wrong */
    hr_simulation_init(s, in->cli, set->scenario);
    if (in->cli->terminal.err_is_tty && !in->cli->set->quiet)
        hr_simulation_forecast(s);
    hr_simulation_run(s);
    hr_simulation_shortfall(s);
    if (in->cli->set->stats)
        hr_simulation_stats(s);
    if (s->end.finished == 0)
        return s->end.stopped ? HR_EXIT_INTERRUPTED : HR_EXIT_UNDECIDED;
    store(in, set,
          hr_collector_results(s->collector, in->cli->arena,
                               hr_simulation_history(s, "run", files, 1),
                               hr_collector_status(s->collector, false)));
    if (hr_simulation_violations(s) > 0)
        in->status = HR_EXIT_INTERNAL;
    else if (s->end.stopped)
        in->status = HR_EXIT_INTERRUPTED;
    return HR_EXIT_DONE;
}

int hr_compare_input_simulate(struct hr_compare_input *in)
{
    for (size_t i = 0; i < in->n_sets; i++) {
        const int status = in->sets[i].scenario && in->status != HR_EXIT_INTERRUPTED
                               ? simulate(in, &in->sets[i])
                               : HR_EXIT_DONE;

        if (status != HR_EXIT_DONE)
            return status;
    }
    return find_contenders(in);
}

void hr_compare_input_destroy(struct hr_compare_input *in)
{
    for (size_t i = 0; i < in->n_sets; i++)
        hr_collector_destroy(in->sets[i].sim.collector);
}
