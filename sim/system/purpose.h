/* sim/system/purpose.h - what the run's own draws are for.  Private to sim/system. */
#ifndef HR_PURPOSE_H
#define HR_PURPOSE_H

#include <stdint.h>

/* Purposes of draws: what is drawn, and an ordinal below 2^32.  The draws of models are told
 * apart by the component, whose name's key is added. */
#define HR_PURPOSE(what, ordinal) ((uint64_t)(what) << 48 | (uint64_t)(ordinal) << 16)
enum {
    HR_FOR_WORK = 1,
    HR_FOR_WAIT,
    HR_FOR_CHOOSE,
    HR_FOR_REPEAT,
    HR_FOR_NET_OUT,
    HR_FOR_NET_BACK,
    HR_FOR_LOSS_OUT,
    HR_FOR_LOSS_BACK,
    HR_FOR_BYTES_OUT,
    HR_FOR_BYTES_BACK,
    HR_FOR_FAILURE,
    HR_FOR_BACKOFF,
    HR_FOR_KEY,
    HR_FOR_RESTART,
    HR_FOR_EVERY,
    HR_FOR_LASTS,
    HR_FOR_WHICH,
    HR_FOR_DISCIPLINE,
    HR_FOR_MODEL,
    HR_FOR_BACK,
    HR_FOR_PATIENCE,
    HR_FOR_WORKER,
    HR_FOR_HAZARD,
};

#endif /* HR_PURPOSE_H */
