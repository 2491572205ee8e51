"""Describes the interpreter that runs it, as one JSON document between two marker lines on stdout.

Runs on Python 2.7 and every Python 3, on PyPy and GraalPy, with the standard library alone. It is run once for every
interpreter of a machine, so it imports nothing slow and starts no process (but musl's loader, which has no other way
to tell its version).
"""
import sys

# `python -c` puts the working directory first: a json.py that lies there is not the one imported below.
if sys.path and sys.path[0] in ("", "."):
    del sys.path[0]

import json
import os
import struct
import sysconfig

BEGIN = "<wheelworks-probe>"
END = "</wheelworks-probe>"
PACKAGES = ("pip", "setuptools", "wheel", "build", "uv")


def implementation():
    info = getattr(sys, "implementation", None)
    if info is not None:
        name, version = info.name, info.version
    elif hasattr(sys, "pypy_version_info"):
        name, version = "pypy", sys.pypy_version_info
    else:
        name, version = "cpython", sys.version_info
    text = ".".join(str(part) for part in version[:3])
    if version[3] != "final":
        text += {"alpha": "a", "beta": "b", "candidate": "rc"}.get(version[3], version[3]) + str(version[4])
    return {"name": name, "version": text}


def extension_suffixes():
    try:
        from importlib.machinery import EXTENSION_SUFFIXES
    except ImportError:
        import imp

        return [suffix for suffix, _, kind in imp.get_suffixes() if kind == imp.C_EXTENSION]
    return list(EXTENSION_SUFFIXES)


def has_module(name):
    try:
        from importlib.util import find_spec
    except ImportError:
        import imp

        try:
            opened = imp.find_module(name)[0]
        except ImportError:
            return False
        if opened is not None:
            opened.close()
        return True
    return find_spec(name) is not None


def package_versions():
    """Read from the names of the metadata folders: importing pip or its metadata costs more than all else here."""
    found = {}
    for directory in sys.path:
        try:
            names = os.listdir(directory)
        except (OSError, ValueError):
            continue
        for entry in sorted(names):
            stem, extension = os.path.splitext(entry)
            if extension not in (".dist-info", ".egg-info"):
                continue
            parts = stem.split("-")
            name = parts[0].lower()
            if name in PACKAGES and name not in found and len(parts) > 1:
                found[name] = parts[1]
    return {name: found[name] if name in found and has_module(name) else None for name in PACKAGES}


def system():
    """`platform.system()`, by which markers know the operating system."""
    return os.uname()[0] if hasattr(os, "uname") else {"nt": "Windows"}.get(os.name, "")


def machine():
    # platform.machine() starts `uname -p` on the older Pythons.
    if hasattr(os, "uname"):
        return os.uname()[4]
    import platform

    return platform.machine()


def elf_header():
    """Class, machine, flags and loader of the running executable; None where that is no ELF file."""
    try:
        with open(sys.executable, "rb") as executable:
            return read_elf(executable)
    except (OSError, IOError, struct.error):
        return None


def read_elf(executable):
    ident = executable.read(16)
    if ident[:4] != b"\x7fELF":
        return None
    wide = ident[4:5] == b"\x02"
    order = "<" if ident[5:6] == b"\x01" else ">"

    def unpack(layout):
        return struct.unpack(order + layout, executable.read(struct.calcsize(order + layout)))

    # e_type, e_machine, e_version, e_entry, e_phoff, e_shoff, e_flags, e_ehsize, e_phentsize, e_phnum
    fields = unpack("HHIQQQIHHH" if wide else "HHIIIIIHHH")
    header = {
        "class": 64 if wide else 32,
        "littleEndian": order == "<",
        "machine": fields[1],
        "flags": fields[6],
        "loader": None,
    }
    for index in range(fields[9]):
        executable.seek(fields[4] + index * fields[8])
        # p_type, (64-bit: p_flags,) p_offset, p_vaddr, p_paddr, p_filesz
        segment = unpack("IIQQQQ" if wide else "IIIII")
        if segment[0] == 3:  # PT_INTERP
            executable.seek(segment[2] if wide else segment[1])
            name = executable.read(min(segment[-1], 4096))
            header["loader"] = name.rstrip(b"\0").decode("utf-8", "replace")
    return header


def libc(elf):
    if not sys.platform.startswith("linux"):
        return None
    if elf is not None and "musl" in (elf["loader"] or ""):
        return {"family": "musl", "version": musl_version(elf["loader"])}
    version = glibc_version()
    return None if version is None else {"family": "glibc", "version": version}


def glibc_version():
    try:
        name, version = os.confstr("CS_GNU_LIBC_VERSION").split()
        return version if name == "glibc" else None
    except (AttributeError, OSError, ValueError):
        pass
    # Python 2.7 does not know that name.
    try:
        import ctypes

        function = ctypes.CDLL(None).gnu_get_libc_version
        function.restype = ctypes.c_char_p
        return function().decode("ascii")
    except (ImportError, OSError, AttributeError):
        return None


def musl_version(loader):
    import subprocess

    try:
        process = subprocess.Popen([loader], stderr=subprocess.PIPE, universal_newlines=True)
        lines = [line.strip() for line in process.communicate()[1].splitlines()]
    except OSError:
        lines = []
    # "musl libc (x86_64)", then "Version 1.2.5".
    versions = [line.split()[1] for line in lines if line.startswith("Version ")]
    return versions[0] if versions else None


def manylinux_verdicts(libc_found):
    """What a `_manylinux` module says of each tag (PEP 600); a distribution may refuse some, or all, this way."""
    if libc_found is None or libc_found["family"] != "glibc" or not has_module("_manylinux"):
        return {}
    try:
        import _manylinux
    except ImportError:
        return {}
    verdicts = {}
    arch = sysconfig.get_platform().split("-", 1)[-1]
    if struct.calcsize("P") == 4:
        arch = {"x86_64": "i686", "aarch64": "armv7l"}.get(arch, arch)
    if hasattr(_manylinux, "manylinux_compatible"):
        for minor in range(5, int(libc_found["version"].split(".")[1]) + 1):
            verdict = _manylinux.manylinux_compatible(2, minor, arch)
            if verdict is not None:
                verdicts["2_%d" % minor] = bool(verdict)
    else:
        for minor, name in ((5, "manylinux1"), (12, "manylinux2010"), (17, "manylinux2014")):
            if hasattr(_manylinux, name + "_compatible"):
                verdicts["2_%d" % minor] = bool(getattr(_manylinux, name + "_compatible"))
    return verdicts


def macos():
    if sys.platform != "darwin":
        return None
    import platform

    target = sysconfig.get_config_var("MACOSX_DEPLOYMENT_TARGET")
    return {"version": platform.mac_ver()[0], "deploymentTarget": None if target is None else str(target)}


def ordered(values):
    return [value for index, value in enumerate(values) if value and value not in values[:index]]


def headers(paths):
    directories = ordered(
        [paths.get("include"), paths.get("platinclude"), sysconfig.get_config_var("INCLUDEPY")]
    )
    files = [os.path.join(directory, "Python.h") for directory in directories]
    return {"directories": directories, "pythonH": next((name for name in files if os.path.isfile(name)), None)}


def externally_managed(paths, prefix, base_prefix):
    """PEP 668: the marker beside the standard library binds the interpreter, not its virtual environments."""
    marker = os.path.join(paths["stdlib"], "EXTERNALLY-MANAGED")
    return marker if prefix == base_prefix and os.path.isfile(marker) else None


def describe():
    paths = sysconfig.get_paths()
    variable = sysconfig.get_config_var
    version = sys.version_info
    prefix = sys.prefix
    base_prefix = getattr(sys, "base_prefix", None) or getattr(sys, "real_prefix", None) or prefix
    multiarch = variable("MULTIARCH") or getattr(getattr(sys, "implementation", None), "_multiarch", None)
    elf = elf_header()
    libc_found = libc(elf)
    return {
        "executable": sys.executable or "",
        "implementation": implementation(),
        "version": {
            "major": version[0],
            "minor": version[1],
            "micro": version[2],
            "releaseLevel": version[3],
            "serial": version[4],
        },
        "hexVersion": sys.hexversion,
        "abiFlags": getattr(sys, "abiflags", ""),
        "freeThreaded": bool(variable("Py_GIL_DISABLED")),
        "debug": bool(variable("Py_DEBUG")) or hasattr(sys, "gettotalrefcount"),
        "wideUnicode": sys.maxunicode > 0xFFFF,
        "pymalloc": variable("WITH_PYMALLOC") in (None, 1),
        "pointerBits": struct.calcsize("P") * 8,
        "soabi": variable("SOABI") or None,
        "extensionSuffix": variable("EXT_SUFFIX") or variable("SO") or None,
        "extensionSuffixes": extension_suffixes(),
        "platform": sysconfig.get_platform(),
        "machine": machine(),
        "system": system(),
        "systemPlatform": sys.platform,
        "osName": os.name,
        "multiarch": multiarch or None,
        "elf": elf,
        "libc": libc_found,
        "manylinuxVerdicts": manylinux_verdicts(libc_found),
        "macos": macos(),
        "headers": headers(paths),
        "sharedLibrary": bool(variable("Py_ENABLE_SHARED")),
        "libraryDirectory": variable("LIBDIR") or None,
        "packages": package_versions(),
        "modules": {name: has_module(name) for name in ("venv", "ensurepip")},
        "prefix": prefix,
        "basePrefix": base_prefix,
        "standardLibrary": paths["stdlib"],
        "sitePackages": ordered([paths["purelib"], paths["platlib"]]),
        "externallyManaged": externally_managed(paths, prefix, base_prefix),
        "searchPath": ordered(sys.path),
    }


def printable(value):
    """Python 2 has file names as bytes in any encoding; JSON has text."""
    if isinstance(value, dict):
        return dict((key, printable(item)) for key, item in value.items())
    if isinstance(value, list):
        return [printable(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


sys.stdout.write("\n%s\n%s\n%s\n" % (BEGIN, json.dumps(printable(describe()), sort_keys=True), END))
sys.stdout.flush()
