/* sim/theory/balance_limits.h - balancing policies in front of very many exponential servers.
 *
 * Load rho per server; mean response in units of the mean service time.
 * SOURCE  M. Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS
 *         12(10), 2001 (d choices, mean field); Y. Lu and others, "Join-Idle-Queue", Performance
 *         Evaluation 68(11), 2011 (large-system limit). */
#ifndef HR_BALANCE_LIMITS_H
#define HR_BALANCE_LIMITS_H

double hr_choices_response(double rho, unsigned choices);
/* Idle servers report to a random one of many dispatchers, `servers` to each dispatcher. */
double hr_join_idle_response(double rho, double servers);

#endif /* HR_BALANCE_LIMITS_H */
