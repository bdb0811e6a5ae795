/* sim/system/ledger.c - identities that every run keeps, whatever the model.
 *
 *   calls in = ended + in flight, at every component;
 *   time-integral of the number present = sum of sojourns (of the ended, and of the present
 *     so far): exact, in integers modulo 2^64 ns, which no error of less than 580 years of
 *     sojourn passes.  The integral is the sum of the times of leaving less that of the times
 *     of coming, and a sojourn lasts from when its frame says that it came: the times of
 *     leaving are in both and need not be added up;
 *   CPU time delivered by the cores = CPU time taken by work: within what a core does in one
 *     nanosecond, a piece, because completions are rounded up to the clock;
 *   tasks valid = good + bad, of every kind, for every traffic class;
 *   messages in = done + waiting + in flight + dead + expired, where they are kept (message.c);
 *   where the time of a sampled task went adds up to its latency, to the nanosecond.
 * A violation is an error of ours; it is kept in the record and turns the report red. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

void hr_ledger_violated(struct hr_run *run, const char *identity, uint32_t part,
                        double left, double right)
{
    struct hr_record *r = &run->record;

    if (r->n_violations < HR_VIOLATIONS_KEPT)
        r->violations[r->n_violations++] =
            (struct hr_violation){identity, part, left, right};
}

/* CPU time that the piece in progress of a frame has had: it runs, or it waits, perhaps because
 * another has taken the core from it. */
static void count_begun(struct hr_run *run, const struct frame *f)
{
    if (f->state != FRAME_CPU && f->state != FRAME_CPU_QUEUE)
        return;
    struct instance *i = &run->instances[f->instance];
    const double left = f->state == FRAME_CPU ? f->work - i->v : f->work;

    i->done += (double)f->demand - left;
    hr_cpu_imprecise(i, f);
}

/* Calls that are at a component now: by looking, not by counting. */
static void count_present(struct hr_run *run, uint64_t *present)
{
    for (uint32_t c = 0; c < run->frames.used; c++) {
        if (!hr_frame_live(run, c))
            continue;
        const struct frame *f = hr_frame(run, c);

        if (!hr_frame_present(f))
            continue;
        present[f->component]++;
        run->record.parts[f->component].came -= (uint64_t)f->began;
        count_begun(run, f);
    }
    /* Work of branches is on the CPU, too. */
    for (uint32_t c = 0; c < run->frames.used; c++) {
        if (!hr_frame_live(run, c))
            continue;
        const struct frame *f = hr_frame(run, c);
        if (f->kind == FRAME_BRANCH)
            count_begun(run, f);
    }
}

static void check_cpu(struct hr_run *run, uint32_t part)
{
    const struct part *p = &run->parts[part];
    double delivered = 0, done = 0, slack = 1000;

    for (uint32_t k = 0; k < p->n_instances; k++) {
        struct instance *i = &run->instances[p->first_instance + k];

        hr_cpu_update(run, i);
        delivered += i->delivered;
        done += i->done;
        slack += i->rounded + 1e-9 * i->delivered;
    }
    if (delivered - done > slack || done - delivered > slack)
        hr_ledger_violated(run, "CPU time delivered = CPU time of work", part, delivered,
                           done);
}

static void check_part(struct hr_run *run, uint32_t i, uint64_t seen)
{
    const struct hr_part_record *r = &run->record.parts[i];
    uint64_t left = seen;

    for (size_t how = 0; how < sizeof r->ended / sizeof *r->ended; how++)
        left += r->ended[how];
    if (r->in != left)
        hr_ledger_violated(run, "calls in = ended + in flight", i, (double)r->in,
                           (double)left);
    if (r->came != 0)
        hr_ledger_violated(run, "integral of the number present = sum of sojourns", i,
                           -(double)(int64_t)r->came, 0);
    check_cpu(run, i);
}

void hr_ledger_check(struct hr_run *run)
{
    const uint32_t n = run->plan->n_components;
    uint64_t *present = hr_arena_alloc(run->arena, n, sizeof *present);

    count_present(run, present);
    for (uint32_t i = 0; i < n; i++)
        check_part(run, i, present[i]);
    for (uint32_t i = 0; i < run->record.n_rows; i++) {
        const struct hr_row_record *r = &run->record.rows[i];
        const uint64_t all = r->good + r->late + r->failed + r->timed_out + r->throttled +
                             r->refused + r->unfinished;
        if (all != r->valid)
            hr_ledger_violated(run, "tasks valid = good + bad",
                               run->plan->rows[i].component, (double)r->valid, (double)all);
    }
    hr_messages_check(run);
    if (run->unbalanced_paths > 0)
        hr_ledger_violated(run, "where the time goes = latency", HR_NONE,
                           (double)run->unbalanced_paths, 0);
}
