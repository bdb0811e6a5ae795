/* sim/results/names.h - the variables of a study's results: the contract between study/ (which
 * makes them) and report/ (which reads them).  Units are SI: s, 1, 1/s, bytes.
 *
 * ATTRIBUTES  title, question, source ("headroom 0.1.0"), history (the command without paths),
 *             schema_version, seed, complete ("1"/"0"), verdict (the first sentence),
 *             chosen (design), status (exit status as text), start (ISO local), Conventions,
 *             ended (why no more runs were made; "": just these were asked for),
 *             warmup (only where it was found out: how long, and how)
 *
 * DIMENSIONS  design; replication (1..); time (bucket starts, s); component (union over the
 *             designs, traffic classes included); request_class ("all" first, then rows);
 *             quantile (0.5 0.9 0.95 0.99 0.999); objective (as written); edge ("a -> b": a
 *             call site, a forwarder's target, a queue's consumer or its dead letters); activity
 *             (network queue work wait retry); slice (median, tail); latency_bin (lower edges, s);
 *             event; occurrence (of disturbances); outcome
 *
 * root        resolved(design) text              the resolved scenario
 *             changes(design) text               what differs from the base
 *             recovered(design) text             what recovered means, in words
 *             kind(component) text, product(component) text
 *             trust_measured|catalog|guessed|defaults(design) i64; trust_ranges(design) i64
 *             only where inputs are uncertain
 * summary     valid good answered late failed timed_out throttled refused degraded unfinished
 *             attempts (design, replication, request_class) i64
 *             availability, availability_lo, availability_hi (design, request_class)
 *             amplification, worst_5m_availability, worst_5m_at (design, request_class)
 *             rate (design, request_class) 1/s
 * latency     latency(design, request_class, quantile): bad ones infinite; _lo, _hi: interval
 *             answered(design, request_class, quantile), answered_mean(+_lo, _hi), answered_max
 *             by_replication(design, replication, request_class, quantile) of `latency`
 *             mean_by_replication(design, replication, request_class) of the answered
 *             histogram(design, request_class, latency_bin) i64: answered
 * series      arrivals good bad (design, time, request_class) 1/s: mean over replications
 *             latency(design, time, request_class, quantile) s: of the answered, pooled
 *             utilisation queue_length in_flight instances_up calls failed
 *             (design, time, component): mean over replications
 *             capacity(design, time, component): calls/s it could carry at full use; NaN
 * components  utilisation utilisation_lo utilisation_hi queue_mean queue_max in_flight_mean
 *             workers_mean instances_mean calls_rate failed_share sojourn_p50 sojourn_p99
 *             work_s wasted_s wasted_share kills bytes_in bytes_out unsized (design, component)
 *             hit_rate(design, component): only where a cache was asked
 *             utilisation_by_replication, and the same of queue, in_flight, calls, hit_rate and
 *             cost ($/mo) (design, replication, component): a figure of each replication
 * theory      (where a component is a plain station) model text, response load exact observed
 *             observed_lo observed_hi (design, component); NaN and "" elsewhere
 * instances   via dimension `instance` ("app/0"): utilisation(design, instance)
 * edges       rate attempts_rate ok failed timed_out throttled refused retries_denied
 *             breaker_refused bulkhead_refused hedges fallbacks (design, edge)
 *             caller(edge) callee(edge) text, asynchronous(edge) i64.  From a queue to its
 *             consumer: rate of messages handed over; failed: those that came back, were given
 *             up or expired.  From forwarders and of dead letters: the rates only
 * spent       time(design, request_class, slice, component, activity) s a request: adds up to
 *             total(design, request_class, slice); tasks(design, request_class, slice) i64
 * completion  (where a design sends something)
 *             completed dead_lettered outstanding (design, replication, request_class) i64
 *             time(design, request_class, quantile) s: not completed ones infinite; pooled
 *             time_mean(design, request_class) s: of the completed
 * queues      (where a design keeps messages)
 *             in done dead expired redelivered waiting in_flight (design, component): a run
 *             age_max(design, component) s; age(design, time, component) s: the largest of the
 *             oldest message's in the bucket, and of the runs
 * gauges      (where one is not zero) by dimension `gauge` ("api.environments": a component and
 *             what it shows beyond what all have, see `headroom explain KIND`):
 *             unit help component(gauge) text; mean most(design, gauge): over time and
 *             replications, highest of all runs; mean_by_replication(design, replication,
 *             gauge); over_time(design, time, gauge): mean over replications
 * ranges      (where inputs are uncertain; dimensions input, point)
 *             path(input) written(input) unit(input) text; from to (input); logarithmic(input)
 *             i64; position(input, point): of the sample, from 0 to 1
 *             luck ignorance (standard deviations) lowest highest (means of points)
 *             (design, objective); kept broken (design, objective) i64: points
 *             top(design, objective) text: the input that explains most; flip_text(design,
 *             objective) text: "breaks above 11.2ms"; flip flip_lo flip_hi (design, objective):
 *             of `top`, in its unit; share verdict_share (design, objective, input): explained;
 *             value(design, objective, point): mean of its runs
 * objectives  value lo hi limit (design, objective); verdict (design, objective) text: "kept",
 *             "broken", "undecided"; reason (design, objective) text; n(design, objective);
 *             measure(objective), unit(objective), estimator(objective) text: "ratio" (of sums over
 *             replications), "pooled", "mean" or "extreme"; expectation(objective) i64;
 *             level(design): confidence of each lo..hi, so that all hold at once with 95%
 *             num_by_replication den_by_replication (design, replication, objective): the figure
 *             of each replication is num / den; den is 1 where it is no ratio of sums.  rto and
 *             rpo: the worst of a replication
 * events      design (position, from 0) and replication (number, from 1) i64 (event);
 *             component what cause disturbance text; time last s; count i64
 * disturbances name verb target text (occurrence); design replication i64, as in events;
 *             begin end s (end infinite: it outlasted the run)
 * recovery    by dimension `recovery_row` (a time that a disturbance acted, in one replication):
 *             disturbance text; design (position), replication (number), occurrence (0, or its
 *             number among those at random times, which are of no replication) i64; begin rto s (rto 0:
 *             not affected, infinite: not recovered); its phases detect decide act restore
 *             warm_up s, which add up to rto; rpo s (NaN: no data can be lost by it);
 *             writes_lost affected i64; alone i64 (1: of a run in which nothing else acted)
 * budget      by dimension `budget_line`: of_design i64 (position; a group that has variables over
 *             `design` cannot have one of that name), cause text (a disturbance, a one-off load
 *             or "undisturbed"), bad (requests a run), share (of the error budget; adds up to
 *             what was spent); by design: allowed (requests in 30 days), target, assumed i64
 * year        (where an objective asks yearly_availability) by dimension `year_line`: of_design
 *             (as in budget), cause text (a hazard, whose periods it is about, or "undisturbed"),
 *             minutes minutes_lo minutes_hi min a year (they add up to `total` of the design),
 *             per_year (periods), period s (mean length), episodes overlapped given_up i64
 *             (simulated; with another strike; not restored), overlap_minutes min (of `minutes`:
 *             in periods with another strike), overlap_with text (the other that costs most);
 *             by design: availability availability_lo availability_hi, total min, target
 * cost        of_design (position; a group that has variables over `design` has none of that
 *             name) component dimension kind quantity unit price source trusted amount
 *             (invoice_line): kind "usage", "transfer", "commitment", "unused commitment" or
 *             "one-off", amount $/mo; total ordinary one_off revenue_lost (design) $/mo, NaN where a
 *             price is missing; total_by_replication revenue_lost_by_replication (design,
 *             replication) $/mo; missing(design) text: "app: requests, ..."; unsized(design) i64
 * first_break chain(design) text: lines, newline-separated, oldest first; "" if none
 *             outlasted(design) i64: 1 where the break goes on although its cause has ended
 */
#ifndef HR_RESULTS_NAMES_H
#define HR_RESULTS_NAMES_H
#define HR_RESULTS_SCHEMA "1"

/* Phases of a recovery, in their order. */
enum hr_phase {
    HR_PHASE_DETECT,
    HR_PHASE_DECIDE,
    HR_PHASE_ACT,
    HR_PHASE_RESTORE,
    HR_PHASE_WARM_UP,
    HR_N_PHASES
};

#endif
