/* models/parts/health_check.c - see health_check.h. */
#include "models/parts/health_check.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_health_check_conf, m)
#define AWS_CHECKS                                                                         \
    "AWS, user guide for Application Load Balancers, target-group-health-checks.md "       \
    "(2023-06-15)"

static const struct hr_field fields[] = {
    {.name = "interval",
     .type = HR_FIELD_DURATION,
     .offset = AT(interval),
     .dflt = "30s",
     .min = 1e-3,
     .max = 1e6,
     .help = "Between two checks of the same target.",
     .source = AWS_CHECKS},
    {.name = "timeout",
     .type = HR_FIELD_DURATION,
     .offset = AT(timeout),
     .dflt = "5s",
     .max = 1e6,
     .help = "A check that is not answered by then has failed.",
     .source = AWS_CHECKS},
    {.name = "healthy",
     .type = HR_FIELD_COUNT,
     .offset = AT(healthy),
     .dflt = "5",
     .min = 1,
     .max = 1000,
     .help = "Good checks in a row after which an unhealthy target is healthy.",
     .source = AWS_CHECKS},
    {.name = "unhealthy",
     .type = HR_FIELD_COUNT,
     .offset = AT(unhealthy),
     .dflt = "2",
     .min = 1,
     .max = 1000,
     .help = "Failed checks in a row after which a target is unhealthy.",
     .source = AWS_CHECKS},
    {.name = "initial",
     .type = HR_FIELD_COUNT,
     .offset = AT(initial),
     .max = 1000,
     .help = "Good checks in a row before a new target gets requests; default: `healthy`."},
    {0},
};
const struct hr_table hr_health_check_table = {"health_check", fields,
                                               sizeof(struct hr_health_check_conf), NULL,
                                               "How targets are checked."};

void hr_health_check_check(const struct hr_health_check_conf *conf, const char *field,
                           struct hr_check *ck)
{
    if (conf != NULL && conf->timeout > conf->interval)
        hr_check_fail(ck, HR_E211, field,
                      "a check times out after the next one is sent: `timeout` must be at "
                      "most `interval`");
}

struct hr_health hr_health_begin(bool known_good)
{
    return (struct hr_health){.verdict = known_good ? HR_HEALTH_GOOD : HR_HEALTH_NEW};
}

static int64_t needed(const struct hr_health *h, const struct hr_health_check_conf *conf,
                      bool bad)
{
    if (bad)
        return conf->unhealthy;
    return h->verdict == HR_HEALTH_NEW && conf->initial > 0 ? conf->initial : conf->healthy;
}

bool hr_health_take(struct hr_health *h, const struct hr_health_check_conf *conf, bool bad)
{
    const enum hr_health_verdict says = bad ? HR_HEALTH_BAD : HR_HEALTH_GOOD;

    h->row = bad == h->last_bad && h->row < UINT32_MAX ? h->row + 1 : 1;
    h->last_bad = bad;
    if (h->verdict == says || h->row < needed(h, conf, bad))
        return false;
    h->verdict = says;
    return true;
}

bool hr_health_probe_bad(bool up, hr_time waiting_since, hr_time sent)
{
    return !up || waiting_since <= sent;
}

hr_time hr_health_phase(const struct hr_health_check_conf *conf, struct hr_draws *draws)
{
    return (hr_time)hr_draw_below(draws, (uint64_t)conf->interval);
}
