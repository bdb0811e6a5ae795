/* models/edge/toll_gate.c - a gate that takes a little time of everyone and turns a share away.
 *
 * Not part of headroom: scripts/check-seam adds it to a copy of the tree, as the README says a
 * kind of component is added, and runs a scenario with it. */
#include "sim/system/model.h"

#include <stddef.h>

struct toll_gate_conf {
    struct hr_indices targets;
    struct hr_law delay; /* s */
    double turned_away;
};

#define AT(m) offsetof(struct toll_gate_conf, m)
static const struct hr_field fields[] = {
    {.name = "targets",
     .type = HR_FIELD_COMPONENTS,
     .offset = AT(targets),
     .required = true,
     .role = "what is behind the gate",
     .help = "The component behind it."},
    {.name = "delay",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(delay),
     .dflt = "1ms",
     .help = "What it takes of everyone."},
    {.name = "turned_away",
     .type = HR_FIELD_SHARE,
     .offset = AT(turned_away),
     .dflt = "0%",
     .max = 1,
     .help = "The share that is throttled."},
    {0},
};
static const struct hr_table table = {"toll_gate", fields, sizeof(struct toll_gate_conf),
                                      NULL, "A gate."};

enum { FOR_DELAY = 1, FOR_TOLL };

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct toll_gate_conf *conf = hr_conf(run, p);
    struct hr_draws delay = hr_call_draws(run, c, FOR_DELAY);
    struct hr_draws toll = hr_call_draws(run, c, FOR_TOLL);

    if (hr_draw_uniform(&toll) < conf->turned_away)
        hr_done(run, c, HR_THROTTLED);
    else
        hr_hold_for(run, c, hr_time_from_s(hr_law_draw(&conf->delay, &delay)), 0);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    (void)p;
    (void)tag;
    hr_forward(run, (hr_call)data, 0, HR_NONE);
}

const struct hr_model hr_toll_gate_model = {
    .kind = "toll_gate",
    .room = "edge",
    .summary = "Takes a little time of everyone and turns a share away.",
    .source = "made up, for the test of the seam",
    .manual = "A gate in front of one component.\n",
    .table = &table,
    .ops = HR_OPS_FORWARDED,
    .arrive = arrive,
    .targets = AT(targets),
    .timer = timer,
};
