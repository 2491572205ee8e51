"""Imports bigspam and prints how long that took, and the most memory that it took; its check must come out the same for all."""
import json
import resource
import time

start = time.perf_counter()
import bigspam

seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peakMegabytes": peak, "check": str(bigspam.check())}))
