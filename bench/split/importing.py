"""Imports bigspam and prints how long that took; its check must come out the same for all."""
import json
import time

start = time.perf_counter()
import bigspam

seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "check": str(bigspam.check())}))
