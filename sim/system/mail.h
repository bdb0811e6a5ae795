/* sim/system/mail.h - what message.c keeps: messages, who they wait for, and what requests that
 * sent some have still to be done.  Private to it. */
#ifndef HR_MAIL_H
#define HR_MAIL_H

#include "sim/system/run_state.h"

struct completion { /* what a measured root task that sent something has still to be done */
    hr_time intended, ended; /* ended: when the root was answered, or given up */
    uint32_t row, bucket;
    uint32_t open;               /* messages, theirs included, that are not done yet */
    bool root_ended, incomplete; /* incomplete: something will never be done */
};

struct message { /* kept by a component */
    uint64_t key, root, note;
    hr_ref origin;
    hr_time kept;
    int64_t bytes;
    uint32_t queue, hash_key, received;
    uint32_t consumer;                   /* that took it last; HR_NONE: nobody yet */
    uint32_t next, prev;                 /* all of the component, oldest first */
    uint32_t visible_next, visible_prev; /* those that may be taken, oldest first */
    bool visible, in_flight;
};
struct mailbox {                          /* of a component that keeps messages */
    uint32_t oldest, newest, first, last; /* all; those that may be taken */
    uint32_t n_visible, n_in_flight;
    uint64_t in, ended[3]; /* by enum hr_message_end; whole run */
    hr_time aged;          /* the age of the oldest is on record up to here */
    uint32_t *consumers, n_consumers, turn;
    bool telling;
};

#endif /* HR_MAIL_H */
