/* sim/system/message.h - messages that one component keeps until another has done them.
 *
 * MODEL    A queue-like model keeps what a call brings (hr_message_keep) and decides when it
 *          may be taken (hr_message_show), when a taken one comes back, and when one is given
 *          up (hr_message_end).  A consumer model takes messages in batches, begins a task for
 *          each (hr_message_begin), and tells the queue what came of them (hr_messages_settle).
 *          Neither knows the other: they meet in the hooks `take`, `settle`, `ready` and
 *          `consumes` of struct hr_model.
 * IDENTITY A message has the identity of the call that brought it, and keeps it through every
 *          redelivery and into a dead-letter queue.  The draws of the task that works on it are
 *          keyed by that identity and by how often it was taken: not by batch, consumer's
 *          instance or time.  Its keys (product, customer) are those of the root task.
 * STATES   hidden (kept, not yet to be taken, or taken and in flight), visible, gone.
 * ENDS     done, dead (given up after too many attempts), expired (kept for too long).
 *          messages in = done + waiting + in flight + dead + expired, checked in every run.
 * COMPLETION  A root task knows how many messages it, and its messages, still have to be done.
 *          When it has ended and there are none, its completion time is recorded; a message
 *          that was lost, dead-lettered or expired makes it incomplete.  What a caller that was
 *          given up on sends after its root has ended is not followed.
 * COST     O(1) a step of a message's life. */
#ifndef HR_MESSAGE_H
#define HR_MESSAGE_H

#include "sim/system/model.h"

/* One handing over of a message: all that is needed to work on it, whatever becomes of it. */
struct hr_delivery {
    hr_message message;
    uint64_t key, root; /* identities: of the message, of the task whose keys it has */
    hr_ref origin;      /* what it counts in, for completion */
    int64_t bytes;      /* < 0: not known */
    uint32_t number;    /* how often it has been handed over, this time included */
    uint32_t hash_key, place;
};

/* --- for models that keep messages ------------------------------------------------------- */

/* Keep what `c`, at this component, brings; it is hidden.  The call is ended by the model. */
hr_message hr_message_keep(struct hr_run *run, hr_call c, int64_t bytes);
bool hr_message_live(const struct hr_run *run, hr_message m);
hr_time hr_message_kept(const struct hr_run *run, hr_message m); /* since when */
uint32_t hr_message_received(const struct hr_run *run, hr_message m);
uint64_t *hr_message_note(struct hr_run *run,
                          hr_message m); /* the model's word; 0 at first */
/* It may be taken from now on, also one that was taken before. */
void hr_message_show(struct hr_run *run, hr_message m);
/* The one kept for the longest: of those that may be taken, of all.  HR_NO_REF: none. */
hr_message hr_message_first(const struct hr_run *run, hr_part queue);
hr_message hr_message_oldest(const struct hr_run *run, hr_part queue);
/* Hand it over: it is in flight until it is shown again or ended. */
struct hr_delivery hr_message_hand(struct hr_run *run, hr_message m);
/* Is `d` the latest handing over of a message that is still there? */
bool hr_delivery_current(const struct hr_run *run, const struct hr_delivery *d);
enum hr_message_end { HR_MESSAGE_DONE, HR_MESSAGE_DEAD, HR_MESSAGE_EXPIRED };
void hr_message_end(struct hr_run *run, hr_message m, enum hr_message_end how);
/* Send it on, with its identity, to operation `op` of another component, at once.  To be
 * followed by hr_message_end. */
void hr_message_pass(struct hr_run *run, hr_message m, uint32_t op);
/* Something may be taken: tell the consumers, in turn, while there is. */
void hr_queue_tell(struct hr_run *run, hr_part queue);

/* --- for models that consume them -------------------------------------------------------- */

/* How many could be taken now; 0 while the queue is lost. */
uint32_t hr_queue_visible(const struct hr_run *run, hr_part queue);
/* Take up to `most`, as `consumer`; returns how many. */
uint32_t hr_messages_take(struct hr_run *run, hr_part consumer, hr_part queue,
                          uint32_t most, struct hr_delivery *out);
/* Begin a task for one at a component: it arrives there (hook `arrive`) in an event of this
 * instant, on `instance`, as operation `op`; hook `call_done` follows.  hr_call_message tells
 * such a call from others. */
hr_call hr_message_begin(struct hr_run *run, const struct hr_delivery *d, uint32_t op,
                         uint32_t instance);
bool hr_call_message(const struct hr_run *run, hr_call c);
/* They are done with (ok), or are to be visible again at once.  What is not settled comes back
 * when the queue's patience is over. */
void hr_messages_settle(struct hr_run *run, hr_part queue, const struct hr_delivery *d,
                        uint32_t n, bool ok);

#endif /* HR_MESSAGE_H */
