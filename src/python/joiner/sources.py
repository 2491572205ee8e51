"""Where the parts of a file are found: beside this package, on `sys.path`, or wherever the import system finds them.

Each of these may be a zip archive. Nothing here needs `importlib.metadata`.
"""

import errno
import os
import shlex
import shutil
import struct
import sys

from ._files import DISTRIBUTION, VERSION
from .places import PACKAGE, WINDOWS

OWN = os.path.basename(PACKAGE)
HEADER = struct.Struct("<16s4I32s")
MAGIC = b"wheelworks part\n"


class Found:
    """A file that came with a package: a file at `path`, or the member `member` of the archive at `path`.

    `chunk` names it, by `package` and `name`, in errors about it. None: a copy of one, in the place that is joined in.
    """

    def __init__(self, path, member=None, chunk=None):
        self.path = path
        self.member = member
        self.chunk = chunk
        self.size = os.stat(path).st_size if member is None else _archive(path).getinfo(member).file_size

    def open(self):
        return _Reader(self)

    def seekable(self, scratch):
        """What can be read at any offset: itself, or a copy in the empty file `scratch()` of what is archived."""
        if self.member is None:
            return self
        path = scratch()
        with self.open() as source, open(path, "r+b") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        return Found(path)

    def damaged(self, how):
        """The error about what is not what it must be."""
        return ImportError("%s is damaged: %s. %s" % (self._named(), how, self._mend()))

    def unreadable(self, error):
        """The error about what the system does not let this process read: no other place to join in would help."""
        told = "%s cannot be read: %s: %s" % (self._named(), error.strerror or error, self.path)
        if isinstance(error, PermissionError) and not WINDOWS:
            return ImportError("%s. Its owner mends it: chmod a+r %s" % (told, shlex.quote(self.path)))
        return ImportError("%s. %s" % (told, self._mend()))

    def read_by(self, read, *arguments):
        """What `read` gives; what goes wrong is told of this file, so that it is not laid to the place that is written."""
        try:
            return read(*arguments)
        except OSError as error:
            if self.chunk is None or error.errno == errno.ENOMEM:
                raise
            raise self.unreadable(error)
        except MemoryError:
            raise
        except Exception as error:
            # `zipfile` and what it decompresses with have many classes for the ways in which an archive is damaged.
            raise self.damaged(str(error) or type(error).__name__)

    def _named(self):
        return "%s of %s" % (self.chunk["name"], distribution_of(self.chunk["package"]))

    def _mend(self):
        packed = "" if self.member is None else ", and packing %s anew" % self.path
        return _mend(self.chunk["package"]) + packed


class _Reader:
    """An open source."""

    def __init__(self, found):
        self._found = found
        open_it = open if found.member is None else _archive(found.path).open
        given = (found.path, "rb") if found.member is None else (found.member,)
        self._file = found.read_by(open_it, *given)

    def read(self, count):
        return self._found.read_by(self._file.read, count)

    def seek(self, offset):
        self._found.read_by(self._file.seek, offset)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()


def whole(file):
    """The source of a file of a group that travels whole."""
    path = file["path"] if file["from"] == "installed" else "%s/files/%s" % (OWN, file["path"])
    found = _find(path, OWN, file["path"])
    if found is None:
        raise ImportError("%s is not installed whole: %s is missing. %s" % (DISTRIBUTION, path, _mend(OWN)))
    return found


def installed(path):
    """Where a file of the package that is in no group is installed."""
    found = _find(path)
    if found is None or found.member is not None:
        raise ImportError("%s is no file that %s has joined or installed." % (path, DISTRIBUTION))
    return found.path


def part(file, chunk, index):
    """The source of one chunk of a file, when it is a chunk of this very file and has its size."""
    found = _of_package(chunk["package"], chunk["name"])
    with found.open() as opened:
        head = opened.read(HEADER.size)
    if len(head) < HEADER.size or found.size != chunk["size"]:
        raise found.damaged("it has %d bytes, not %d" % (found.size, chunk["size"]))
    magic, form, number, count, _, digest = HEADER.unpack(head)
    if magic != MAGIC or form != 1:
        raise found.damaged("its header is not one of a part")
    if (number, count, digest.hex()) != (index, len(file["chunks"]), file["sha256"]):
        name = "%s of %s" % (chunk["name"], distribution_of(chunk["package"]))
        raise ImportError("%s belongs to another version. %s" % (name, _mend(chunk["package"])))
    return found


def windows(file):
    """The source of the restart windows of a file; None when it has a single segment."""
    return file["windows"] and _of_package(file["windows"]["package"], file["windows"]["name"])


def distribution_of(package):
    """What to ask an installer for: NAME_part1 is in the distribution NAME-part1."""
    return DISTRIBUTION if package == OWN else "%s-part%s" % (DISTRIBUTION, package.rpartition("_part")[2])


def _of_package(package, name):
    wanted = distribution_of(package)
    found = _find("%s/%s" % (package, name), package, name)
    start = _find(package + "/__init__.py", package, "__init__.py")
    if found is None and start is None:
        _check_open(package)
        text = "%s needs %s %s, which is not installed. %s"
        raise ImportError(text % (DISTRIBUTION, wanted, VERSION, _mend(package, again=False)))
    version = _version(start)
    if version not in (VERSION, None):
        text = "%s %s needs %s %s, and %s is installed. %s"
        raise ImportError(text % (DISTRIBUTION, VERSION, wanted, VERSION, version, _mend(package)))
    if found is None:
        raise ImportError("%s is not installed whole: %s is missing. %s" % (wanted, name, _mend(package)))
    return found


def _version(start):
    """The version that the `__init__.py` of a companion tells; a frozen one has none, and its parts must do."""
    if start is not None:
        with start.open() as file:
            for line in file.read(4096).decode("utf-8", "replace").splitlines():
                if line.startswith("VERSION ="):
                    return line.partition("=")[2].strip(" \"'")
    return None


def _mend(package, again=True):
    options = "--force-reinstall --no-deps " if again else ""
    return "This mends it: python -m pip install %s%s==%s" % (options, distribution_of(package), VERSION)


def _check_open(package):
    """Tells a companion beside this package whose folder may not be entered from one that is not installed."""
    folder = os.path.join(os.path.dirname(PACKAGE), package)
    if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK):
        text = "%s cannot be read: Permission denied: %s. Its owner mends it: chmod -R a+rX %s"
        raise ImportError(text % (distribution_of(package), folder, shlex.quote(folder)))


def _find(path, package=None, name=None):
    """The file at `path` below a folder of `sys.path`, with `package` and `name` for errors about it, or None."""
    chunk = {"package": package, "name": name}
    for folder in _folders():
        found = _at(os.path.join(folder, *path.split("/")), chunk)
        if found is not None:
            return found
    if package not in (None, OWN):
        import importlib.util

        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            found = _at(os.path.join(os.path.dirname(folder), *path.split("/")), chunk)
            if found is not None:
                return found
    return None


def _folders():
    yield os.path.dirname(PACKAGE)
    for folder in sys.path:
        try:
            there = folder or os.getcwd()
        except FileNotFoundError:
            # The process runs in a folder that was removed.
            continue
        yield there


def _at(path, chunk):
    if os.path.isfile(path):
        return Found(path, chunk=chunk)
    outer, inner = path, []
    while not os.path.exists(outer):
        outer, name = os.path.split(outer)
        if not name:
            return None
        inner.insert(0, name)
    try:
        return Found(outer, "/".join(inner), chunk) if inner and os.path.isfile(outer) else None
    except (KeyError, ValueError):
        return None


_archives = {}


def _archive(path):
    import zipfile

    if path not in _archives:
        try:
            _archives[path] = zipfile.ZipFile(path)
        except (OSError, NotImplementedError, struct.error, zipfile.BadZipFile) as error:
            if PACKAGE.startswith(path + os.sep):
                text = "%s, from which %s is imported, is damaged: %s. Packing it anew mends it."
                raise ImportError(text % (path, DISTRIBUTION, error))
            # Whatever else lies on `sys.path` is passed over, as the import system does.
            raise ValueError(str(error))
    return _archives[path]
