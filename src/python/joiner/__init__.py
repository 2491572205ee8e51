"""Joins the native libraries that travel in parts, once, into a cache, and loads them from there.

`load` is called by the stubs that stand in for extension modules, `path` by code that opens a library by itself. What
is joined from what stands in `_files.py`. An import that finds its library joined costs a few `stat` calls: the modules
that join are imported only when there is something to join.
"""

import os
import sys
from _weakref import ref
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec

from . import entry, places
from ._files import DISTRIBUTION, FILES, GROUPS, VERSION

# The folder of every group that this process has found: the second module of a group looks no further.
_found = {}

# A weak reference to each extension module that this process has loaded, and its spec.
_loaded = {}


def load(stub, path):
    """Loads the extension module that the namespace `stub` stands in for from the joined file `path`."""
    name = stub["__name__"]
    _check_python(name, path)
    if _is_reloaded(stub):
        return _describe(stub, _loaded[name][1])
    refused = []
    for file in _joined(path, refused):
        loader = ExtensionFileLoader(name, file)
        spec = ModuleSpec(name, loader, origin=file)
        spec.has_location = True
        try:
            module = _create(spec)
        except ImportError as error:
            if _lacks_memory(error, file):
                raise _no_memory(path, error) from error
            if not _cannot_be_mapped(error):
                raise
            _found.pop(FILES[path], None)
            places.refuse(refused, os.path.dirname(file), "no library can be loaded from it (%s)" % error)
        else:
            return _initialize(module, spec, stub)
    raise _failure(path, refused)


def path(file):
    """The path of the joined `file`, for code that opens it by itself. It may name an anonymous memory file.

    A file that travels whole is where it is installed.
    """
    if file not in FILES:
        from . import sources

        return sources.installed(file)
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


def _is_reloaded(stub):
    """Whether the stub runs in the namespace of the module that it once loaded: reloading changes no extension module."""
    made, _ = _loaded.get(stub["__name__"], (None, None))
    module = made and made()
    return module is not None and vars(module) is stub


def _describe(namespace, spec):
    """Says of a module what the import system says of an extension module in that file."""
    namespace.update(__spec__=spec, __loader__=spec.loader, __package__=spec.parent, __file__=spec.origin)
    namespace.pop("__cached__", None)


def _create(spec):
    """The extension module, as the import system makes it.

    One that runs its code once in a process is filled from a copy of what it held then, and into whatever is registered
    under its name: that must not be the stub.
    """
    registered = sys.modules.pop(spec.name, None)
    try:
        return spec.loader.create_module(spec)
    finally:
        if registered is not None:
            sys.modules[spec.name] = registered


def _initialize(module, spec, stub):
    """Runs the module and puts it where the import system looks for it when the stub ends.

    The stub's importer holds the import lock of this name until then. A thread that meets the new module earlier waits
    for that lock, as for any module, because its spec says that it is being initialized.
    """
    kept = _kept(stub)
    spec._initializing = True
    try:
        _describe(vars(module), spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        if kept is None and spec.parent in sys.modules:
            setattr(sys.modules[spec.parent], spec.name.rpartition(".")[2], module)
        # Whoever has the stub's own module, and does not look for it in `sys.modules`, finds all in it.
        stub.clear()
        stub.update(vars(module))
        _loaded[spec.name] = (ref(module), spec)
    finally:
        spec._initializing = False
        if kept is not None:
            sys.modules[spec.name] = kept


def _kept(stub):
    """What stays in `sys.modules`: a module that is loaded lazily, and one that is there while another is made."""
    registered = sys.modules.get(stub["__name__"])
    # `LazyLoader` has its state there, and no other loader of source files has any.
    is_lazy = getattr(stub.get("__spec__"), "loader_state", None) is not None
    return registered if is_lazy or getattr(registered, "__dict__", None) is not stub else None


def _check_python(name, path):
    """Refuses what this Python would have refused: a file for another one, and to run a module as a program."""
    if name == "__main__":
        # In the words of `runpy`, which takes the stub for a program.
        module = path.partition(".")[0].replace("/", ".")
        sys.exit("%s: No code object available for %s" % (sys.executable, module))
    stem, _, suffix = os.path.basename(path).partition(".")
    if "." + suffix not in EXTENSION_SUFFIXES:
        text = "No module named %r for Python %s, which loads %s: %s %s is installed here for another Python, with %s"
        loads = " and ".join(EXTENSION_SUFFIXES)
        version = "%d.%d" % sys.version_info[:2]
        raise ModuleNotFoundError(text % (name, version, loads, DISTRIBUTION, VERSION, stem + "." + suffix), name=name)


def _cannot_be_mapped(error):
    """Whether the system refused to run code from this place: mounted noexec, or a security policy."""
    return any(text in str(error) for text in ("failed to map", "Operation not permitted", "Permission denied"))


def _lacks_memory(error, file):
    """Whether memory is wanting, which no other place has: the C library may say of a noexec mount the same."""
    if any(text in str(error) for text in ("Cannot allocate memory", "Out of memory")):
        return True
    told = any(text in str(error) for text in ("Operation not permitted", "Permission denied"))
    return not told and any(text in str(error) for text in ("failed to map", "cannot map")) and _may_run(file)


def _may_run(file):
    """Whether the system lets code run that lies in a file."""
    import mmap

    try:
        with open(file, "rb") as opened:
            mmap.mmap(opened.fileno(), mmap.PAGESIZE, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC).close()
    except PermissionError:
        return False
    except (AttributeError, OSError):
        pass
    return True


def _no_memory(path, error):
    size = sum(file["size"] for file in GROUPS[FILES[path]]["files"])
    text = "too little memory, or address space (ulimit -v), to load %s of %s %s: its libraries have %d bytes (%s)"
    return ImportError(text % (path, DISTRIBUTION, VERSION, size, error), name=error.name, path=error.path)


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
