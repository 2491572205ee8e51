"""Joins the native libraries that travel in parts, once, into a cache, and loads them from there.

`load` is called by the stubs that stand in for extension modules, `path` by code that opens a library by itself. What
is joined from what stands in `_files.py`. An import that finds its library joined costs a few `stat` calls: the modules
that join are imported only when there is something to join.
"""

import os
import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec

from . import entry, places
from ._files import DISTRIBUTION, FILES, GROUPS, VERSION

# The folder of every group that this process has found: the second module of a group looks no further.
_found = {}


def load(name, path):
    """Loads the extension module `name` from the joined file `path`, in place of the stub that calls this."""
    refused = []
    for file in _joined(path, refused):
        loader = ExtensionFileLoader(name, file)
        spec = ModuleSpec(name, loader, origin=file)
        spec.has_location = True
        try:
            module = loader.create_module(spec)
        except ImportError as error:
            if not _cannot_be_mapped(error):
                raise
            _found.pop(FILES[path], None)
            places.refuse(refused, os.path.dirname(file), "no library can be loaded from it (%s)" % error)
        else:
            return _initialize(module, spec)
    raise _failure(path, refused)


def path(file):
    """The path of the joined `file`, for code that opens it by itself. It may name an anonymous memory file."""
    refused = []
    for joined in _joined(file, refused):
        return joined
    raise _failure(file, refused)


def _joined(path, refused):
    """Yields where the joined file lies, best place first; says in `refused` why a place could not serve."""
    digest = FILES[path]
    if digest in _found:
        yield os.path.join(_found[digest], path)
    broken = None
    for place in places.in_order(refused):
        try:
            folder = entry.find(place, digest, broken is None)
        except places.Unusable as reason:
            places.refuse(refused, place.path, reason)
        except ImportError as error:
            # Nothing can be joined, but what was joined before may lie in a later place.
            broken = error
        else:
            _found[digest] = folder
            yield os.path.join(folder, path)
    if broken is not None:
        raise broken
    if hasattr(os, "memfd_create"):
        from . import memory

        try:
            yield memory.joined(path, digest)
        except (places.Unusable, OSError) as reason:
            places.refuse(refused, "an anonymous memory file", reason)


def _initialize(module, spec):
    """Runs the module and puts it where the import system looks for it when the stub ends.

    The stub's importer holds the import lock of this name until then. A thread that meets the new module earlier waits
    for that lock, as for any module, because its spec says that it is being initialized.
    """
    spec._initializing = True
    try:
        for key, value in (("__spec__", spec), ("__loader__", spec.loader), ("__package__", spec.parent)):
            setattr(module, key, value)
        if getattr(module, "__file__", None) is None:
            module.__file__ = spec.origin
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        if spec.parent in sys.modules:
            setattr(sys.modules[spec.parent], spec.name.rpartition(".")[2], module)
    finally:
        spec._initializing = False


def _cannot_be_mapped(error):
    """Whether the system refused to run code from this place: mounted noexec, or a security policy."""
    text = str(error)
    refusals = ("failed to map segment", "Operation not permitted", "Permission denied")
    return "Cannot allocate memory" not in text and any(refusal in text for refusal in refusals)


def _failure(path, refused):
    size = sum(file["size"] for file in GROUPS[FILES[path]]["files"])
    lines = [
        "%s of %s %s comes in parts, and there is no place to join them in." % (path, DISTRIBUTION, VERSION),
        "It takes a folder with %d bytes free, writable, and not mounted noexec. Tried:" % size,
    ]
    lines.extend("  %s: %s" % pair for pair in refused)
    lines.append("Set WHEELWORKS_CACHE to such a folder, or run `python -m %s prepare --here`" % __name__)
    lines.append("as the owner of the environment.")
    return ImportError("\n".join(lines), path=path)
