/* sim/report/sentence.h - the answer of a study in one sentence, to be read out in a meeting.
 *
 * The cheapest design that keeps everything, and why the others lose:
 *
 *   retry_budget keeps both objectives for $412 a month; five_retries, $84 dearer, breaks
 *   availability (97.1% against 99.5%) once slow_payments begins.
 *
 * Where costs are not known for all that keep everything, the first in the file is named and the
 * sentence says so.  Where none keeps everything: the one that comes closest, or what would
 * decide.  About forty words: details of the losers are left out until it is that short. */
#ifndef HR_SENTENCE_H
#define HR_SENTENCE_H

#include "sim/results/results.h"

/* Plain text in `a`, one line, ending in a full stop.  Reads the groups objectives, summary,
 * latency, first_break and cost; what is missing is not spoken of. */
const char *hr_report_sentence(const struct hr_results *r, struct hr_arena *a);

#endif /* HR_SENTENCE_H */
