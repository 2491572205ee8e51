"""Runs a command and writes what the operating system counted for it: rusage.py RESULT COMMAND..."""

import json
import os
import sys
import time

result_path, *command = sys.argv[1:]
started = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - started
with open(result_path, "w") as result:
    json.dump(
        {
            "wall": wall,
            "cpu": usage.ru_utime + usage.ru_stime,
            # Kilobytes on Linux, bytes on macOS.
            "peakKilobytes": usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1),
        },
        result,
    )
sys.exit(os.waitstatus_to_exitcode(status))
