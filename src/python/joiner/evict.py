"""What goes from the cache, and when: entries of this distribution alone, and never one that a process has loaded from.

After a join those go that were not used for 14 days, and all but the four that were used last. When the disk is too
full to join, those used longest ago go until there is room.
"""

import os
import shutil
import time

from . import entry, lock
from .places import WINDOWS

KEPT_DAYS = 14
KEPT_ENTRIES = 4


def entries(place):
    """The folders of the entries of this distribution in a place, each with the time of its last use, latest first."""
    found = []
    try:
        names = os.listdir(place.folder)
    except OSError:
        names = []
    for name in names:
        folder = os.path.join(place.folder, name)
        if _is_entry(name) and os.path.isdir(folder) and not os.path.islink(folder):
            found.append((_last_use(folder), folder))
    return sorted(found, reverse=True)


def _is_entry(name):
    """Whether a joiner gives a folder such a name. A place may be a folder with others: what is in those is no cache."""
    return name[32:33] == "-" and set(name[:32]) <= set("0123456789abcdef")


def tidy(place, emptied):
    """Removes what is empty of the folders that a joiner has made above entries, of which some were `emptied` now.

    A joiner that has begun has its own folder in them, or makes them anew.
    """
    for folder, ours in ((place.folder, emptied or place.own), (place.path, place.own)):
        try:
            if ours:
                os.rmdir(folder)
        except OSError:
            # In use, or gone.
            pass


def evict_old(place, keep=None):
    """Removes the old entries of a place, but not `keep`; gives the folders removed."""
    oldest = time.time() - KEPT_DAYS * entry.DAY
    others = [found for found in entries(place) if found[1] != keep]
    kept = KEPT_ENTRIES - (keep is not None)
    tried = evict([found for rank, found in enumerate(others) if rank >= kept or found[0] < oldest])
    return [folder for folder, why in tried if why is None]


def evict(found):
    """Removes those of the entries found that no process uses; gives the folders, each with why it stays, or None."""
    return [(folder, _remove(folder, used)) for used, folder in found]


def make_room(place, keep, needed):
    """Removes unused entries while fewer than `needed` bytes are free; gives how many are."""
    for used, folder in reversed(entries(place)):
        if _free(keep) >= needed:
            break
        if folder != keep:
            _remove(folder, used)
    return _free(keep)


def _free(folder):
    if WINDOWS:
        return shutil.disk_usage(folder).free
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def _last_use(folder):
    for name in (entry.USED, ""):
        try:
            return os.stat(os.path.join(folder, name)).st_mtime
        except OSError:
            pass
    return 0


def _remove(folder, used):
    """Removes an entry, unless a process uses it or joins in it; says why it stays.

    Whoever opened it meanwhile notices by the locks.
    """
    held = []
    try:
        # On Windows nothing is renamed that a process has open: what is in use protects itself.
        for name in () if WINDOWS else (lock.NAME, entry.USED):
            one = lock.attempt(os.path.join(folder, name))
            if one is None:
                return "a process uses it" if os.path.isdir(folder) else None
            held.append(one)
            if not one.by_kernel and time.time() - used < KEPT_DAYS * entry.DAY:
                return "there are no locks here, and it was used in the last %d days" % KEPT_DAYS
        going = "%s.going-%s" % (folder, os.urandom(4).hex())
        os.rename(folder, going)
        shutil.rmtree(going, ignore_errors=True)
        return None
    except OSError as error:
        return "%s: %s" % (error.strerror or error, error.filename)
    finally:
        for one in held:
            one.release()
