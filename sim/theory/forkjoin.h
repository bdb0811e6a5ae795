/* sim/theory/forkjoin.h - requests in several parts: fork-join, quorums, hedges, replicas.
 *
 * Exponential service unless it says otherwise; rates per second, times in seconds.
 * SOURCE  R. Nelson, A. Tantawi, "Approximate analysis of fork/join synchronization in parallel
 *         queues", IEEE Trans. Computers 37(6), 1988 (error below 5% up to 32 queues; exact for
 *         two: L. Flatto, S. Hahn 1984); H. David, H. Nagaraja, "Order Statistics", 3rd ed. 2003
 *         (quorums); J. Dean, L. Barroso, "The tail at scale", CACM 56(2), 2013 (hedges); K.
 *         Gardner and others, "Redundancy-d: the power of d choices for redundancy", Operations
 *         Research 65(4), 2017; A. Vulimiri and others, "Low latency via redundancy", CoNEXT
 *         2013. */
#ifndef HR_FORKJOIN_H
#define HR_FORKJOIN_H

/* A request is in all of n queues, and done when its last part is. */
double hr_fork_join_response(double lambda, double mu, unsigned n);
/* The next begins when all n parts of the one before are done. */
double hr_split_merge_response(double lambda, double mu, unsigned n);

/* The k-th answer of n, no queueing. */
double hr_quorum_mean(unsigned n, unsigned k, double mean);
double hr_quorum_quantile(unsigned n, unsigned k, double mean, double p);

/* The first of d copies at d of k servers, the others cancelled; load rho per server. */
double hr_redundancy_response(unsigned k, unsigned d, double rho, double mu);
/* Two copies at two of very many servers, both run to their end; base load rho. */
double hr_replication_response(double rho, double mu);

#endif /* HR_FORKJOIN_H */
