/* sim/engine/keys.h - keys of events.  Private to queue.c.  A key is a number without equal,
 *
 *     time (64 bits, signed) | class (3) | sequence (37) | slot (24)
 *
 * and its low half, which differs from all others too, is the timer that names the event. */
#ifndef HR_KEYS_H
#define HR_KEYS_H

#include "sim/engine/queue.h"

#include <stdint.h>

__extension__ typedef __int128 queue_key;
__extension__ typedef unsigned __int128 unsigned_key;

enum { SLOT_BITS = 24, SEQUENCE_BITS = 37, CLASS_SHIFT = SLOT_BITS + SEQUENCE_BITS };
#define SLOT_MASK     ((UINT64_C(1) << SLOT_BITS) - 1)
#define LAST_SEQUENCE ((UINT64_C(1) << SEQUENCE_BITS) - 1)
#define NO_SLOT       ((uint32_t)SLOT_MASK) /* the one index that is never used */
/* Follows all keys: no class is 7. */
#define NO_KEY ((queue_key)(~(unsigned_key)0 >> 1))

static inline queue_key key_of(hr_time at, enum hr_class c, hr_timer timer)
{
    return (queue_key)((unsigned_key)(uint64_t)at << 64 | (uint64_t)c << CLASS_SHIFT |
                       timer);
}

static inline hr_time time_of(queue_key key)
{
    return (hr_time)(key >> 64);
}

static inline hr_timer timer_of(queue_key key)
{
    return (uint64_t)key;
}

/* Times as numbers without sign, in the same order. */
static inline uint64_t biased(hr_time t)
{
    return (uint64_t)t ^ UINT64_C(1) << 63;
}

#endif /* HR_KEYS_H */
