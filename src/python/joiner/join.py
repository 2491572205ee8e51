"""Makes the entry of a group ready: verifies what lies there, joins what is missing or damaged, and stamps it.

What is joined gets a name of its own, is verified, flushed, and renamed: nobody ever sees a file that is not whole.
"""

import errno
import os
import shutil
import time

from . import entry, evict, lock, places, sources
from ._files import DISTRIBUTION, GROUPS
from .inflate import Damaged, hash_stream, inflate

# Seconds that a joiner may show no progress before those who wait for it look for another place.
PATIENCE = 120
README = "README.txt"
EXPLANATION = """These are libraries of the Python package %(name)s that come in parts, joined by its first import.
As long as it is installed, this removes them all, but not from under a process that uses them:

    python -m %(package)s clear --all

Once it is uninstalled, remove this folder, and those beside it.
"""
# Seconds after which the temporary file of another machine is one that was left behind.
ABANDONED = 3600


def make_ready(place, folder, digest, may_join=True):
    """Makes the files of a group lie verified in `folder`, and gives it; `places.Unusable` when this place cannot."""
    was_there = places.existing(folder)
    try:
        path = os.path.join(folder, lock.NAME)
        held = lock.acquire(path, _patience(folder, digest), lambda: _make(place, folder))
    except OSError as error:
        # It may still be read from.
        if is_intact(folder, digest):
            return folder
        raise _unusable(error)
    try:
        if held is None and not entry.is_stamped(folder, digest):
            raise places.Unusable("another process has the lock of %s, and makes no progress" % folder)
        if held is not None and (_always_verifies() or not entry.is_stamped(folder, digest)):
            _sweep(folder)
            _clear_the_way(folder, digest)
            if not is_intact(folder, digest):
                if not may_join:
                    raise places.Unusable("nothing whole is joined there")
                _join(place, folder, digest)
            _explain(folder)
            _stamp(folder, digest)
        entry.hold(folder)
    except (OSError, MemoryError) as error:
        raise _unusable(error)
    finally:
        if held is not None:
            if not places.WINDOWS:
                _leave_nothing(folder, was_there)
            held.release()
            if places.WINDOWS:
                _leave_nothing(folder, was_there)
    if not place.prepared:
        evict.evict_old(place, folder)
    return folder


def _make(place, folder):
    """Makes the folder of an entry. Meanwhile others may remove what is empty above it, each once."""
    for tries_left in range(3, -1, -1):
        try:
            places.make(place.path, place.mode)
            places.make_one(place.folder)
            return places.make_one(folder)
        except FileNotFoundError:
            if not tries_left:
                raise


def is_intact(folder, digest):
    """Whether every file of an entry is what it must be, by its bytes."""
    return entry.look(folder, digest) is not None and all(
        _is_right(folder, file) for file in GROUPS[digest]["files"]
    )


def fill(file, target, scratch):
    """Writes a file of a group to the existing `target` and verifies it; ImportError names what is wrong with a part."""
    if file["from"] != "chunks":
        whole = sources.whole(file)
        with whole.open() as source, open(target, "rb+") as output:
            shutil.copyfileobj(source, output, 1 << 20)
        if _hash_file(target) != file["sha256"]:
            raise whole.damaged("its SHA-256 differs")
        return
    parts = [sources.part(file, chunk, index) for index, chunk in enumerate(file["chunks"])]
    windows = sources.windows(file)
    slices = [part.seekable(scratch) for part in parts]
    try:
        joined = inflate(file, slices, windows and windows.seekable(scratch), target)
    except Damaged:
        joined = None
    if joined != file["sha256"]:
        # The SHA-256 of the whole proves the parts. Which of them is wrong is asked only now.
        _blame(file, parts, windows)
        raise places.Unusable("what was read back is not what was written, though every part is whole")


def _blame(file, parts, windows):
    chunks = file["chunks"] + ([file["windows"]] if windows else [])
    for chunk, part in zip(chunks, parts + [windows]):
        with part.open() as opened:
            if hash_stream(opened) != chunk["sha256"]:
                raise part.damaged("its SHA-256 differs")


def _join(place, folder, digest):
    wanted = [file for file in GROUPS[digest]["files"] if not _is_right(folder, file)]
    needed = 0
    # All sources are looked for before the first byte is written.
    for file in wanted:
        found = [sources.part(file, *chunk[::-1]) for chunk in enumerate(file.get("chunks", ()))]
        needed += file["size"] + sum(part.size for part in found if part.member)
        if not found:
            sources.whole(file)
    free = evict.make_room(place, folder, needed)
    if free < needed:
        raise places.Unusable("%d bytes are needed, and %d are free" % (needed, free))
    for file in wanted:
        temporaries = []

        def scratch():
            temporaries.append(_temporary(folder))
            os.close(places.create(temporaries[-1]))
            return temporaries[-1]

        try:
            target = scratch()
            fill(file, target, scratch)
            _place(target, os.path.join(folder, *file["path"].split("/")))
        finally:
            for temporary in temporaries:
                if os.path.lexists(temporary):
                    os.unlink(temporary)


def _leave_nothing(folder, was_there):
    """Removes an entry that was never joined to the end, with what was made for it. On Windows no open file goes.

    Whoever waits for the lock meanwhile sees by its number that it is another one.
    """
    if any(os.path.lexists(os.path.join(folder, name)) for name in (entry.STAMP, entry.USED)):
        return
    shutil.rmtree(folder, ignore_errors=True)
    above = os.path.dirname(folder)
    try:
        while len(above) > len(was_there):
            os.rmdir(above)
            above = os.path.dirname(above)
    except OSError:
        # Others have put something there.
        pass


def _temporary(folder):
    """A name that tells the next joiner on this machine that nobody needs what has it."""
    return os.path.join(folder, "tmp-%s-%d-%s" % (lock.MACHINE, os.getpid(), os.urandom(6).hex()))


def _is_right(folder, file):
    path = os.path.join(folder, *file["path"].split("/"))
    try:
        return os.lstat(path).st_size == file["size"] and _hash_file(path) == file["sha256"]
    except OSError:
        return False


def _hash_file(path):
    with open(path, "rb", buffering=0) as file:
        return hash_stream(file)


def _place(temporary, path):
    _flush(temporary, os.O_RDWR)
    places.make(os.path.dirname(path))
    os.replace(temporary, path)
    if not places.WINDOWS:
        _flush(os.path.dirname(path), os.O_RDONLY)


def _flush(path, mode):
    file = os.open(path, mode)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _stamp(folder, digest):
    _write(folder, entry.STAMP, entry.look(folder, digest) or "")


def _explain(folder):
    """Tells whoever finds the folder, when the package may long be gone, what it is."""
    _write(folder, README, EXPLANATION % {"name": DISTRIBUTION, "package": __package__})


def _write(folder, name, text):
    temporary = _temporary(folder)
    with open(places.create(temporary), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, os.path.join(folder, name))


def _sweep(folder):
    """Removes what killed joiners left: the lock is held, so on this machine nobody else has a temporary file here."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        left = name.startswith("tmp-%s-" % lock.MACHINE)
        if left or (name.startswith("tmp-") and time.time() - os.lstat(path).st_mtime > ABANDONED):
            _remove(path)


def _clear_the_way(folder, digest):
    """Removes folders that lie where a file belongs, and files that lie where a folder does: no rename replaces these."""
    wanted = [file["path"] for file in GROUPS[digest]["files"]] + [entry.STAMP, entry.USED, README]
    for path in wanted:
        names = path.split("/")
        for count in range(1, len(names) + 1):
            found = os.path.join(folder, *names[:count])
            is_folder = os.path.isdir(found) and not os.path.islink(found)
            if os.path.lexists(found) and is_folder != (count < len(names)):
                aside = _temporary(folder)
                os.rename(found, aside)
                _remove(aside)


def _remove(path):
    """Removes whatever it is; what a link leads to stays."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def _patience(folder, digest):
    """A function that waits a little, and says whether to wait on: while the joiner gets on, and has not finished."""
    begun = time.monotonic()
    state = {"seen": None, "since": begun}

    def wait():
        # A thousand processes on a network file system ask less often the longer it takes.
        time.sleep(min(0.5, 0.02 + (time.monotonic() - begun) / 10))
        if entry.is_stamped(folder, digest) and not _always_verifies():
            return False
        seen = _progress(folder)
        if seen != state["seen"]:
            state.update(seen=seen, since=time.monotonic())
        return time.monotonic() - state["since"] < PATIENCE

    return wait


def _progress(folder):
    seen = []
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        # Whoever had the lock has failed, and left nothing.
        names = []
    for name in names:
        try:
            status = os.lstat(os.path.join(folder, name))
            seen.append((name, status.st_size, status.st_mtime_ns))
        except OSError:
            pass
    return sorted(seen)


def _always_verifies():
    return os.environ.get("WHEELWORKS_CACHE_VERIFY") == "full"


def _unusable(error):
    """What to raise for an error of the system: memory that is wanting here is wanting in every place."""
    if isinstance(error, MemoryError) or error.errno == errno.ENOMEM:
        return ImportError("too little memory, or address space (ulimit -v), to join the libraries of %s" % DISTRIBUTION)
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return places.Unusable("the disk is full, or the quota is used up (%s)" % error.strerror)
    told = error.strerror or str(error)
    return places.Unusable("%s: %s" % (told, error.filename) if error.filename else told)
