"""One process at a time: `flock` where the file system has it, which the kernel frees with its holder; elsewhere a file
that names its holder, and that is taken over when the holder is surely gone.

The lock spares work. What is joined stays right without it: every joiner writes a file of its own and renames it.
"""

import os
import time

from .places import WINDOWS

# Seconds. A lock file that names a process of another machine is taken over when it is older than this.
FOREIGN_LOCK_LASTS = 3600
# In the folder of an entry.
NAME = "joining"
_held = set()


def _machine():
    """Names the kernel that runs this process: numbers of processes mean something only on one and the same."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read(13).replace("-", "")
    except OSError:
        name = os.environ.get("COMPUTERNAME", "") if WINDOWS else os.uname().nodename
        return "".join(letter for letter in name if letter.isalnum()) or "unknown"


MACHINE = _machine()


class Lock:
    """A lock that this process holds. `by_kernel`: it cannot outlive its holder, and others can hold it together."""

    def __init__(self, path, file, name=None):
        self.path = path
        self.file = file
        self.name = name
        self.by_kernel = file is not None
        _held.add(self)

    def release(self):
        """Lets go; in a forked child, which never held it, nothing."""
        if self not in _held:
            return
        _held.discard(self)
        if not self.by_kernel:
            if _read(self.path) == self.name:
                os.unlink(self.path)
            return
        if WINDOWS:
            import msvcrt

            os.lseek(self.file, 0, os.SEEK_SET)
            msvcrt.locking(self.file, msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            # Closing alone would leave it to a child that was forked meanwhile.
            fcntl.flock(self.file, fcntl.LOCK_UN)
        os.close(self.file)


def acquire(path, wait, make):
    """Takes the lock at `path`, or gives None when `wait()` has said to wait no longer.

    `make()` makes the folder that it lies in, which may be evicted at any time.
    """
    while True:
        make()
        lock = attempt(path)
        if lock is not None or not wait():
            return lock


def attempt(path):
    """Takes the lock at `path` if it is free."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except FileNotFoundError:
        # The entry was evicted just now.
        return None
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.stat(path).st_ino != os.fstat(file).st_ino:
            raise FileNotFoundError(path)
    except (ImportError, OSError) as error:
        os.close(file)
        if WINDOWS or isinstance(error, (BlockingIOError, PermissionError, FileNotFoundError)):
            return None
        return _attempt_by_name(path + ".holder")
    return Lock(path, file)


def _forget():
    """In a forked child: it has no part in the join, and must not keep the lock when its parent dies."""
    for lock in _held:
        if lock.by_kernel:
            os.close(lock.file)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _attempt_by_name(path):
    """The lock of file systems without `flock`: whoever creates the file has it."""
    me = "%s %d %s" % (_name_space(), os.getpid(), _started(os.getpid()))
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        _remove_if_stale(path)
        return None
    os.write(file, me.encode())
    os.close(file)
    return Lock(path, None, me)


def _remove_if_stale(path):
    holder = _read(path)
    if holder is None or not _is_stale(path, holder):
        return
    # Of several that find it stale, one moves it away. A lock that was taken in between is put back.
    moved = "%s.%s" % (path, os.urandom(4).hex())
    try:
        os.rename(path, moved)
        if _read(moved) != holder:
            os.link(moved, path)
        os.unlink(moved)
    except OSError:
        pass


def _is_stale(path, holder):
    space, _, rest = holder.partition(" ")
    number, _, started = rest.partition(" ")
    if space == _name_space() and number.isdigit():
        return _started(int(number)) != started
    try:
        # Empty when its maker ended between creating and writing.
        return time.time() - os.stat(path).st_mtime > (FOREIGN_LOCK_LASTS if holder else 10)
    except OSError:
        return False


def _name_space():
    try:
        return "%s-%s" % (MACHINE, os.readlink("/proc/self/ns/pid")[5:-1])
    except OSError:
        return MACHINE


def _started(number):
    """When a process started, so that another one of the same number is told apart; "gone" when there is none."""
    try:
        with open("/proc/%d/stat" % number, encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()[19]
    except OSError:
        pass
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return "gone"
    except OSError:
        pass
    return "runs"


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None
