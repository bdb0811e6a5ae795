/* sim/study/collect.h - from the records of many runs to the variables of results/names.h.
 *
 * Records are added one by one, each design's in replication order, and may be freed at once;
 * what is kept is sums, merged histograms and a few numbers a replication.  Everything
 * stored is a function of the records alone.
 * Classes, components and call sites are united over the designs in order of appearance; a
 * design without one has NaN (floats), 0 (counts) or "" there. */
#ifndef HR_STUDY_COLLECT_H
#define HR_STUDY_COLLECT_H

#include "sim/results/results.h"
#include "sim/scenario/scenario.h"
#include "sim/study/twins.h"
#include "sim/study/verdict.h"
#include "sim/system/record.h"

struct hr_collector;
struct hr_outer;

/* `s` is borrowed until the results are no longer used: names stay in its arena. */
struct hr_collector *hr_collector_create(const struct hr_scenario *s, uint32_t replications,
                                         uint64_t seed);
void hr_collector_add(struct hr_collector *c, uint32_t design, const struct hr_record *r);

/* The record of a twin, after that of the design's own run of this replication; NULL: the
 * design's own run shows the same. */
void hr_collector_twin(struct hr_collector *c, const struct hr_twin *t,
                       const struct hr_record *r);

/* The record of an episode (episode.h) of a design that hr_year_is_asked of. */
void hr_collector_episode(struct hr_collector *c, uint32_t design,
                          const struct hr_record *r);
/* The record of a disturbance alone, at a random time (episode.h). */
void hr_collector_occurrence(struct hr_collector *c, uint32_t design,
                             const struct hr_record *r);

/* Confidence of the interval of each objective of a design: all of them hold at once with 95%
 * (Bonferroni); once there has been a look (looks.h), those of all designs and looks do. */
double hr_collector_level(const struct hr_collector *c, size_t design);
/* Verdicts of a design, in the order of its objectives; `reason` as hr_verdict_decide. */
enum hr_verdict hr_collector_verdict(const struct hr_collector *c, size_t design,
                                     size_t objective, struct hr_arena *a,
                                     struct hr_estimate *e, const char **reason);
/* The exit status: of the chosen design, or of all. */
int hr_collector_status(const struct hr_collector *c, bool all_designs);

/* After `replications` of every design have been added: is a look due, and does it find all
 * objectives known to `precision`, as did the one before?  See looks.h. */
bool hr_collector_enough(struct hr_collector *c, uint32_t replications, double precision);
/* The study ended after so many whole replications because of its own rule: so many count as
 * asked for.  `why` in a few words, "" where it was asked for just these. */
void hr_collector_ended(struct hr_collector *c, uint32_t replications, const char *why);

/* Is half the width of the interval of every yearly_availability at most `share` of what is
 * missing from 100%? */
bool hr_collector_year_known(const struct hr_collector *c, double share);

/* What uncertain inputs do, outer.h: verdicts take it into account and results hold it.  Borrowed. */
void hr_collector_outer(struct hr_collector *c, const struct hr_outer *o);

/* Ledger violations of all runs; `first` (may be NULL) gets one line about the first. */
size_t hr_collector_violations(const struct hr_collector *c, const char **first);

/* The results, in `a`.  complete: every run that was asked for has been added. */
struct hr_results *hr_collector_results(const struct hr_collector *c, struct hr_arena *a,
                                        const char *history, int status);
void hr_collector_destroy(struct hr_collector *c);

#endif /* HR_STUDY_COLLECT_H */
