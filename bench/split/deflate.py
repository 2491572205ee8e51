"""Deflates the library in a folder in memory of a constant size: the work that a split with recompression would have."""
import glob
import json
import sys
import time
import zlib

start = time.perf_counter()
deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
size = 0
with open(glob.glob(sys.argv[1] + "/_big*.so")[0], "rb") as library:
    for block in iter(lambda: library.read(1 << 20), b""):
        size += len(deflate.compress(block))
size += len(deflate.flush())
print(json.dumps({"seconds": time.perf_counter() - start}))
