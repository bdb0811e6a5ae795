/* sim/report/sentence.h - the answer of a study in one sentence, to be read out in a meeting.
 *
 * Which design keeps everything, and why the others lose:
 *
 *   retry_budget keeps both objectives; five_retries breaks availability (97.1% against 99.5%)
 *   once slow_payments begins.
 *
 * With several that keep everything the first in the file is named and the sentence says so
 * (cost is not yet measured).  Where none does: the one that comes closest, or what would
 * decide.  About forty words: details of the losers are left out until it is that short. */
#ifndef HR_SENTENCE_H
#define HR_SENTENCE_H

#include "sim/results/results.h"

/* Plain text in `a`, one line, ending in a full stop.  Reads the groups objectives, summary,
 * latency and first_break; what is missing is not spoken of. */
const char *hr_report_sentence(const struct hr_results *r, struct hr_arena *a);

#endif /* HR_SENTENCE_H */
