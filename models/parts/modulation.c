/* models/parts/modulation.c - see modulation.h. */
#include "models/parts/modulation.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_phase, m)
static const struct hr_field fields[] = {
    {.name = "to",
     .type = HR_FIELD_FACTOR,
     .offset = AT(to),
     .required = true,
     .max = 1e6,
     .help = "Factor of the rate while it lasts."},
    {.name = "lasts",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(lasts),
     .required = true,
     .help = "How long it lasts, drawn anew each time."},
    {0},
};
const struct hr_table hr_phase_table = {"phase", fields, sizeof(struct hr_phase), NULL,
                                        "One level of `modulated`."};

static hr_time later(hr_time t, double by_s)
{
    return hr_time_after(t, hr_time_from_s(by_s));
}

static double cycle_s(const struct hr_items *phases)
{
    const struct hr_phase *p = phases->at;
    double sum = 0.0;

    for (uint32_t i = 0; i < phases->n; i++)
        sum += hr_law_mean(&p[i].lasts);
    return sum;
}

void hr_modulation_begin(struct hr_modulation *m, const struct hr_items *phases,
                         struct hr_draws draws)
{
    *m = (struct hr_modulation){.phases = phases->at, .n = phases->n, .draws = draws};
    double left = hr_draw_uniform(&m->draws) * cycle_s(phases);

    while (m->at + 1 < m->n && left >= hr_law_mean(&m->phases[m->at].lasts))
        left -= hr_law_mean(&m->phases[m->at++].lasts);
    const struct hr_law *law = &m->phases[m->at].lasts;
    const double share = hr_draw_uniform(&m->draws), whole = hr_law_draw(law, &m->draws);
    m->until = later(0, law->kind == HR_LAW_EXPONENTIAL ? whole : share * whole);
}

double hr_modulation_at(struct hr_modulation *m, hr_time t)
{
    while (m->until <= t) {
        m->at = (m->at + 1) % m->n;
        m->until = later(m->until, hr_law_draw(&m->phases[m->at].lasts, &m->draws));
    }
    return m->phases[m->at].to;
}

double hr_modulation_mean(const struct hr_items *phases)
{
    const struct hr_phase *p = phases->at;
    double sum = 0.0;

    for (uint32_t i = 0; i < phases->n; i++)
        sum += p[i].to * hr_law_mean(&p[i].lasts);
    return phases->n ? sum / cycle_s(phases) : 1.0;
}
