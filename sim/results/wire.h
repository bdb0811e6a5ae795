/* sim/results/wire.h - a result set as one string of bytes, between two processes of ours.
 *
 * Numbers as this machine holds them, texts with their length; no file format.  Decoding trusts
 * nothing: the sender may have been damaged by what it read. */
#ifndef HR_WIRE_H
#define HR_WIRE_H

#include "sim/results/results.h"

/* From hr_heap_resize; the caller frees it. */
unsigned char *hr_wire_encode(const struct hr_results *r, size_t *length);
/* The same set again, in `a`; NULL if the bytes are not one. */
struct hr_results *hr_wire_decode(const unsigned char *bytes, size_t length,
                                  struct hr_arena *a);

#endif /* HR_WIRE_H */
