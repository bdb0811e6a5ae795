/* models/parts/group_metric.c - what an autoscaling group measures and decides: metric periods,
 * alarms, the desired capacity; see models/parts/scaling.h for the rule. */
#include "models/parts/group.h"

#include "sim/engine/arena.h"

#include <math.h>
#include <string.h>

enum { PERIOD, SAMPLE }; /* of used[] and asked[] */

static const char *const above_target[] = {
    [HR_TRACK_CPU] = "CPU above target", [HR_TRACK_REQUESTS] = "requests above target"};
static const char *const below_target[] = {
    [HR_TRACK_CPU] = "CPU below target", [HR_TRACK_REQUESTS] = "requests below target"};

/* --- the metric -------------------------------------------------------------------------- */

static void begin_window(struct hr_run *run, const struct hr_group *g, uint32_t slot,
                         int which)
{
    struct hr_group_member *m = &g->members[slot];

    m->used[which] = hr_instance_used(run, g->first + slot);
    m->asked[which] = m->requests;
}

void hr_group_metric_begin(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct hr_group *g = hr_state(run, p);

    begin_window(run, g, slot, PERIOD);
    begin_window(run, g, slot, SAMPLE);
}

/* Does it count in a window that began at `since`: it answers, and had warmed up by then? */
static bool counted(struct hr_run *run, hr_part p, uint32_t slot, hr_time since)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    const struct hr_group *g = hr_state(run, p);

    return hr_instance_open(run, g->first + slot) &&
           g->members[slot].in_service + conf->warm_up <= since;
}

/* Mean of the counted since a window began, and how many they are; NaN without any. */
static double mean_since(struct hr_run *run, hr_part p, int measure, int which, int64_t *n)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    const struct hr_group *g = hr_state(run, p);
    const hr_time since = which == PERIOD ? g->period_began : g->sample_began;
    const double lasted = (double)(hr_now(run) - since);
    double sum = 0.0;

    *n = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        const struct hr_group_member *m = &g->members[i];

        if (!counted(run, p, i, since))
            continue;
        sum +=
            measure == HR_TRACK_CPU
                ? (hr_instance_used(run, g->first + i) - m->used[which]) / conf->fleet.cores
                : (double)(m->requests - m->asked[which]) * 1e9;
        ++*n;
    }
    return *n > 0 ? sum / lasted / (double)*n : (double)NAN;
}

static void remember(struct hr_group *g, uint32_t rule, double metric)
{
    struct hr_scaling_history *h = &g->histories[rule];
    double *at = &g->metrics[(size_t)rule * g->periods];

    if (h->n == g->periods)
        memmove(at, at + 1, (g->periods - 1) * sizeof *at);
    else
        h->n++;
    at[h->n - 1] = metric;
}

/* --- decisions --------------------------------------------------------------------------- */

/* Instances that are being launched or warm up. */
static bool on_its_way(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    const struct hr_group *g = hr_state(run, p);

    for (uint32_t i = 0; i < g->n; i++) {
        const enum hr_instance_state s = hr_instance_state(run, g->first + i);

        if (s == HR_INSTANCE_LAUNCHING ||
            (s == HR_INSTANCE_SERVING &&
             g->members[i].in_service + conf->warm_up > hr_now(run)))
            return true;
    }
    return false;
}

static void look_at_alarms(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);

    for (uint32_t k = 0; k < g->n_rules; k++) {
        struct hr_group_tracker *t = &g->trackers[k];
        const enum hr_scaling_alarm now = hr_scaling_alarm(&g->rules[k], g->histories[k]);

        if (now == HR_SCALING_OUT && t->alarm != now) {
            hr_event_note(run, p, HR_NONE, "alarm: scale out", above_target[t->measure]);
            hr_mark(run, p, HR_NONE, HR_MARK_DETECTED);
        }
        if (now == HR_SCALING_IN && t->alarm != now && !g->rules[k].in_disabled &&
            g->desired > conf->instances->min)
            hr_event_note(run, p, HR_NONE, "alarm: scale in", below_target[t->measure]);
        t->alarm = now;
    }
}

static const char *cause_of(const struct hr_group *g, enum hr_scaling_alarm alarm)
{
    for (uint32_t k = 0; k < g->n_rules; k++)
        if (g->trackers[k].alarm == alarm)
            return (alarm == HR_SCALING_OUT ? above_target
                                            : below_target)[g->trackers[k].measure];
    return NULL;
}

static void change_desired(struct hr_run *run, hr_part p, int64_t desired)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    const bool out = desired > g->desired;

    hr_event_change(run, p, HR_NONE, "desired capacity",
                    cause_of(g, out ? HR_SCALING_OUT : HR_SCALING_IN), g->desired, desired);
    if (out)
        hr_mark(run, p, HR_NONE, HR_MARK_DECIDED);
    hr_gauge_add(run, p, HR_GROUP_GAUGE_DESIRED, desired - g->desired);
    g->desired = desired;
    g->rests_until = hr_now(run) + conf->cooldown;
    hr_group_fleet_converge(run, p);
}

static void decide(struct hr_run *run, hr_part p, int64_t counted_now)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    const struct hr_scaling_state s = {.min = conf->instances->min,
                                       .max = g->max,
                                       .desired = g->desired,
                                       .counted = counted_now,
                                       .on_its_way = on_its_way(run, p)};
    const int64_t desired = hr_scaling_desired(&s, g->n_rules, g->rules, g->histories);

    if (hr_now(run) < g->rests_until || hr_effect_frozen(run, p))
        return;
    if (desired != g->desired)
        change_desired(run, p, desired);
    else if (g->desired == g->max && cause_of(g, HR_SCALING_OUT))
        hr_event_note(run, p, HR_NONE, "at its maximum", cause_of(g, HR_SCALING_OUT));
}

/* --- periods and samples ----------------------------------------------------------------- */

/* For the report alone: when the metric first rose above its target. */
static void note_crossings(struct hr_run *run, hr_part p)
{
    struct hr_group *g = hr_state(run, p);
    int64_t n;

    for (uint32_t k = 0; k < g->n_rules; k++) {
        struct hr_group_tracker *t = &g->trackers[k];

        if (t->above || !(mean_since(run, p, t->measure, SAMPLE, &n) > g->rules[k].target))
            continue;
        t->above = true;
        hr_event_note(run, p, HR_NONE, above_target[t->measure], NULL);
    }
}

static void end_period(struct hr_run *run, hr_part p)
{
    struct hr_group *g = hr_state(run, p);
    int64_t n = 0;

    for (uint32_t k = 0; k < g->n_rules; k++) {
        const double metric = mean_since(run, p, g->trackers[k].measure, PERIOD, &n);

        remember(g, k, metric);
        if (!(metric > g->rules[k].target))
            g->trackers[k].above = false;
    }
    look_at_alarms(run, p);
    g->period_began = hr_now(run);
    for (uint32_t i = 0; i < g->n; i++)
        begin_window(run, g, i, PERIOD);
    decide(run, p, n);
}

static void plan_sample(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    const struct hr_group *g = hr_state(run, p);
    const hr_time step = conf->metric_period / HR_GROUP_SAMPLES;

    hr_control_set(run, p,
                   g->period_began + (g->samples + 1 == HR_GROUP_SAMPLES
                                          ? conf->metric_period
                                          : step * (g->samples + 1)),
                   HR_GROUP_SAMPLE, 0);
}

void hr_group_metric_sample(struct hr_run *run, hr_part p)
{
    struct hr_group *g = hr_state(run, p);

    note_crossings(run, p);
    if (++g->samples == HR_GROUP_SAMPLES) {
        g->samples = 0;
        end_period(run, p);
    }
    g->sample_began = hr_now(run);
    for (uint32_t i = 0; i < g->n; i++)
        begin_window(run, g, i, SAMPLE);
    plan_sample(run, p);
}

static void make_rules(struct hr_run *run, const struct hr_items *scaling,
                       struct hr_group *g)
{
    const struct hr_group_policy *policies = scaling->at;
    struct hr_arena *a = hr_run_arena(run);

    g->rules = hr_arena_alloc(a, scaling->n, sizeof *g->rules);
    g->trackers = hr_arena_alloc(a, scaling->n, sizeof *g->trackers);
    g->histories = hr_arena_alloc(a, scaling->n, sizeof *g->histories);
    g->n_rules = scaling->n;
    g->periods = 1;
    for (uint32_t k = 0; k < scaling->n; k++) {
        const struct hr_group_policy *c = &policies[k];

        g->rules[k] = (struct hr_scaling_rule){.target = c->track->at.value,
                                               .in_below = c->in_below,
                                               .in_most = c->in_most,
                                               .out_periods = (uint32_t)c->out_periods,
                                               .in_periods = (uint32_t)c->in_periods,
                                               .in_disabled = c->disable_in};
        g->trackers[k].measure = c->track->measure;
        if (g->rules[k].out_periods > g->periods)
            g->periods = g->rules[k].out_periods;
        if (g->rules[k].in_periods > g->periods)
            g->periods = g->rules[k].in_periods;
    }
    g->metrics = hr_arena_alloc(a, (size_t)scaling->n * g->periods, sizeof *g->metrics);
    for (uint32_t k = 0; k < scaling->n; k++)
        g->histories[k].metric = &g->metrics[(size_t)k * g->periods];
}

void hr_group_metric_start(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);

    make_rules(run, &conf->scaling, g);
    g->period_began = g->sample_began = hr_now(run);
    if (g->n_rules > 0)
        plan_sample(run, p);
}
