/* sim/system/run_state.h - what a replication is made of.  Private to sim/system.
 *
 * FRAMES   Everything in progress is a frame in one pool:
 *            root    a client's task at its traffic component: one call step, then the end
 *                    (a direct call is all of its task: see task.c);
 *            call    one attempt (or one forwarded leg, or one message) at a component;
 *            branch  an inner block of a structured step, in the same place as its parent.
 *          A frame is at one step.  A call that its caller has given up on loses its parent
 *          and is `abandoned`: it works on, and its work counts as wasted.
 * SLOTS    Frames are named by slot; pool growth moves them, so a pointer is never kept across
 *          a call that may make one.  Timers are cancelled with the frame, so that none
 *          reaches a slot that is used anew.
 * EVENTS   Everything that happens later is an event of the queue, also at zero distance:
 *          order at equal times is the order of scheduling, whatever the call depth.  What
 *          takes no time and is next anyway need not go through the queue: see `soon`. */
#ifndef HR_RUN_STATE_H
#define HR_RUN_STATE_H

#include "sim/engine/check.h"
#include "sim/engine/pool.h"
#include "sim/system/fleet.h"
#include "sim/system/network.h"
#include "sim/system/purpose.h"
#include "sim/system/run.h"
#include "sim/system/values.h"

enum { /* kinds of event */
       HR_EV_MODEL_TIMER,
       HR_EV_ARRIVE,         /* a call reaches its component */
       HR_EV_RESPONSE,       /* an answer reaches the caller */
       HR_EV_TIMEOUT,        /* of an attempt */
       HR_EV_DEADLINE,       /* of a root */
       HR_EV_BACKOFF,        /* a pause between attempts is over */
       HR_EV_HEDGE,          /* no answer yet: ask again */
       HR_EV_CANCEL,         /* a cancellation reaches the callee */
       HR_EV_WAIT,           /* a `wait` step is over */
       HR_EV_HELD,           /* hr_hold_for is over */
       HR_EV_GRANTED,        /* a resource that was waited for is held */
       HR_EV_HOLD_LATE,      /* waited too long for a resource */
       HR_EV_LATE,           /* waited too long for a worker */
       HR_EV_CPU,            /* the head of an instance's CPU is done */
       HR_EV_KILL,           /* an instance is out of memory */
       HR_EV_RESTART,        /* a killed instance serves again; tag: its generation */
       HR_EV_DISTURB,        /* one begins */
       HR_EV_CALM,           /* one ends */
       HR_EV_BACK,           /* what it held comes back, staggered */
       HR_EV_WORKER_STARTED, /* one on demand; tag: its number */
       HR_EV_WORKER_IDLE,    /* one has been idle for long */
       HR_EV_STRIKE, /* a hazard strikes, in an episode; tag 0: how fast they do, changes */
       /* data: a frame, and of HR_EV_HELD the model's tag above it; tag: its task */
       HR_EV_FIRST_OF_FRAME = HR_EV_ARRIVE,
       HR_EV_LAST_OF_FRAME = HR_EV_LATE,
};

enum { /* in place of the kind of what is next; no leg has these */
       SOON_NONE = HR_EV_MODEL_TIMER,
       SOON_BARRED =
           HR_EV_DISTURB, /* one is at work: what it schedules at once goes first */
};
enum frame_kind { FRAME_ROOT, FRAME_CALL, FRAME_BRANCH, FRAME_FREE /* no frame */ };
enum frame_state {
    FRAME_READY,     /* between steps, or in a model's hands */
    FRAME_TRANSIT,   /* call: on its way to the component */
    FRAME_LOST,      /* call: its request or answer was lost by the network */
    FRAME_QUEUED,    /* waiting for a worker */
    FRAME_CPU_QUEUE, /* work waiting for a core (disciplines but processor sharing) */
    FRAME_CPU,       /* work running */
    FRAME_WAITING,   /* wait step, hr_hold_for, or a grant that is on its way */
    FRAME_CALLING,   /* call step in progress */
    FRAME_JOINING,   /* structured step in progress */
    FRAME_HOLD,      /* waiting for a resource */
    FRAME_RETURNING, /* call: its answer is on its way back */
};

/* In three cache lines, of which most requests touch two: what is worked on or waits in line, and
 * who calls, needs the third. */
struct frame {
    uint64_t key;  /* identity of its draws */
    uint64_t note; /* the model's word */
    hr_time began; /* call: arrived at the component; else: made */
    hr_time since; /* begin of what is booked next on its path */
    hr_time deadline;
    hr_timer timer;   /* what it waits for: arrival, response, wait, backoff, cancel */
    hr_timer timeout; /* of a call, or its cancellation; root, direct: its deadline */
    hr_timer hedge;   /* call step: the next hedge; hold step: longest wait */
    uint32_t task, parent, child, next, prev;
    uint32_t component, op, instance, site;
    uint32_t pc, end;
    uint32_t hash_key; /* plan key that routing sees */
    uint32_t path;     /* where its time went; HR_NO_SLOT: not sampled */
    uint32_t attempt;  /* call: its number; caller at a call step: attempts launched */
    uint8_t kind, state;
    uint8_t result; /* branch or call: outcome, until the parent has read it */
    bool abandoned : 1, message : 1, on_here : 1, admitted : 1, in_bulkhead : 1,
        spawning : 1, resolved : 1, holding : 1;
    bool leaving : 1;   /* its steps are done; the model's `leave` has been asked */
    bool delivered : 1; /* call: works on a message that was handed over */
    bool no_way : 1;    /* call: no network between the caller and here */
    bool flood : 1;     /* root: of a hostile task */
    bool direct : 1;    /* call: all of a client's task */
    bool worked : 1;    /* work_ns is written */
    uint16_t from;      /* place that it was asked from; root: its own */

    /* From here on nothing has a value before the step or the state that it belongs to. */
    double work;     /* CPU: demand in ns, then virtual time at which it is done */
    int64_t demand;  /* CPU: ns of the piece in progress */
    int64_t work_ns; /* CPU: done by this frame inside the horizon; see hr_frame_work */
    union {
        uint32_t queue_next; /* worker queue, CPU queue or resource queue */
        uint32_t heap;       /* position among the running on its CPU */
    };
    uint32_t queue_prev;
    uint32_t on_next, on_prev; /* all calls on an instance */
    uint32_t left, good; /* structured steps: branches running, good ones; repeat: to go */
    uint32_t turn;       /* call: of the breaker when it was sent */
    uint32_t retries;    /* caller at a call step: pauses so far; repeat: rounds to go */
    uint64_t unused;
};
_Static_assert(offsetof(struct frame, work) == 128, "two cache lines for all");
_Static_assert(sizeof(struct frame) == 192, "three cache lines");

struct task {
    uint64_t key;
    hr_ref origin; /* completion that its messages count in; 0: none */
    hr_time intended;
    uint32_t bucket, window; /* of the record, by intended arrival; when it is measured */
    uint32_t place, row, refs;
    uint32_t periods; /* of the plan, in which it arrived: a bit each */
    bool measured, sampled, degraded, hostile;
    bool ended; /* a root: it has been answered, or given up */
    uint8_t unused[8];
};
_Static_assert(sizeof(struct task) == 64, "a cache line");

enum { HR_PATH_ENTRIES = 48 };
struct path {     /* ns by (component, activity) along the critical path */
    hr_time sent; /* call: when the caller sent it */
    uint32_t n;
    uint32_t what[HR_PATH_ENTRIES]; /* component * HR_N_SPENT + activity */
    int64_t ns[HR_PATH_ENTRIES];
};

struct frame_list { /* linked through queue_next/queue_prev */
    uint32_t head, tail, n;
};

struct running { /* a piece of work that runs */
    double work; /* of its frame */
    uint32_t frame;
};

struct instance {
    uint32_t component, slot, place;
    uint8_t state;        /* enum hr_instance_state */
    uint32_t generation;  /* of the slot: launches so far */
    uint32_t bad_reports; /* watchers that say it is unhealthy */
    const struct hr_fleet_conf *conf;
    /* CPU: virtual time, see fleet.h */
    double v, speed; /* v: ns of work that each running piece has had; speed: effects in */
    double cores, used;      /* of conf, or fewer; core-ns taken since the launch */
    hr_time as_of, paid;     /* v and used are of then; delivered is */
    struct running *running; /* a heap by `work` (virtual time of completion) */
    uint32_t n_running, room;
    uint32_t most, rated; /* that may run at a time, 1 at least; that this is made for: */
    double rate, taken;   /* dv/dt; cores at work */
    int64_t excess;       /* of the running over the cores, rounded up */
    double delivered, power, done, rounded; /* ledger: see cpu.c */
    struct frame_list cpu_queue;
    hr_timer cpu_timer;
    hr_time cpu_at;       /* when cpu_timer is due */
    uint64_t picks;       /* choices made by discipline random */
    int64_t queued_level; /* shown in the component's `queued`; `excess` is part of it */
    /* admission */
    uint32_t workers;         /* held */
    struct worker_pool *pool; /* those on demand; NULL: all are there */
    struct frame_list waiting;
    uint32_t on, calls;     /* on: first of all calls on it */
    int64_t memory;         /* bytes in use */
    uint32_t lost;          /* disturbances that hold it down */
    uint32_t kills;         /* ordinal of the next kill */
    bool restarting, dying; /* dying: HR_EV_KILL is on its way */
    bool clearing;  /* its calls are being ended: nobody is admitted from the queue */
    bool admitting; /* hr_fleet_next is at work further up the stack */
    struct hr_integral busy, up;
    uint64_t served;
    uint64_t *resources; /* in use, by resource of the component (per instance); versions */
    struct frame_list *resource_queue;
};

struct effect { /* a disturbance that is acting on a component now */
    uint32_t disturbance, occurrence, slot; /* slot: of `each of`, else HR_NONE */
    enum hr_verb verb;
    uint32_t op; /* HR_NONE: all */
    double by;
    bool whole;           /* the component as such, not some instances */
    uint32_t *instances;  /* the ones it holds; global ids */
    uint32_t *generation; /* of each: a later instance in its slot is not held */
    uint32_t n_instances, room;
};

struct part {
    const struct hr_model *model;
    const void *conf;
    void *state;
    uint32_t first_instance, n_instances, n_effects, room_effects;
    struct effect *effects;
    struct mailbox *mail; /* NULL: it keeps no messages */
    uint64_t *resources;  /* in use, by resource (per component); then their versions */
    struct frame_list *resource_queue;
    uint32_t *watchers; /* components that watch its fleet */
    uint32_t n_watchers;
    hr_time drain; /* longest of theirs */
};

enum { HR_BREAKER_CLOSED, HR_BREAKER_OPEN, HR_BREAKER_HALF_OPEN };
struct call_site { /* what a call step needs to know at once */
    uint64_t key;  /* of the operation that it asks, and of its ordinal */
    uint32_t op, component;
    uint32_t hash_key;         /* HR_NONE: that of the caller */
    bool guarded;              /* by a retry, a breaker, a hedge or a bulkhead */
    bool deadline;             /* the callee knows the caller's */
    hr_time timeout;           /* of an attempt; 0: none */
    uint32_t timeouts, hedges; /* lines of the queue: see hr_frame_timeout */
};
struct site_state { /* per call site and calling instance */
    double tokens;
    uint64_t begun, failed; /* calls; attempts of them, where `stop_at` asks */
    uint32_t in_use;
    uint8_t breaker;
    hr_time opened_at;
    uint32_t turn; /* how often it has opened, half opened or closed */
    uint32_t filled, next, bad, probes_sent, probes_done, probes_bad;
    uint64_t *window; /* bits: 1 = bad */
};

/* Where in the record `now` is: looked up again, with divisions, when the first of them ends. */
struct run_clock {
    hr_time edge; /* what follows holds until then */
    bool open;    /* inside [0, horizon); else the numbers are those of 0 */
    uint32_t bucket, hour, window;
};

struct hr_run { /* first what every event asks for: near, its offsets fit a byte */
    hr_time now;
    struct run_clock clock;
    const struct hr_plan *plan;
    struct hr_queue *queue;
    struct part *parts;
    struct instance *instances;
    struct soon { /* a leg of a call that takes no time and comes next: hr_frame_leg */
        uint32_t frame;
        uint32_t kind; /* of its event */
        uint64_t n;    /* such events so far */
    } soon;
    struct hr_pool frames, tasks;
    uint64_t stream;
    const struct hr_op_conf **op_conf; /* by operation: of the one that declares it */
    uint64_t n_abandoned; /* frames that nobody waits for, of those in flight */
    struct hr_record record;
    struct hr_run_options options;
    struct hr_arena *arena;
    uint64_t *part_keys; /* by component: its name's key, scrambled for hr_part_draws */
    struct call_site *call_sites;
    uint32_t *direct;    /* by operation: the site of its task's only call; HR_NONE: none */
    uint32_t *deadlines; /* by row: line of the queue */
    struct hr_pool paths, messages, completions;
    struct network network;
    struct values values;
    uint32_t n_instances, room_instances;
    struct site_state **sites; /* [site][caller instance - first]; NULL: it has none */
    uint32_t *op_final;        /* by operation: the one behind all forwarders */
    double *slow_op;           /* by operation: factor on the demand of work that begins */
    uint64_t measured_in_flight, tasks_begun, incomplete; /* the last: messages are open */
    uint64_t unbalanced_paths;  /* sampled: bookings are not the latency; a fault */
    bool sends, finished, over; /* sends: something sends messages, or keeps them */
    uint32_t room_events, room_marks, room_losses, room_windows;
    uint32_t *acting;        /* by disturbance: occurrences that hold now */
    hr_time **crews;         /* by disturbance: when each of its crew is free */
    struct hazards *hazards; /* of hazard.c; NULL: no episode */
    struct tallies *tallies; /* of tally.c; NULL: nothing is counted apart */
    uint32_t periods;        /* those that hold now: a bit each */
};

#endif /* HR_RUN_STATE_H */
