/* A pool of threads that counts primes. Nothing here knows Python. */
#ifndef MINTY_H
#define MINTY_H

#include <stdint.h>

#define MINTY_API __attribute__((visibility("default")))

typedef struct minty_pool minty_pool;

/* Starts a pool of 1 to 1024 threads. Gives 0, or an errno value and no pool. */
MINTY_API int minty_pool_open(unsigned threads, minty_pool **opened);

/*
 * Counts the primes below a number. May be called from several threads; the calls take turns.
 * Gives 0, or an errno value.
 */
MINTY_API int minty_pool_count_primes(minty_pool *pool, uint32_t below, uint32_t *count);

/* Ends and joins the threads. No call may be under way, and none may follow. */
MINTY_API void minty_pool_close(minty_pool *pool);

#endif
