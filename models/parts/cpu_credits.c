/* models/parts/cpu_credits.c - see cpu_credits.h. */
#include "models/parts/cpu_credits.h"

#include <stddef.h>

enum { CREDIT_S = 60 }; /* a credit is one vCPU for a minute */

#define SOONEST  (HR_SECOND / 10) /* looks are no closer than this */
#define LATEST   HR_MINUTE        /* and no further apart */
#define RECOVERS (5 * HR_SECOND)  /* how often a capped one is looked at */

#define GUIDE                                                                              \
    "Amazon EC2 user guide, burstable-credits-baseline-concepts.md "                       \
    "(github.com/awsdocs/amazon-ec2-user-guide@e3707c4, 2023-06-15)"

#define AT(m) offsetof(struct hr_cpu_credits_conf, m)
static const char *const modes[] = {"standard", "unlimited", NULL};

static const struct hr_field fields[] = {
    {.name = "baseline",
     .type = HR_FIELD_SHARE,
     .offset = AT(baseline),
     .required = true,
     .min = 1e-3,
     .max = 1,
     .help = "Share of each vCPU that it may use for ever."},
    {.name = "earn",
     .type = HR_FIELD_RATE,
     .offset = AT(earn),
     .max = 1e6,
     .help = "Credits that it earns, as in 24/h; one is a vCPU-minute. Default: what the "
             "baseline uses.",
     .source = GUIDE},
    {.name = "most",
     .type = HR_FIELD_NUMBER,
     .offset = AT(most),
     .max = 1e9,
     .help = "Credits that it can hold. Default: what it earns in 24 h.",
     .source = GUIDE},
    {.name = "initial",
     .type = HR_FIELD_NUMBER,
     .offset = AT(initial),
     .dflt = "0",
     .max = 1e9,
     .help = "Credits of an instance when it is launched.",
     .source = GUIDE ": t3, t3a and t4g get no launch credits"},
    {.name = "at_start",
     .type = HR_FIELD_NUMBER,
     .offset = AT(at_start),
     .max = 1e9,
     .help = "Credits of those that run when the scenario begins. Default: `most`, as in a "
             "fleet that has been idle enough; with start_cold `initial`."},
    {.name = "mode",
     .type = HR_FIELD_CHOICE,
     .offset = AT(mode),
     .dflt = "unlimited",
     .choices = modes,
     .help = "Without credits: slowed down to the baseline, or more is billed.",
     .source = GUIDE ": t3 is unlimited unless changed, t2 standard"},
    {0},
};
const struct hr_table hr_cpu_credits_table = {"cpu_credits", fields,
                                              sizeof(struct hr_cpu_credits_conf), NULL,
                                              "CPU credits of a burstable instance."};

void hr_cpu_credits_check(struct hr_cpu_credits_conf *c, double cores, struct hr_check *ck)
{
    if (!(c->earn > 0.0))
        c->earn = c->baseline * cores / CREDIT_S;
    if (!(c->most > 0.0))
        c->most = c->earn * hr_time_s(HR_DAY);
    if (!hr_check_given(ck, "cpu_credits.at_start"))
        c->at_start = c->most;
    if (c->initial > c->most || c->at_start > c->most)
        hr_check_fail(ck, HR_E207, "cpu_credits",
                      "it begins with more credits than `most`");
}

/* --- the pure part ----------------------------------------------------------------------- */

void hr_cpu_credits_init(struct hr_cpu_credits *s, double credits, hr_time now,
                         double used_s)
{
    *s = (struct hr_cpu_credits){
        .balance_s = credits * CREDIT_S, .used_s = used_s, .as_of = now};
}

static void settle(struct hr_cpu_credits *s, const struct hr_cpu_credits_conf *c,
                   double cores)
{
    const double most_s = c->most * CREDIT_S;
    const double burst = cores * (1.0 - c->baseline); /* CPU a second above the cap */

    if (s->balance_s > most_s)
        s->balance_s = most_s;
    if (c->mode == HR_CREDITS_UNLIMITED) {
        if (s->balance_s < -most_s) {
            s->surplus_s += -most_s - s->balance_s;
            s->balance_s = -most_s;
        }
    } else if (s->balance_s <= 0.0) {
        s->balance_s = 0.0;
        s->capped = true;
    } else if (s->balance_s >= burst) {
        s->capped = false;
    }
}

hr_time hr_cpu_credits_look(struct hr_cpu_credits *s, const struct hr_cpu_credits_conf *c,
                            double cores, hr_time now, double used_s)
{
    const double earned = c->earn * CREDIT_S; /* CPU seconds a second */

    s->balance_s += earned * hr_time_s(now - s->as_of) - (used_s - s->used_s);
    s->used_s = used_s;
    s->as_of = now;
    settle(s, c, cores);
    if (c->mode == HR_CREDITS_UNLIMITED || earned >= cores)
        return now + LATEST;
    if (s->capped)
        return now + RECOVERS;
    const hr_time soonest = hr_time_from_s(s->balance_s / (cores - earned));

    return now + (soonest < SOONEST ? SOONEST : soonest > LATEST ? LATEST : soonest);
}

void hr_cpu_credits_end(struct hr_cpu_credits *s)
{
    if (s->balance_s < 0.0)
        s->surplus_s -= s->balance_s;
    s->balance_s = 0.0;
}

/* --- for an instance of a fleet ---------------------------------------------------------- */

static double used_s(struct hr_run *run, uint32_t instance)
{
    return hr_instance_used(run, instance) * 1e-9;
}

void hr_cpu_credits_begin(struct hr_run *run, uint32_t instance, struct hr_cpu_credits *s,
                          double credits)
{
    hr_cpu_credits_init(s, credits, hr_now(run), used_s(run, instance));
}

hr_time hr_cpu_credits_apply(struct hr_run *run, hr_part p, uint32_t instance,
                             struct hr_cpu_credits *s, const struct hr_cpu_credits_conf *c,
                             double cores)
{
    const bool was_capped = s->capped;
    const hr_time next =
        hr_cpu_credits_look(s, c, cores, hr_now(run), used_s(run, instance));

    if (s->capped != was_capped)
        hr_instance_cores(run, instance, s->capped ? cores * c->baseline : cores);
    if (s->capped && !was_capped)
        hr_event_note(run, p, instance, "CPU credits used up", NULL);
    return next;
}
