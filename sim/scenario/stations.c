/* sim/scenario/stations.c - see stations.h. */
#include "sim/scenario/stations.h"

#include "sim/scenario/flow_graph.h"
#include "sim/system/plain_station.h"
#include "sim/theory/general.h"
#include "sim/theory/queues.h"

#include <math.h>

/* What is asked of a component: a mixture of laws. */
struct demand {
    double rate, mean, second; /* 1/s; of the work, s and s^2 */
    bool exponential;          /* one exponential law */
};

/* --- do the assumptions hold? -------------------------------------------------------------------- */

static bool is_plain_request(const struct hr_plan *plan, const struct hr_row *row)
{
    const struct hr_component *from = &plan->components[row->component];
    const struct hr_call_options *o = &plan->sites[row->site].o;

    return from->model->poisson && from->model->poisson(from->conf) &&
           row->deadline == HR_NEVER && o->timeout == 0 && !o->retry && !o->breaker &&
           !o->hedge && o->bulkhead == 0;
}

/* Is it asked by plain requests alone, one call each?  Flows know what comes through forwarders,
 * and call sites what is in blocks that flows leave out. */
static bool is_asked_plainly(const struct hr_plan *plan, const struct hr_flow *f,
                             uint32_t part)
{
    const struct hr_component *c = &plan->components[part];
    uint32_t sites = 0;

    for (uint32_t i = 0; i < plan->n_sites; i++)
        sites += plan->sites[i].callee == part;
    for (uint32_t r = 0; r < plan->n_rows; r++) {
        const bool direct = plan->sites[plan->rows[r].site].callee == part;
        double calls = 0.0;

        for (uint32_t op = c->first_op; op < c->first_op + c->n_ops; op++)
            calls += f->calls[(size_t)r * plan->n_operations + op];
        if (direct ? calls != 1.0 || !is_plain_request(plan, &plan->rows[r]) : calls > 0.0)
            return false;
        sites -= direct;
    }
    return sites == 0;
}

/* The one piece of work that an operation is; NULL: it is something else. */
static const struct hr_law *only_work(const struct hr_plan *plan, uint32_t op)
{
    const struct hr_op_conf *conf = plan->operations[op].conf;
    const struct hr_step *step;

    if (!conf || conf->steps.n != 1)
        return NULL;
    step = &plan->steps[conf->steps.first];
    return step->kind == HR_STEP_WORK ? &step->law : NULL;
}

static bool add_demand(const struct hr_plan *plan, uint32_t row, double speed,
                       struct demand *d)
{
    const struct hr_site *site = &plan->sites[plan->rows[row].site];
    const struct hr_law *law = only_work(plan, site->op);
    const double rate = hr_flow_offered(plan, row, 0);

    if (!law || !(rate > 0))
        return false;
    const double mean = hr_law_mean(law) / speed;

    d->exponential = law->kind == HR_LAW_EXPONENTIAL &&
                     (d->rate == 0.0 || (d->exponential && mean * d->rate == d->mean));
    d->rate += rate;
    d->mean += rate * mean;
    d->second += rate * mean * mean * (1.0 + hr_law_scv(law));
    return true;
}

/* --- the answer ------------------------------------------------------------------------------------- */

static double response(const struct demand *d, const struct hr_plain_station *s,
                       double rate, unsigned cores, bool *exact)
{
    const double scv = d->second / (d->mean * d->mean) - 1.0;

    *exact = true;
    if (s->shared || d->exponential)
        return hr_mmc_response(rate, 1.0 / d->mean, cores);
    if (cores == 1)
        return hr_mg1_response(rate, d->mean, scv);
    *exact = false;
    return d->mean + hr_ggc_wait(rate, d->mean, cores, 1.0, scv);
}

static bool answer(const struct hr_plan *plan, const struct hr_flow *f, uint32_t part,
                   struct hr_arena *a, struct hr_station_answer *to)
{
    const struct hr_component *c = &plan->components[part];
    struct hr_plain_station s;
    struct demand d = {0};

    if (!c->model->station || !c->model->station(c->conf, &s) || !(s.cores < 1e4) ||
        s.cores != floor(s.cores) || !is_asked_plainly(plan, f, part))
        return false;
    for (uint32_t r = 0; r < plan->n_rows; r++)
        if (plan->sites[plan->rows[r].site].callee == part &&
            !add_demand(plan, r, s.speed, &d))
            return false;
    if (!(d.rate > 0) || !isfinite(d.second))
        return false;
    const unsigned cores = (unsigned)s.cores;
    const double rate = d.rate / (double)s.instances;

    d.mean /= d.rate;
    d.second /= d.rate;
    to->component = part;
    to->shared = s.shared;
    to->load = rate * d.mean / s.cores;
    to->work_s = d.mean;
    to->response_s = response(&d, &s, rate, cores, &to->exact);
    to->model = hr_arena_printf(a, "M/%s/%u%s", d.exponential ? "M" : "G", cores,
                                s.shared ? ", shared" : "");
    return true;
}

/* May anything be a plain station at all?  Then it is worth following who calls whom. */
static bool any_station(const struct hr_plan *plan)
{
    for (uint32_t i = 0; i < plan->n_disturbances; i++)
        if (hr_disturbance_in_runs(&plan->disturbances[i]))
            return false;
    for (uint32_t i = 0; i < plan->n_components; i++)
        if (plan->components[i].model->station)
            return true;
    return false;
}

size_t hr_stations_answers(const struct hr_plan *plan, struct hr_arena *a,
                           struct hr_station_answer **answers)
{
    const struct hr_flow *f = any_station(plan) ? hr_flow_make(plan, a) : NULL;
    size_t n = 0;

    *answers = hr_arena_alloc(a, plan->n_components, sizeof **answers);
    for (uint32_t i = 0; f && i < plan->n_components; i++)
        n += answer(plan, f, i, a, &(*answers)[n]);
    return n;
}
