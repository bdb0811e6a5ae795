/* sim/scenario/flow_graph.h - expected flows through a plan, without simulating.
 *
 * MODEL    One request of a traffic row causes, on average, calls(op) calls of each operation
 *          and so much CPU work at each component: the sums over the call graph, with the
 *          shares of `choose` and the means of `repeat`; `when` blocks, retries, hedges and
 *          disturbances are left out.  Means only: this says what is overloaded, not how late
 *          it answers.
 * COST     O(operations x steps) a row. */
#ifndef HR_FLOW_GRAPH_H
#define HR_FLOW_GRAPH_H

#include "sim/system/model.h"

struct hr_flow {
    double *calls;  /* [row * n_operations + op]: calls a request of the row */
    double *work_s; /* [row * n_components + component]: CPU seconds a request of the row */
    double *rest_s; /* [op]: mean seconds of a call of the operation when nothing is busy */
    double *patience_s; /* [op]: longest that the operation itself waits for one callee: its
                         * time-outs x attempts and pauses; 0 = it sets no limit */
    double *back; /* [row]: messages a request that lead back to where they came from; they
                         * are not followed further */
    uint32_t *back_to;     /* [row]: one such operation; HR_NONE: none */
    double *amplification; /* [op]: attempts at the end of the worst chain below one call */
};

struct hr_flow *hr_flow_make(const struct hr_plan *plan, struct hr_arena *a);

/* Fill `weight` of the plan's operations: calls a second at t = 0; 0 where traffic has no bound. */
void hr_flow_weigh(struct hr_plan *plan);

/* A row's share of the requests of its class of traffic. */
double hr_flow_share(const struct hr_plan *plan, uint32_t row);
/* Requests a second of a row at time t. */
double hr_flow_offered(const struct hr_plan *plan, uint32_t row, hr_time t);

#endif /* HR_FLOW_GRAPH_H */
