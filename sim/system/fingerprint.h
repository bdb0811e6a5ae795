/* sim/system/fingerprint.h - a number that any change of a run's trajectory changes.
 *
 * It is made of all that happens to requests, in order: every call that ends at a component,
 * every client's task that ends, every event for the record, warm-up and drain included.  How
 * the engine gets there (how many events of its own it makes, where their frames are) does not
 * show, so an optimisation leaves it as it is; another draw, tie or rounding does not.  It is
 * for tests (run->options.fingerprint): made always, it would be 2 % of the instructions.
 *
 * MODEL   Multiply and rotate, after Fowler, Noll and Vo's hash (xor, then an odd multiplier),
 *         by words of 64 bits.  Each step is a bijection of the state: a difference stays. */
#ifndef HR_FINGERPRINT_H
#define HR_FINGERPRINT_H

#include "sim/engine/random.h"
#include "sim/system/run_state.h"

/* To (component, instance) of `key` came an end, `how`, now, that began at `since`.  Not
 * inline, because hardly any run asks for it. */
static HR_APART void hr_fingerprint_add(struct hr_run *run, uint32_t where, uint64_t how,
                                        uint64_t key, hr_time since)
{
    const uint64_t words[] = {(uint64_t)where << 32 ^ how, key, (uint64_t)since,
                              (uint64_t)run->now};
    uint64_t h = run->record.fingerprint;

    for (int i = 0; i < 4; i++) {
        h = (h ^ words[i]) * HR_GOLDEN;
        h = h << 29 | h >> 35;
    }
    run->record.fingerprint = h;
}
static inline void hr_fingerprint(struct hr_run *run, uint32_t where, uint64_t how,
                                  uint64_t key, hr_time since)
{
    if (run->options.fingerprint)
        hr_fingerprint_add(run, where, how, key, since);
}

#endif /* HR_FINGERPRINT_H */
