/* sim/engine/check.h - programming errors.
 *
 * HR_ASSERT   an invariant of ours, in debug builds only (compiled out with NDEBUG);
 * HR_REQUIRE  a precondition or a limit of a data structure, always on.
 * Both end the process through hr_panic, which prints what, where, and exits with 70.
 * Input errors are never handled here: they are diagnostics (sim/system/diag.h). */
#ifndef HR_CHECK_H
#define HR_CHECK_H

#include <stddef.h>

_Noreturn void hr_panic(const char *file, int line, const char *what);
/* The system refused `bytes` more: prints so and exits with 70. */
_Noreturn void hr_panic_memory(size_t bytes);

#define HR_REQUIRE(cond) ((cond) ? (void)0 : hr_panic(__FILE__, __LINE__, #cond))
#ifdef NDEBUG
#define HR_ASSERT(cond) ((void)0)
#else
#define HR_ASSERT(cond) HR_REQUIRE(cond)
#endif

/* Of what every request does several times: inline, whatever the compiler thinks of its size. */
#define HR_INLINE static inline __attribute__((always_inline))
/* A way of its own: inline, it would make the common one save registers for it. */
#define HR_APART __attribute__((noinline))

#endif /* HR_CHECK_H */
