/* sim/system/interpret.c - running the steps of an operation; see steps.h for what they mean.
 *
 * A frame runs its block until a step takes time.  Structured steps run their inner blocks as
 * branch frames and go on when enough of them have ended.  A branch may end while it is being
 * started: `spawning` makes the parent look at the result instead of being called back. */
#include "sim/system/run_inner.h"

static const struct hr_step *step_of(const struct hr_run *run, const struct frame *f)
{
    return &run->plan->steps[f->pc];
}

static double draw_law(struct hr_run *run, const struct frame *f, const struct hr_law *law,
                       int what, uint32_t ordinal)
{
    if (law->kind == HR_LAW_CONSTANT)
        return law->a;
    struct hr_draws d = hr_draws(run->stream, f->key, HR_PURPOSE(what, ordinal));
    return hr_law_draw(law, &d);
}

/* --- the end of a frame ------------------------------------------------------------------ */

static void branch_ended(struct hr_run *run, uint32_t b, enum hr_outcome how);

/* The steps of a call are done, and its model may hold the answer back. */
static HR_APART void leave(struct hr_run *run, uint32_t slot, const struct hr_model *m)
{
    struct frame *f = hr_frame(run, slot);

    if (f->admitted) {
        f->leaving = true;
        if (m->leave(run, f->component, slot))
            return;
    }
    hr_done(run, slot, HR_OK);
}

void hr_resume(struct hr_run *run, hr_call c)
{
    if (hr_frame(run, c)->leaving)
        hr_done(run, c, HR_OK);
    else
        hr_frame_advance(run, c);
}

static void end_frame(struct hr_run *run, uint32_t slot, enum hr_outcome how)
{
    const struct frame *f = hr_frame(run, slot);
    const struct hr_model *m = run->parts[f->component].model;

    if (f->kind == FRAME_ROOT)
        hr_root_done(run, slot, how);
    else if (f->kind == FRAME_BRANCH)
        branch_ended(run, slot, how);
    else if (m->leave == NULL || how != HR_OK)
        hr_done(run, slot, how);
    else
        leave(run, slot, m);
}

void hr_frame_step_done(struct hr_run *run, uint32_t slot, enum hr_outcome how)
{
    if (!hr_is_good(how)) {
        end_frame(run, slot, how);
        return;
    }
    hr_frame(run, slot)->pc++;
    hr_frame_advance(run, slot);
}

/* --- branches ---------------------------------------------------------------------------- */

static void spawn(struct hr_run *run, uint32_t slot, struct hr_block block, uint64_t key)
{
    const uint32_t b = hr_frame_make(run, FRAME_BRANCH, hr_frame(run, slot)->task, slot);
    struct frame *child = hr_frame(run, b);
    const struct frame *f = hr_frame(run, slot);

    child->key = key;
    child->component = f->component;
    child->op = f->op;
    child->instance = f->instance;
    child->from = f->from;
    child->deadline = f->deadline;
    child->pc = block.first;
    child->end = block.first + block.n;
    hr_frame_advance(run, b);
}

/* The structured step of `slot` has come to its result. */
static void resume(struct hr_run *run, uint32_t slot);

static void resolve(struct hr_run *run, uint32_t slot, enum hr_outcome how)
{
    struct frame *f = hr_frame(run, slot);
    uint32_t child;

    f->resolved = true;
    f->result = (uint8_t)how;
    while ((child = hr_frame(run, slot)->child) != HR_NO_SLOT) {
        hr_call_strip(run, child, HR_CANCELLED);
        hr_frame_free(run, child);
    }
    if (!hr_frame(run, slot)->spawning)
        resume(run, slot);
}

/* Is the step of f decided, now that one more branch has ended in `how`? */
static bool decided(const struct hr_step *s, struct frame *f, bool ok)
{
    f->left--;
    f->good += ok;
    switch (s->kind) {
    case HR_STEP_TOGETHER:
        return !ok || f->left == 0;
    case HR_STEP_FIRST_OF:
        return ok || f->left == 0;
    case HR_STEP_QUORUM:
        return f->good >= s->need || f->good + f->left < s->need;
    default:
        return true; /* one inner block: choose, repeat, hold, when */
    }
}

static HR_APART void branch_ended(struct hr_run *run, uint32_t b, enum hr_outcome how)
{
    const uint32_t slot = hr_frame(run, b)->parent;
    struct frame *f = hr_frame(run, slot);
    const struct hr_step *s = step_of(run, f);
    const bool done = decided(s, f, hr_is_good(how));

    if (!done) {
        hr_frame_free(run, b);
        return;
    }
    hr_path_merge(run, slot, b);
    hr_frame(run, slot)->since = run->now;
    hr_frame_free(run, b);
    /* A quorum is good although its last branch may not be. */
    f = hr_frame(run, slot);
    if (s->kind == HR_STEP_QUORUM)
        how = f->good >= s->need ? HR_OK : hr_is_good(how) ? HR_FAILED : how;
    resolve(run, slot, how);
}

/* Start the branches of a structured step; true if it is decided already. */
static bool start_branches(struct hr_run *run, uint32_t slot, uint32_t first, uint32_t n)
{
    struct frame *f = hr_frame(run, slot);
    const struct hr_step *s = step_of(run, f);

    f->state = FRAME_JOINING;
    f->spawning = true;
    f->resolved = false;
    f->left = n;
    f->good = 0;
    for (uint32_t i = 0; i < n && !hr_frame(run, slot)->resolved; i++)
        spawn(run, slot, s->branches.at[first + i].block, hr_frame(run, slot)->key);
    hr_frame(run, slot)->spawning = false;
    return hr_frame(run, slot)->resolved;
}

void hr_frame_spawn_block(struct hr_run *run, uint32_t slot, struct hr_block block)
{
    struct frame *f = hr_frame(run, slot);

    f->state = FRAME_JOINING;
    f->spawning = false;
    f->left = 1;
    f->good = 0;
    spawn(run, slot, block, f->key);
}

static uint32_t chosen_branch(struct hr_run *run, const struct frame *f,
                              const struct hr_step *s)
{
    struct hr_draws d =
        hr_draws(run->stream, f->key, HR_PURPOSE(HR_FOR_CHOOSE, s->ordinal));
    const double u = hr_draw_uniform(&d);
    uint32_t i = 0;

    while (i + 1 < s->branches.n && u >= s->branches.at[i].upto)
        i++;
    return i;
}

/* Run what is left of a repeat; `left` is what remains, `good` counts the rounds begun. */
static void go_on_repeating(struct hr_run *run, uint32_t slot)
{
    const struct hr_step *s = step_of(run, hr_frame(run, slot));

    for (;;) {
        struct frame *f = hr_frame(run, slot);
        const uint32_t rounds = f->retries;

        if (rounds == 0) {
            hr_frame_step_done(run, slot, HR_OK);
            return;
        }
        f->retries--;
        f->state = FRAME_JOINING;
        f->spawning = true;
        f->resolved = false;
        f->left = 1;
        const uint64_t round = (uint64_t)s->ordinal << 32 | rounds;
        spawn(run, slot, s->branches.at[0].block,
              hr_mix(f->key, HR_PURPOSE(HR_FOR_REPEAT, 0) ^ round));
        f = hr_frame(run, slot);
        f->spawning = false;
        if (!f->resolved)
            return;
        if (!hr_is_good((enum hr_outcome)f->result)) {
            hr_frame_step_done(run, slot, (enum hr_outcome)f->result);
            return;
        }
    }
}

static void begin_repeat(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const struct hr_step *s = step_of(run, f);
    const double n = draw_law(run, f, &s->law, HR_FOR_REPEAT, s->ordinal) + 0.5;

    f->retries = n < HR_MOST_ROUNDS ? (uint32_t)n : HR_MOST_ROUNDS;
    go_on_repeating(run, slot);
}

static bool commit(struct hr_run *run, uint32_t slot);

static void resume(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const enum hr_outcome how = (enum hr_outcome)f->result;

    if (f->holding) {
        hr_frame_release(run, slot);
        f = hr_frame(run, slot);
    }
    if (hr_is_good(how) && step_of(run, f)->optimistic && !commit(run, slot)) {
        hr_frame_step_done(run, slot, HR_FAILED);
        return;
    }
    if (step_of(run, f)->kind == HR_STEP_REPEAT && hr_is_good(how))
        go_on_repeating(run, slot);
    else
        hr_frame_step_done(run, slot, hr_is_good(how) ? HR_OK : how);
}

/* --- resources --------------------------------------------------------------------------- */

struct pool_view {
    const struct hr_resource *conf;
    uint64_t *used, *version; /* version: optimistic holds that have ended well */
    struct frame_list *queue;
};

static struct pool_view pool_of(struct hr_run *run, const struct frame *f)
{
    const uint32_t i = step_of(run, f)->resource;
    const struct hr_items *resources = &run->plan->components[f->component].resources;
    const struct hr_resource *all = resources->at;

    if (all[i].per == 0 && f->instance != HR_NONE) {
        struct instance *in = &run->instances[f->instance];
        return (struct pool_view){&all[i], &in->resources[i],
                                  &in->resources[resources->n + i], &in->resource_queue[i]};
    }
    struct part *p = &run->parts[f->component];
    return (struct pool_view){&all[i], &p->resources[i], &p->resources[resources->n + i],
                              &p->resource_queue[i]};
}

static void begin_held(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);

    f->holding = true;
    hr_frame_spawn_block(run, slot, step_of(run, f)->branches.at[0].block);
}

/* The end of an optimistic hold: is what was read at its begin still the newest? */
static bool commit(struct hr_run *run, uint32_t slot)
{
    const struct frame *f = hr_frame(run, slot);
    struct pool_view v = pool_of(run, f);

    if (f->demand != (int64_t)*v.version) {
        hr_recorder_event(run, f->component, f->instance, "conflicts of writers",
                          v.conf->name, 0);
        return false;
    }
    ++*v.version;
    return true;
}

void hr_frame_granted(struct hr_run *run, uint32_t slot)
{
    hr_frame(run, slot)->timer = 0;
    hr_path_mark(run, slot, hr_frame(run, slot)->component, HR_SPENT_QUEUE);
    begin_held(run, slot);
}

static void begin_hold(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const struct hr_step *s = step_of(run, f);
    struct pool_view v = pool_of(run, f);

    if (s->optimistic) {
        f->demand = (int64_t)*v.version;
        hr_frame_spawn_block(run, slot, s->branches.at[0].block);
    } else if (*v.used < (uint64_t)v.conf->count) {
        ++*v.used;
        begin_held(run, slot);
    } else if (v.conf->queue >= 0 && v.queue->n >= (uint64_t)v.conf->queue) {
        hr_recorder_event(run, f->component, f->instance, "no room to wait for a resource",
                          v.conf->name, 0);
        hr_frame_step_done(run, slot, HR_REFUSED);
    } else {
        if (v.queue->n == 0)
            hr_recorder_event(run, f->component, f->instance, "resource exhausted",
                              v.conf->name, 0);
        f->state = FRAME_HOLD;
        hr_list_push(run, v.queue, slot);
        if (s->timeout > 0)
            f->hedge = hr_frame_timer(run, slot, run->now + s->timeout, HR_CLASS_TIMEOUT,
                                      HR_EV_HOLD_LATE);
    }
}

void hr_frame_unhold(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);

    hr_list_remove(run, pool_of(run, f).queue, slot);
    hr_queue_cancel(run->queue, f->hedge);
    f->hedge = 0;
    f->state = FRAME_READY;
}

void hr_frame_hold_late(struct hr_run *run, uint32_t slot)
{
    hr_frame(run, slot)->hedge = 0;
    hr_frame_unhold(run, slot);
    hr_path_mark(run, slot, hr_frame(run, slot)->component, HR_SPENT_QUEUE);
    hr_frame_step_done(run, slot, HR_TIMED_OUT);
}

/* The next in the queue has it from now on and goes on in an event of this instant: it may be
 * a branch beside this one, or a call that is about to be given up together with it. */
void hr_frame_release(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    struct pool_view v = pool_of(run, f);

    f->holding = false;
    if (v.queue->n == 0) {
        --*v.used;
        return;
    }
    const uint32_t next = v.queue->head;

    hr_frame_unhold(run, next);
    f = hr_frame(run, next);
    f->holding = true;
    f->state = FRAME_WAITING;
    f->timer = hr_frame_timer(run, next, run->now, HR_CLASS_TASK, HR_EV_GRANTED);
}

/* --- the loop ---------------------------------------------------------------------------- */

/* What a step takes more because its instance is crowded: the first term of N. Gunther's
 * universal scalability law, "Guerrilla Capacity Planning", 2007, ch. 4. */
static double crowded(const struct hr_run *run, const struct frame *f,
                      const struct hr_step *s)
{
    const uint32_t calls = f->instance == HR_NONE ? 1 : run->instances[f->instance].workers;

    return calls > 1 ? 1 + s->contention * (calls - 1) : 1;
}

static HR_APART void begin_work(struct hr_run *run, uint32_t slot, const struct hr_step *s)
{
    struct frame *f = hr_frame(run, slot);
    double drawn = draw_law(run, f, &s->law, HR_FOR_WORK, s->ordinal);
    if (s->contention > 0)
        drawn *= crowded(run, f, s);
    const hr_time demand = hr_time_from_s(drawn * run->slow_op[f->op]);

    if (run->options.dump)
        run->options.dump(run->options.dump_ctx, run->plan->operations[f->op].name, f->key,
                          drawn);
    if (demand == 0) {
        hr_frame_step_done(run, slot, HR_OK);
        return;
    }
    HR_REQUIRE(f->instance != HR_NONE);
    hr_cpu_begin(run, slot, demand);
}

static void begin_wait(struct hr_run *run, uint32_t slot, const struct hr_step *s)
{
    struct frame *f = hr_frame(run, slot);
    double drawn = draw_law(run, f, &s->law, HR_FOR_WAIT, s->ordinal);
    if (s->contention > 0)
        drawn *= crowded(run, f, s);
    const hr_time wait = hr_time_from_s(drawn * run->slow_op[f->op]);

    if (wait == 0) {
        hr_frame_step_done(run, slot, HR_OK);
        return;
    }
    f->state = FRAME_WAITING;
    f->timer = hr_frame_timer(run, slot, run->now + wait, HR_CLASS_TASK, HR_EV_WAIT);
}

void hr_frame_wait_over(struct hr_run *run, uint32_t slot)
{
    hr_frame(run, slot)->timer = 0;
    hr_path_mark(run, slot, hr_frame(run, slot)->component, HR_SPENT_WAIT);
    hr_frame_step_done(run, slot, HR_OK);
}

/* Begin a step that has branches, and go on if it is over at once. */
static void begin_branches(struct hr_run *run, uint32_t slot, const struct hr_step *s)
{
    const bool over =
        s->kind == HR_STEP_CHOOSE
            ? start_branches(run, slot, chosen_branch(run, hr_frame(run, slot), s), 1)
            : start_branches(run, slot, 0, s->branches.n);

    if (over)
        hr_frame_step_done(run, slot, (enum hr_outcome)hr_frame(run, slot)->result);
}

/* Steps that are less common. */
static HR_APART void begin_other(struct hr_run *run, uint32_t slot, const struct hr_step *s)
{
    switch (s->kind) {
    case HR_STEP_WAIT:
        begin_wait(run, slot, s);
        break;
    case HR_STEP_SEND:
        hr_call_send(run, slot, hr_frame(run, slot)->pc);
        hr_frame_step_done(run, slot, HR_OK);
        break;
    case HR_STEP_REPEAT:
        begin_repeat(run, slot);
        break;
    case HR_STEP_HOLD:
        begin_hold(run, slot);
        break;
    default:
        begin_branches(run, slot, s);
    }
}

/* Begin the step that the frame is at; one that takes no time goes on with the next.  Each of
 * these calls is the last thing done, so that none needs a stack frame. */
void hr_frame_advance(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const struct hr_step *s = step_of(run, f);

    if (f->pc == f->end) {
        end_frame(run, slot, HR_OK);
        return;
    }
    f->state = FRAME_READY;
    if (f->kind != FRAME_ROOT && f->deadline <= run->now)
        end_frame(run, slot, HR_TIMED_OUT);
    else if (s->kind == HR_STEP_WORK)
        begin_work(run, slot, s);
    else if (s->kind == HR_STEP_CALL)
        hr_call_begin(run, slot);
    else
        begin_other(run, slot, s);
}
