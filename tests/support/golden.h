/* tests/support/golden.h - texts that were read by a person once and must not change unseen. */
#ifndef HR_GOLDEN_H
#define HR_GOLDEN_H

/* Fail if `text` differs from the file at `path` (from the source folder); the message names
 * the first line that does.  With HR_UPDATE_GOLDEN=1 in the environment the file is written
 * instead: read the difference before it is committed. */
void hr_golden_check(const char *path, const char *text);

#endif /* HR_GOLDEN_H */
