/* sim/scenario/analyse_bounds.c - see analyse_bounds.h. */
#include "sim/scenario/analyse_bounds.h"

#include "sim/scenario/stations.h"
#include "sim/system/plain_station.h"

struct least { /* of a row's mean latency */
    double seconds;
    const char *station; /* of theory; NULL: the time when nothing is busy */
};

/* Mean time of the steps that every call of an operation takes itself, one after the other. */
static double own_time(const struct hr_plan *plan, uint32_t op)
{
    const struct hr_component *c = &plan->components[plan->operations[op].component];
    const struct hr_op_conf *conf = plan->operations[op].conf;
    struct hr_plain_station s;
    double sum = 0.0;

    if (!conf)
        return 0.0;
    const double speed =
        c->model->station && c->model->station(c->conf, &s) ? s.speed : 0.0;
    for (uint32_t i = conf->steps.first; i < conf->steps.first + conf->steps.n; i++) {
        const struct hr_step *step = &plan->steps[i];

        if (step->kind == HR_STEP_WAIT)
            sum += hr_law_mean(&step->law);
        if (step->kind == HR_STEP_WORK && speed > 0.0)
            sum += hr_law_mean(&step->law) / speed;
    }
    return sum;
}

/* Whoever comes to a plain station waits for the same, whatever its own work. */
static struct least least_of(const struct hr_plan *plan, uint32_t row,
                             const struct hr_station_answer *answers, size_t n)
{
    const struct hr_site *site = &plan->sites[plan->rows[row].site];
    const bool patient = site->o.timeout == 0 &&
                         (!site->o.retry || !site->o.retry->timeout) &&
                         plan->rows[row].deadline == HR_NEVER && !site->o.hedge;
    struct least x = {patient ? own_time(plan, site->op) : 0.0, NULL};

    for (size_t i = 0; i < n; i++) {
        const struct hr_station_answer *t = &answers[i];
        const double waiting = t->response_s - t->work_s;

        if (t->component == site->callee && t->exact && !t->shared && waiting > 0) {
            x.seconds += waiting;
            x.station = t->model;
        }
    }
    return x;
}

static bool wants_less(const struct hr_objective *o, double seconds)
{
    return o->op <= 1 && (o->op == 0 ? o->limit <= seconds : o->limit < seconds);
}

static void warn(const struct hr_objective *o, const struct hr_plan *plan, uint32_t row,
                 const struct least *x, struct hr_diags *ds)
{
    struct hr_diag *w =
        x->station
            ? hr_diag_add(ds, HR_W113, o->at,
                          "`%s` cannot hold: as a queue %s, `%s` takes %.3g s on average",
                          o->text, x->station, plan->rows[row].name, x->seconds)
            : hr_diag_add(
                  ds, HR_W113, o->at,
                  "`%s` cannot hold: `%s` takes %.3g s on average when nothing is busy",
                  o->text, plan->rows[row].name, x->seconds);

    if (w != NULL)
        hr_diag_hint(ds, w, "%s",
                     x->station
                         ? "an exact result of queueing theory: give it faster work, more "
                           "cores, or another limit"
                         : "give it faster work or fewer steps, or another limit");
}

void hr_analyse_bounds(const struct hr_design *d, struct hr_arena *a, struct hr_diags *ds)
{
    struct hr_station_answer *answers;
    const size_t n = hr_stations_answers(d->plan, a, &answers);

    for (size_t i = 0; i < d->n_objectives; i++) {
        const struct hr_objective *o = &d->objectives[i];

        /* Of one class: a mean over several may be below that of one of them. */
        for (uint32_t r = 0; r < d->plan->n_rows && r < 64; r++) {
            if (o->measure != HR_MEASURE_MEAN_LATENCY || !hr_objective_is_plain(o) ||
                o->rows != UINT64_C(1) << r)
                continue;
            const struct least x = least_of(d->plan, r, answers, n);
            if (wants_less(o, x.seconds))
                warn(o, d->plan, r, &x, ds);
        }
    }
}
