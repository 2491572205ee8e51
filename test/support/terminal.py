"""Runs a command in a pseudo-terminal, waits for texts and types others; told by JSON, tells by JSON."""
import json
import os
import pty
import re
import select
import signal
import sys
import time

told = json.loads(sys.argv[1])
end = time.monotonic() + told["seconds"]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(told["command"][0], told["command"])

shown = ""
seen = 0


def read():
    """What is shown within a while; False when there will be no more."""
    global shown
    if not select.select([terminal], [], [], 0.1)[0]:
        return True
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    shown += data.decode(errors="replace")
    return data != b""


def wait_for(pattern):
    global seen
    while True:
        match = re.compile(pattern, re.DOTALL).search(shown, seen)
        if match:
            seen = match.end()
            return True
        if time.monotonic() > end or not read():
            return False


missing = None
for pattern, typed in told["turns"]:
    if not wait_for(pattern):
        missing = pattern
        break
    os.write(terminal, typed.encode())
while missing is None and read():
    if time.monotonic() > end:
        missing = "its end"
if missing is not None:
    os.kill(pid, signal.SIGKILL)
status = os.waitpid(pid, 0)[1]
code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
json.dump({"code": code, "shown": shown, "missing": missing}, sys.stdout)
