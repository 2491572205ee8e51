/*
 * A segmented sieve of Eratosthenes, its segments dealt out to a pool of threads.
 *
 * What the threads share is in `struct minty_pool` and guarded by its `lock`, but for the job's own data, which is
 * written before the job is announced and read only after that. A job is over when its last segment has been dealt
 * and `working` is back to 0.
 */
#include "minty.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_THREADS = 1024, SEGMENT = 1 << 17 };

struct minty_pool {
    pthread_mutex_t turn; /* held for the length of a job */
    pthread_mutex_t lock;
    pthread_cond_t news; /* to the threads: a job, or the end */
    pthread_cond_t idle; /* to the caller: the job is over */
    int ending;
    unsigned working;
    int error;
    uint32_t count;
    /* the job */
    uint64_t next;
    uint64_t below;
    const uint32_t *base;
    size_t base_length;
    unsigned threads;
    pthread_t thread[];
};

/* The primes up to the square root of what a uint32_t holds, as far as `below` needs them. */
static uint32_t *base_primes(uint64_t below, size_t *length)
{
    uint32_t limit = 2;
    while ((uint64_t)limit * limit < below)
        limit += 1;
    unsigned char *composite = calloc(limit + 1, 1);
    uint32_t *primes = malloc((limit + 1) * sizeof *primes);
    if (composite == NULL || primes == NULL) {
        free(composite);
        free(primes);
        return NULL;
    }
    *length = 0;
    for (uint32_t number = 2; number <= limit; number++) {
        if (composite[number])
            continue;
        primes[(*length)++] = number;
        for (uint64_t multiple = (uint64_t)number * number; multiple <= limit; multiple += number)
            composite[multiple] = 1;
    }
    free(composite);
    return primes;
}

/* The primes in [from, to), a range of at most SEGMENT numbers. */
static uint32_t count_segment(const minty_pool *pool, unsigned char *composite, uint64_t from, uint64_t to)
{
    memset(composite, 0, to - from);
    for (size_t index = 0; index < pool->base_length; index++) {
        uint64_t prime = pool->base[index];
        if (prime * prime >= to)
            break;
        uint64_t multiple = (from + prime - 1) / prime * prime;
        if (multiple < prime * prime)
            multiple = prime * prime;
        for (; multiple < to; multiple += prime)
            composite[multiple - from] = 1;
    }
    uint32_t count = 0;
    for (uint64_t number = from < 2 ? 2 : from; number < to; number++)
        count += !composite[number - from];
    return count;
}

static void *work(void *argument)
{
    minty_pool *pool = argument;
    unsigned char *composite = malloc(SEGMENT);
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->ending && pool->next >= pool->below)
            pthread_cond_wait(&pool->news, &pool->lock);
        if (pool->ending)
            break;
        if (composite == NULL) {
            pool->error = ENOMEM;
            pool->next = pool->below;
            if (pool->working == 0)
                pthread_cond_signal(&pool->idle);
            continue;
        }
        uint64_t from = pool->next;
        uint64_t to = pool->below - from < SEGMENT ? pool->below : from + SEGMENT;
        pool->next = to;
        pool->working += 1;
        pthread_mutex_unlock(&pool->lock);
        uint32_t count = count_segment(pool, composite, from, to);
        pthread_mutex_lock(&pool->lock);
        pool->count += count;
        pool->working -= 1;
        if (pool->working == 0 && pool->next >= pool->below)
            pthread_cond_signal(&pool->idle);
    }
    pthread_mutex_unlock(&pool->lock);
    free(composite);
    return NULL;
}

int minty_pool_open(unsigned threads, minty_pool **opened)
{
    *opened = NULL;
    if (threads < 1 || threads > MAX_THREADS)
        return EINVAL;
    minty_pool *pool = calloc(1, sizeof *pool + threads * sizeof pool->thread[0]);
    if (pool == NULL)
        return ENOMEM;
    pthread_mutex_init(&pool->turn, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->news, NULL);
    pthread_cond_init(&pool->idle, NULL);
    for (; pool->threads < threads; pool->threads++) {
        int error = pthread_create(&pool->thread[pool->threads], NULL, work, pool);
        if (error != 0) {
            minty_pool_close(pool);
            return error;
        }
    }
    *opened = pool;
    return 0;
}

int minty_pool_count_primes(minty_pool *pool, uint32_t below, uint32_t *count)
{
    size_t base_length;
    uint32_t *base = base_primes(below, &base_length);
    if (base == NULL)
        return ENOMEM;
    pthread_mutex_lock(&pool->turn);
    pthread_mutex_lock(&pool->lock);
    pool->base = base;
    pool->base_length = base_length;
    pool->count = 0;
    pool->error = 0;
    pool->next = 0;
    pool->below = below;
    pthread_cond_broadcast(&pool->news);
    while (pool->next < pool->below || pool->working > 0)
        pthread_cond_wait(&pool->idle, &pool->lock);
    int error = pool->error;
    *count = pool->count;
    pthread_mutex_unlock(&pool->lock);
    pthread_mutex_unlock(&pool->turn);
    free(base);
    return error;
}

void minty_pool_close(minty_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->ending = 1;
    pthread_cond_broadcast(&pool->news);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned index = 0; index < pool->threads; index++)
        pthread_join(pool->thread[index], NULL);
    pthread_cond_destroy(&pool->idle);
    pthread_cond_destroy(&pool->news);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->turn);
    free(pool);
}
