"""Counts primes on all cores.

>>> with Pool() as pool:
...     pool.count_primes(1000000)
78498
"""
import ctypes
import os
import sys
import threading

__all__ = ["Pool"]

LARGEST = 2 ** 32 - 1


def _load():
    name = "libminty.dylib" if sys.platform == "darwin" else "libminty.so"
    library = ctypes.CDLL(os.path.join(os.path.dirname(os.path.abspath(__file__)), name))
    library.minty_pool_open.argtypes = [ctypes.c_uint, ctypes.POINTER(ctypes.c_void_p)]
    library.minty_pool_open.restype = ctypes.c_int
    library.minty_pool_count_primes.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.POINTER(ctypes.c_uint32),
    ]
    library.minty_pool_count_primes.restype = ctypes.c_int
    library.minty_pool_close.argtypes = [ctypes.c_void_p]
    library.minty_pool_close.restype = None
    return library


_library = _load()


class Pool:
    """A pool of threads; to be closed, or used in a ``with`` statement. May be shared between threads."""

    def __init__(self, threads=None):
        handle = ctypes.c_void_p()
        _check(_library.minty_pool_open(threads or os.cpu_count() or 1, ctypes.byref(handle)))
        self._handle = handle
        # A pool must not be closed under a call.
        self._lock = threading.Lock()

    def count_primes(self, below):
        """The number of primes below a number of at most 2**32 - 1. Python's other threads go on meanwhile."""
        if not 0 <= below <= LARGEST:
            raise ValueError("below must be from 0 to %d" % LARGEST)
        count = ctypes.c_uint32()
        with self._lock:
            if self._handle is None:
                raise ValueError("the pool is closed")
            _check(_library.minty_pool_count_primes(self._handle, below, ctypes.byref(count)))
        return count.value

    def close(self):
        """Ends the threads; nothing happens when it is called again."""
        with self._lock:
            handle, self._handle = self._handle, None
            if handle is not None:
                _library.minty_pool_close(handle)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


def _check(error):
    if error != 0:
        raise OSError(error, os.strerror(error))
