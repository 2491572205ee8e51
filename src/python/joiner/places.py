"""Where joined libraries may lie, and which of these places can be trusted."""

import os
import stat
import sys

from ._files import DISTRIBUTION, SETTINGS

PACKAGE = os.path.dirname(os.path.abspath(__file__))
WINDOWS = os.name == "nt"


class Unusable(Exception):
    """This place cannot serve; the next one may."""


class Place:
    """A folder that holds entries, made with `mode`. `prepared`: it came with the installed package and is only read.

    `variable`: what names it in the environment. `own`: by its name, nobody but a joiner has made it.
    """

    def __init__(self, path, mode=0o700, prepared=False, variable=None, own=False):
        self.path = path
        self.mode = mode
        self.variable = variable
        self.prepared = prepared
        self.own = own or prepared
        self.folder = path if prepared else os.path.join(path, DISTRIBUTION)

    def entry(self, digest, platform):
        """The folder of the entry of one group of this distribution."""
        return os.path.join(self.folder, "%s-%s" % (digest[:32], platform))


def here():
    """The copy beside the package, which `prepare --here` writes when an image is built."""
    return Place(os.path.join(PACKAGE, "prepared"), 0o755, prepared=True)


def in_order(refused):
    """Yields the places, best first. One that could not even be named is told in `refused`."""
    if os.path.isdir(here().path):
        yield here()
    for variable, value in named():
        path = _expanded(value, refused)
        if path and os.path.isabs(path):
            # Others may read it: root can fill a place for all users of a machine.
            yield Place(os.path.abspath(path), 0o755, variable=variable)
        elif path:
            _refuse_relative(refused, variable, value)
    for folder, own in ((SETTINGS["directory"], False), (_of_user(), True)):
        path = folder and _expanded(folder, refused)
        if path and os.path.isabs(path):
            yield Place(path, own=own)
    yield from _temporary(refused)


def named():
    """The variables that name a place, each with its value."""
    variables = (SETTINGS["variable"], "WHEELWORKS_CACHE")
    return [(name, os.environ[name]) for name in variables if name and os.environ.get(name)]


def _refuse_relative(refused, variable, value):
    """Below whatever folder the process happens to run in, every run would join anew, and litter."""
    refuse(refused, value, "%s has to name an absolute path" % variable)


def _expanded(path, refused):
    """The path with `~` replaced. None when there is no such home directory: nobody wants one to be made."""
    if path[:1] != "~":
        return path
    name = path.replace(os.sep, "/").partition("/")[0]
    home = _home() if name == "~" else os.path.expanduser(name)
    if home is None:
        refuse(refused, path, "this user has no home directory")
    elif not os.path.isdir(home):
        refuse(refused, path, "there is no home directory %s" % home)
    else:
        return os.path.join(home, path[len(name) + 1 :])
    return None


def _home():
    """The home directory; None without one, as system users and containers have it: `HOME` empty, or `/`."""
    home = os.path.expanduser("~") if os.environ.get("HOME") or WINDOWS else ""
    if not home:
        try:
            import pwd

            home = pwd.getpwuid(os.getuid()).pw_dir
        except (ImportError, KeyError):
            return None
    return home if os.path.isabs(home) and os.path.dirname(home) != home else None


def _of_user():
    if WINDOWS:
        local = os.environ.get("LOCALAPPDATA")
        return os.path.join(local, "wheelworks", "cache") if local else None
    if sys.platform == "darwin":
        return "~/Library/Caches/wheelworks"
    # The XDG base directory specification: a path that is not absolute is to be ignored.
    base = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(base if os.path.isabs(base) else "~/.cache", "wheelworks")


def _temporary(refused):
    """Below the temporary folders. What `tempfile` knows ends with the folder that the process happens to run in."""
    name = "wheelworks" if WINDOWS else "wheelworks-%d" % os.geteuid()
    seen = set()
    for variable, folder in _temporary_folders():
        if not os.path.isabs(folder):
            _refuse_relative(refused, variable, folder)
        elif os.path.abspath(folder) not in seen:
            seen.add(os.path.abspath(folder))
            if os.path.isdir(folder):
                yield Place(os.path.join(os.path.abspath(folder), name), own=True)
            elif variable:
                refuse(refused, folder, "there is no such folder, and %s names it" % variable)
    if not any(os.path.isdir(folder) for folder in seen):
        refuse(refused, "the temporary folder", "there is none")


def _temporary_folders():
    """The temporary folders, best first, each with the variable that names it."""
    if not WINDOWS:
        yield None, "/var/tmp"
    for variable in ("TMPDIR", "TEMP", "TMP"):
        if os.environ.get(variable):
            yield variable, os.environ[variable]
    if not WINDOWS:
        yield None, "/tmp"
        yield None, "/usr/tmp"
    elif os.environ.get("LOCALAPPDATA"):
        # Of Windows itself everybody can fill the others, and nothing tells here who has.
        yield "LOCALAPPDATA", os.path.join(os.environ["LOCALAPPDATA"], "Temp")


def refuse(refused, path, reason):
    """Notes why a place cannot serve, for the error if none can; says it at once when WHEELWORKS_CACHE_VERBOSE is set."""
    if (path, str(reason)) in refused:
        return
    refused.append((path, str(reason)))
    if os.environ.get("WHEELWORKS_CACHE_VERBOSE") and sys.stderr is not None:
        sys.stderr.write("%s: %s: %s\n" % (__package__, path, reason))


def check(path):
    """Refuses a path that another user could change, and one that no library can be loaded from."""
    if WINDOWS:
        return
    try:
        trusted = {0, os.geteuid(), os.stat("/").st_uid}
        _check_owner(path, trusted)
        if os.statvfs(existing(path)).f_flag & getattr(os, "ST_NOEXEC", 0):
            raise Unusable("mounted noexec: no library can be loaded from it")
    except OSError as error:
        raise Unusable(error.strerror or str(error))


def make(folder, mode=0o755):
    """Makes a folder and those above it; none of them can be changed by others, whatever the umask."""
    if not os.path.isdir(folder):
        if os.path.dirname(folder) != folder:
            make(os.path.dirname(folder), mode)
        make_one(folder, mode)


def make_one(folder, mode=0o755):
    """Makes a folder below one that is there."""
    if os.path.isdir(folder):
        return
    try:
        os.mkdir(folder, mode)
    except FileExistsError:
        return
    _fix(folder, mode)


def create(path):
    """Makes a file that all may read and nobody else can change, whatever the umask; gives its descriptor."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    _fix(path, 0o644)
    return file


def _fix(path, mode):
    try:
        if not WINDOWS:
            os.chmod(path, mode)
    except OSError:
        # A file system without modes.
        pass


def existing(path):
    """The path, or the nearest folder above it that exists."""
    while not os.path.exists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path


def check_prepared(path):
    """Refuses a prepared copy that neither root nor the owner of the installed package has made."""
    if not WINDOWS and os.lstat(path).st_uid not in (0, os.stat(PACKAGE).st_uid):
        raise Unusable("it does not belong to the owner of the installed package")


def _check_owner(path, trusted):
    """Walks down from the root: what lies above a folder decides what the folder is."""
    parent = os.path.dirname(path)
    if parent != path:
        _check_owner(parent, trusted)
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if status.st_uid not in trusted:
        raise Unusable("%s belongs to another user (uid %d)" % (path, status.st_uid))
    if stat.S_ISLNK(status.st_mode):
        # A loop of links, and a link to nothing, end here.
        os.stat(path)
        _check_owner(os.path.join(parent, os.readlink(path)), trusted)
    elif _is_open(status) and not status.st_mode & stat.S_ISVTX:
        raise Unusable("%s can be changed by other users (mode %o)" % (path, stat.S_IMODE(status.st_mode)))


def _is_open(status):
    """Whether others than the owner may write: a group counts unless it is the owner's own (same number) or root's."""
    private = status.st_gid in (0, status.st_uid)
    return bool(status.st_mode & (stat.S_IWOTH | (0 if private else stat.S_IWGRP)))
