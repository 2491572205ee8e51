import os
import threading
import time
import unittest

import minty


def threads_become(count):
    """Whether the process comes to have so many threads; a joined one leaves the list a moment later."""
    for _ in range(500):
        if len(os.listdir("/proc/self/task")) == count:
            return True
        time.sleep(0.01)
    return False


class PoolTest(unittest.TestCase):
    def test_counts_primes(self):
        known = {0: 0, 2: 0, 3: 1, 4: 2, 100: 25, 131072: 12251, 131073: 12251, 1000000: 78498, 10000000: 664579}
        for threads in (1, 2, 7):
            with minty.Pool(threads) as pool:
                for below, count in known.items():
                    self.assertEqual(pool.count_primes(below), count, (threads, below))

    def test_is_shared_between_threads(self):
        results = []
        with minty.Pool(3) as pool:
            callers = [
                threading.Thread(target=lambda below=below: results.append((below, pool.count_primes(below))))
                for below in (10, 1000, 100000, 1000000) * 5
            ]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()
        known = {10: 4, 1000: 168, 100000: 9592, 1000000: 78498}
        self.assertEqual(sorted(results), sorted(list(known.items()) * 5))

    @unittest.skipUnless(os.path.isdir("/proc/self/task"), "threads can be counted on Linux only")
    def test_joins_its_threads(self):
        with minty.Pool(5) as pool:
            self.assertTrue(threads_become(threading.active_count() + 5))
            pool.count_primes(1000)
        self.assertTrue(threads_become(threading.active_count()))

    def test_refuses_what_it_cannot_do(self):
        pool = minty.Pool(1)
        for below in (-1, 2 ** 32):
            self.assertRaises(ValueError, pool.count_primes, below)
        pool.close()
        pool.close()
        self.assertRaises(ValueError, pool.count_primes, 10)
        self.assertRaises(OSError, minty.Pool, 5000)


if __name__ == "__main__":
    unittest.main()
