"""An entry of the cache: the files of one group, laid out as in site-packages.

Its `stamp` tells what the files looked like when they were verified. While they look so, an import trusts them after
looking at their sizes; otherwise they are hashed, and joined again where they are not what they must be. A library that
was cut off is never loaded: the first touch of a missing page would end the process.
"""

import os
import stat
import time

from . import places
from ._files import GROUPS

STAMP = "stamp"
# Locked by every process that has loaded from the entry; its time is that of the last use, to the day.
USED = "used"
DAY = 86400


def find(place, digest, may_join=True):
    """The folder in which the files of a group lie ready in this place, joined now if need be."""
    folder = place.entry(digest, GROUPS[digest]["platform"])
    full = os.environ.get("WHEELWORKS_CACHE_VERIFY") == "full"
    if place.prepared:
        return _find_prepared(folder, digest, full)
    places.check(folder)
    if not full and is_stamped(folder, digest) and hold(folder):
        return folder
    if not may_join and not os.path.isdir(folder):
        raise places.Unusable("nothing is joined there")
    from . import join

    return join.make_ready(place, folder, digest, may_join)


def _find_prepared(folder, digest, full):
    # It is as much a part of the installation as any other file: its times change when an image is packed.
    if look(folder, digest) is None:
        raise places.Unusable("it has no whole copy of this version")
    places.check_prepared(folder)
    if full:
        from . import join

        if not join.is_intact(folder, digest):
            raise places.Unusable("the prepared copy is damaged")
    return folder


def is_stamped(folder, digest):
    """Whether every file looks as it did when it was verified."""
    try:
        with open(os.path.join(folder, STAMP), encoding="utf-8") as file:
            return file.read() == look(folder, digest)
    except (OSError, ValueError):
        return False


def look(folder, digest):
    """What the files of an entry look like, as a stamp has it; None when one is missing or has another size."""
    lines = ["wheelworks stamp 1\n"]
    for file in GROUPS[digest]["files"]:
        try:
            status = os.lstat(os.path.join(folder, file["path"]))
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode) or status.st_size != file["size"]:
            return None
        facts = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, file["path"])
        lines.append("%d %d %d %d %s\n" % facts)
    return "".join(lines)


def hold(folder):
    """Marks the entry as used and keeps it from being evicted while this process lives; False when it is just going."""
    file = _open_used(folder)
    if file is None:
        # Only read, by a user who cannot evict from it.
        return True
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        # Evicted between the look and the lock?
        held = os.path.samestat(os.stat(os.path.join(folder, USED)), os.fstat(file))
    except (BlockingIOError, FileNotFoundError):
        held = False
    except (ImportError, OSError):
        # No flock: what was used lately is not evicted, and on Windows nothing that is loaded.
        os.close(file)
        return True
    if not held:
        os.close(file)
    return held


def _open_used(folder):
    path = os.path.join(folder, USED)
    for mode in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            file = os.open(path, mode, 0o644)
            if time.time() - os.fstat(file).st_mtime > DAY and mode != os.O_RDONLY:
                os.utime(path)
            return file
        except OSError:
            pass
    return None
