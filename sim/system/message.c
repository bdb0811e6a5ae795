/* sim/system/message.c - see message.h. */
#include "sim/system/message.h"

#include "sim/engine/arena.h"
#include "sim/system/mail.h"
#include "sim/system/run_inner.h"

static bool good(enum hr_outcome how)
{
    return how == HR_OK || how == HR_MISS;
}

/* --- completion: what a root task still has to be done ------------------------------------- */

static struct completion *completion_at(const struct hr_run *run, hr_ref r)
{
    return hr_pool_live(&run->completions, r) ? hr_pool_at(&run->completions, (uint32_t)r)
                                              : NULL;
}

static void close_completion(struct hr_run *run, hr_ref r)
{
    const struct completion *c = completion_at(run, r);
    struct hr_row_record *row = &run->record.rows[c->row];

    if (c->incomplete) {
        row->dead_lettered++;
        row->undone[c->bucket]++;
        hr_hist_record_infinite(&row->completion);
    } else {
        row->completed++;
        row->lag_ns[c->bucket] += (uint64_t)(run->now - c->ended);
        hr_hist_record(&row->completion, run->now - c->intended);
    }
    run->incomplete--;
    hr_pool_give(&run->completions, (uint32_t)r);
}

static void one_less(struct hr_run *run, hr_ref r, bool done)
{
    struct completion *c = completion_at(run, r);

    if (c == NULL)
        return;
    c->incomplete = c->incomplete || !done;
    if (--c->open == 0 && c->root_ended)
        close_completion(run, r);
}

hr_ref hr_completion_open(struct hr_run *run, uint32_t task)
{
    struct task *t = hr_task(run, task);
    struct completion *c;

    if (t->origin == 0 && t->measured && !t->ended) {
        const uint32_t slot = hr_pool_take(&run->completions);

        t->origin = hr_pool_ref(&run->completions, slot);
        c = hr_pool_at(&run->completions, slot);
        c->intended = t->intended;
        c->row = t->row;
        c->bucket = t->bucket;
    }
    c = completion_at(run, t->origin);
    if (c == NULL)
        return 0;
    c->open++;
    return t->origin;
}

void hr_completion_root_ended(struct hr_run *run, uint32_t root, enum hr_outcome how)
{
    struct task *t = hr_task(run, hr_frame(run, root)->task);
    struct completion *c = completion_at(run, t->origin);
    struct hr_row_record *row = t->measured ? &run->record.rows[t->row] : NULL;

    t->ended = true;
    if (c != NULL) {
        c->root_ended = true;
        c->ended = run->now;
        run->incomplete++;
        if (c->open == 0)
            close_completion(run, t->origin);
    } else if (row != NULL && good(how)) {
        row->completed++;
        hr_hist_record(&row->completion, run->now - t->intended);
    }
}

void hr_message_gone(struct hr_run *run, uint32_t c, enum hr_outcome how)
{
    const struct frame *f = hr_frame(run, c);

    if (f->message && !f->delivered)
        one_less(run, hr_task(run, f->task)->origin, good(how));
}

/* --- the mailbox of a component ------------------------------------------------------------ */

static struct mailbox *mail_of(const struct hr_run *run, hr_part queue)
{
    HR_ASSERT(run->parts[queue].mail != NULL);
    return run->parts[queue].mail;
}

static struct message *at(const struct hr_run *run, hr_message m)
{
    HR_REQUIRE(hr_pool_live(&run->messages, m));
    return hr_pool_at(&run->messages, (uint32_t)m);
}

static struct message *slot_at(const struct hr_run *run, uint32_t slot)
{
    return hr_pool_at(&run->messages, slot);
}

hr_time hr_mail_oldest(const struct hr_run *run, hr_part queue, hr_time at)
{
    const struct mailbox *b = run->parts[queue].mail;
    hr_time oldest, age;

    if (b == NULL)
        return 0;
    oldest = run->record.parts[queue].mail->oldest;
    age = b->oldest == HR_NO_SLOT ? 0 : at - slot_at(run, b->oldest)->kept;
    return age > oldest ? age : oldest;
}

/* The age of the oldest grows until another is the oldest: its peaks are there, and at the
 * ends of the buckets of the series. */
static void note_age(struct hr_run *run, hr_part queue)
{
    struct mailbox *b = mail_of(run, queue);
    struct hr_mail_record *r = run->record.parts[queue].mail;
    const hr_time width = run->record.bucket, horizon = run->plan->horizon;
    const hr_time to = run->now < horizon ? run->now : horizon;
    hr_time from = b->aged > 0 ? b->aged : 0;

    b->aged = run->now;
    if (b->oldest == HR_NO_SLOT || from >= to)
        return;
    const hr_time kept = slot_at(run, b->oldest)->kept;

    if (to - kept > r->oldest)
        r->oldest = to - kept;
    while (from < to) {
        const hr_time end = (from / width + 1) * width, until = end < to ? end : to;
        int64_t *peak = &r->oldest_series[from / width];

        if (until - kept > *peak)
            *peak = until - kept;
        from = end;
    }
}

static void link_live(struct hr_run *run, struct mailbox *b, uint32_t slot)
{
    struct message *m = slot_at(run, slot);

    m->next = HR_NO_SLOT;
    m->prev = b->newest;
    if (b->newest != HR_NO_SLOT)
        slot_at(run, b->newest)->next = slot;
    else
        b->oldest = slot;
    b->newest = slot;
}

static void unlink_live(struct hr_run *run, struct mailbox *b, uint32_t slot)
{
    const struct message *m = slot_at(run, slot);

    if (b->oldest == slot)
        note_age(run, m->queue);
    if (m->prev != HR_NO_SLOT)
        slot_at(run, m->prev)->next = m->next;
    else
        b->oldest = m->next;
    if (m->next != HR_NO_SLOT)
        slot_at(run, m->next)->prev = m->prev;
    else
        b->newest = m->prev;
}

/* Into the visible ones, by age: a new one is last, one that comes back near the front. */
static void link_visible(struct hr_run *run, struct mailbox *b, uint32_t slot)
{
    struct message *m = slot_at(run, slot);
    uint32_t before = HR_NO_SLOT, after = b->last;

    if (after != HR_NO_SLOT && slot_at(run, after)->kept > m->kept) {
        before = b->first;
        while (slot_at(run, before)->kept <= m->kept)
            before = slot_at(run, before)->visible_next;
        after = slot_at(run, before)->visible_prev;
    }
    m->visible_next = before;
    m->visible_prev = after;
    if (before != HR_NO_SLOT)
        slot_at(run, before)->visible_prev = slot;
    else
        b->last = slot;
    if (after != HR_NO_SLOT)
        slot_at(run, after)->visible_next = slot;
    else
        b->first = slot;
    m->visible = true;
    b->n_visible++;
}

static void unlink_visible(struct hr_run *run, struct mailbox *b, uint32_t slot)
{
    struct message *m = slot_at(run, slot);

    if (m->visible_prev != HR_NO_SLOT)
        slot_at(run, m->visible_prev)->visible_next = m->visible_next;
    else
        b->first = m->visible_next;
    if (m->visible_next != HR_NO_SLOT)
        slot_at(run, m->visible_next)->visible_prev = m->visible_prev;
    else
        b->last = m->visible_prev;
    m->visible = false;
    b->n_visible--;
}

/* --- keeping ------------------------------------------------------------------------------- */

static uint32_t place_of_part(const struct hr_run *run, hr_part p)
{
    const struct hr_component *c = &run->plan->components[p];

    return c->zones.n == 1 ? c->zones.at[0] : c->place;
}

hr_message hr_message_keep(struct hr_run *run, hr_call c, int64_t bytes)
{
    const struct frame *f = hr_frame(run, c);
    const hr_part queue = f->component;
    struct mailbox *b = mail_of(run, queue);
    const uint32_t slot = hr_pool_take(&run->messages);
    struct message *m = slot_at(run, slot);
    struct task *t = hr_task(run, f->task);

    m->key = f->key;
    m->root = t->key;
    m->hash_key = f->hash_key;
    m->queue = queue;
    m->consumer = HR_NONE;
    m->kept = run->now;
    m->bytes = bytes;
    if (f->message) { /* what its sender counts passes on from the call to what is kept */
        m->origin = t->origin;
        t->origin = 0;
    } else {
        m->origin = hr_completion_open(run, f->task);
    }
    if (b->oldest == HR_NO_SLOT)
        b->aged = run->now;
    link_live(run, b, slot);
    b->in++;
    if (hr_recorder_open(run))
        run->record.parts[queue].mail->in++;
    return hr_pool_ref(&run->messages, slot);
}

bool hr_message_live(const struct hr_run *run, hr_message m)
{
    return hr_pool_live(&run->messages, m);
}

hr_time hr_message_kept(const struct hr_run *run, hr_message m)
{
    return at(run, m)->kept;
}

uint32_t hr_message_received(const struct hr_run *run, hr_message m)
{
    return at(run, m)->received;
}

uint64_t *hr_message_note(struct hr_run *run, hr_message m)
{
    return &at(run, m)->note;
}

/* It is not in flight any more: done, or handed over in vain. */
static void landed(struct hr_run *run, struct message *m, bool done)
{
    if (!m->in_flight)
        return;
    m->in_flight = false;
    mail_of(run, m->queue)->n_in_flight--;
    if (m->consumer != HR_NONE && hr_recorder_open(run)) {
        struct hr_taken_record *r = &run->record.parts[m->consumer].taken;

        *(done ? &r->done : &r->in_vain) += 1;
    }
}

void hr_message_show(struct hr_run *run, hr_message m)
{
    struct message *x = at(run, m);

    landed(run, x, false);
    if (!x->visible)
        link_visible(run, mail_of(run, x->queue), (uint32_t)m);
}

static hr_message ref_of(const struct hr_run *run, uint32_t slot)
{
    return slot == HR_NO_SLOT ? HR_NO_REF : hr_pool_ref(&run->messages, slot);
}

hr_message hr_message_first(const struct hr_run *run, hr_part queue)
{
    return ref_of(run, mail_of(run, queue)->first);
}

hr_message hr_message_oldest(const struct hr_run *run, hr_part queue)
{
    return ref_of(run, mail_of(run, queue)->oldest);
}

struct hr_delivery hr_message_hand(struct hr_run *run, hr_message m)
{
    struct message *x = at(run, m);
    struct mailbox *b = mail_of(run, x->queue);

    HR_REQUIRE(x->visible);
    unlink_visible(run, b, (uint32_t)m);
    x->in_flight = true;
    b->n_in_flight++;
    x->received++;
    if (hr_recorder_open(run)) {
        run->record.parts[x->queue].mail->handed++;
        run->record.parts[x->queue].mail->redelivered += x->received > 1;
    }
    return (struct hr_delivery){
        m,        x->key,      x->root,     x->origin,
        x->bytes, x->received, x->hash_key, place_of_part(run, x->queue)};
}

bool hr_delivery_current(const struct hr_run *run, const struct hr_delivery *d)
{
    return hr_pool_live(&run->messages, d->message) &&
           at(run, d->message)->received == d->number;
}

void hr_message_end(struct hr_run *run, hr_message m, enum hr_message_end how)
{
    struct message *x = at(run, m);
    struct mailbox *b = mail_of(run, x->queue);
    struct hr_mail_record *r = run->record.parts[x->queue].mail;
    const hr_ref origin = x->origin;

    landed(run, x, how == HR_MESSAGE_DONE);
    if (x->visible)
        unlink_visible(run, b, (uint32_t)m);
    unlink_live(run, b, (uint32_t)m);
    b->ended[how]++;
    if (hr_recorder_open(run))
        *(how == HR_MESSAGE_DONE   ? &r->done
          : how == HR_MESSAGE_DEAD ? &r->dead
                                   : &r->expired) += 1;
    hr_pool_give(&run->messages, (uint32_t)m);
    one_less(run, origin, how == HR_MESSAGE_DONE);
}

/* --- tasks of messages --------------------------------------------------------------------- */

/* A call without a caller, of a task of its own, that arrives in an event of this instant. */
static uint32_t begin(struct hr_run *run, uint64_t root, uint64_t key, uint32_t op,
                      uint32_t place)
{
    const uint32_t t = hr_task_make(run);
    struct task *task = hr_task(run, t);

    task->key = root;
    task->place = place;
    task->intended = run->now;
    task->row = HR_NONE;
    const uint32_t c = hr_frame_make(run, FRAME_CALL, t, HR_NO_SLOT);
    struct frame *f = hr_frame(run, c);

    f->key = key;
    f->op = op;
    f->component = run->plan->operations[op].component;
    f->from = (uint16_t)place;
    f->message = true;
    f->state = FRAME_TRANSIT;
    f->timer = hr_frame_timer(run, c, run->now, HR_CLASS_TASK, HR_EV_ARRIVE);
    return c;
}

hr_call hr_message_begin(struct hr_run *run, const struct hr_delivery *d, uint32_t op,
                         uint32_t instance)
{
    const uint64_t name = run->plan->operations[op].name_key;
    const uint32_t c =
        begin(run, d->root, hr_mix(hr_mix(d->key, name), d->number), op, d->place);
    struct frame *f = hr_frame(run, c);

    f->delivered = true;
    f->hash_key = d->hash_key;
    f->instance = instance;
    hr_task(run, f->task)->origin = d->origin;
    return c;
}

bool hr_call_message(const struct hr_run *run, hr_call c)
{
    return hr_frame(run, c)->delivered;
}

void hr_message_pass(struct hr_run *run, hr_message m, uint32_t op)
{
    const struct message x = *at(run, m);
    const uint32_t c = begin(run, x.root, x.key, op, place_of_part(run, x.queue));

    hr_frame(run, c)->hash_key = x.hash_key;
}

/* --- queues and consumers meet ------------------------------------------------------------- */

uint32_t hr_queue_visible(const struct hr_run *run, hr_part queue)
{
    return hr_effect_up(run, queue) ? mail_of(run, queue)->n_visible : 0;
}

uint32_t hr_messages_take(struct hr_run *run, hr_part consumer, hr_part queue,
                          uint32_t most, struct hr_delivery *out)
{
    const uint32_t n = run->plan->components[queue].model->take(run, queue, most, out);

    for (uint32_t i = 0; i < n; i++)
        at(run, out[i].message)->consumer = consumer;
    if (hr_recorder_open(run))
        run->record.parts[consumer].taken.handed += n;
    return n;
}

void hr_messages_settle(struct hr_run *run, hr_part queue, const struct hr_delivery *d,
                        uint32_t n, bool ok)
{
    if (n > 0)
        run->plan->components[queue].model->settle(run, queue, d, n, ok);
}

void hr_queue_tell(struct hr_run *run, hr_part queue)
{
    struct mailbox *b = mail_of(run, queue);

    if (b->telling) /* whoever is being told looks again before it returns */
        return;
    b->telling = true;
    for (uint32_t i = 0; i < b->n_consumers && hr_queue_visible(run, queue) > 0; i++) {
        const hr_part p = b->consumers[b->turn];

        b->turn = b->turn + 1 == b->n_consumers ? 0 : b->turn + 1;
        run->plan->components[p].model->ready(run, p, queue);
    }
    b->telling = false;
}

/* --- of the whole run ---------------------------------------------------------------------- */

static void subscribe(struct hr_run *run, hr_part consumer)
{
    const struct hr_component *c = &run->plan->components[consumer];
    const hr_part queue = c->model->consumes ? c->model->consumes(c->conf) : HR_NONE;

    if (queue == HR_NONE)
        return;
    HR_REQUIRE(run->parts[queue].mail != NULL);
    struct mailbox *b = run->parts[queue].mail;

    if (b->consumers == NULL)
        b->consumers =
            hr_arena_alloc(run->arena, run->plan->n_components, sizeof *b->consumers);
    b->consumers[b->n_consumers++] = consumer;
}

void hr_messages_init(struct hr_run *run)
{
    const uint32_t n = run->plan->n_components;

    hr_pool_init(&run->messages, sizeof(struct message), 16);
    hr_pool_init(&run->completions, sizeof(struct completion), 16);
    for (uint32_t i = 0; i < run->plan->n_sites; i++)
        run->sends = run->sends || run->plan->sites[i].is_send;
    for (uint32_t i = 0; i < n; i++) {
        if (run->plan->components[i].model->take == NULL)
            continue;
        run->sends = true;
        struct mailbox *b = hr_arena_alloc(run->arena, 1, sizeof *b);
        struct hr_mail_record *r = hr_arena_alloc(run->arena, 1, sizeof *r);

        b->oldest = b->newest = b->first = b->last = HR_NO_SLOT;
        r->oldest_series =
            hr_arena_alloc(run->arena, run->record.n_buckets, sizeof *r->oldest_series);
        run->parts[i].mail = b;
        run->record.parts[i].mail = r;
    }
    for (uint32_t i = 0; i < n; i++)
        subscribe(run, i);
    for (uint32_t i = 0; run->sends && i < run->record.n_rows; i++) {
        struct hr_row_record *row = &run->record.rows[i];

        row->undone =
            hr_arena_alloc(run->arena, run->record.n_buckets, sizeof *row->undone);
        row->lag_ns =
            hr_arena_alloc(run->arena, run->record.n_buckets, sizeof *row->lag_ns);
    }
}

void hr_messages_free(struct hr_run *run)
{
    hr_pool_free(&run->messages);
    hr_pool_free(&run->completions);
}

static void close_mail(struct hr_run *run, hr_part queue)
{
    const struct mailbox *b = run->parts[queue].mail;

    if (b == NULL)
        return;
    note_age(run, queue);
    run->record.parts[queue].mail->waiting = b->n_visible;
    run->record.parts[queue].mail->in_flight = b->n_in_flight;
}

void hr_messages_close(struct hr_run *run)
{
    for (uint32_t i = 0; i < run->plan->n_components; i++)
        close_mail(run, i);
    for (uint32_t i = 0; !run->sends && i < run->record.n_rows; i++) {
        struct hr_row_record *row = &run->record.rows[i];

        row->completed = row->answered;
        hr_hist_merge(&row->completion, &row->answered_latency);
    }
    for (uint32_t k = 0; k < run->completions.used; k++) {
        if ((run->completions.generation[k] & 1) == 0)
            continue;
        const struct completion *c = hr_pool_at(&run->completions, k);
        struct hr_row_record *row = &run->record.rows[c->row];

        *(c->incomplete ? &row->dead_lettered : &row->outstanding) += 1;
        row->undone[c->bucket]++;
        hr_hist_record_infinite(&row->completion);
    }
}

/* Those that are kept now: by looking, not by counting. */
void hr_messages_check(struct hr_run *run)
{
    const uint32_t n = run->plan->n_components;
    uint64_t *kept = hr_arena_alloc(run->arena, n, sizeof *kept);
    uint64_t *visible = hr_arena_alloc(run->arena, n, sizeof *visible);

    for (uint32_t k = 0; k < run->messages.used; k++) {
        if ((run->messages.generation[k] & 1) == 0)
            continue;
        kept[slot_at(run, k)->queue]++;
        visible[slot_at(run, k)->queue] += slot_at(run, k)->visible;
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct mailbox *b = run->parts[i].mail;

        if (b == NULL)
            continue;
        const uint64_t all = b->ended[HR_MESSAGE_DONE] + b->ended[HR_MESSAGE_DEAD] +
                             b->ended[HR_MESSAGE_EXPIRED] + kept[i];
        if (b->in != all)
            hr_ledger_violated(run,
                               "messages in = done + waiting + in flight + dead + expired",
                               i, (double)b->in, (double)all);
        if (b->n_visible != visible[i])
            hr_ledger_violated(run, "messages that may be taken = those counted", i,
                               (double)visible[i], b->n_visible);
    }
}
