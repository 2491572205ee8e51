"""Record what pypa/packaging, csv and configparser answer about tags, file names, metadata, RECORD and licences.

The answers are the test vectors of `src/packaging`. Run it from the repository's root with the packaging to record
from on the module path (an unpacked wheel, or the wheel itself), then review the difference:

    PYTHONPATH=packaging-26.3-py3-none-any.whl python3 scripts/record_packaging_vectors_files.py

`--linux-tags-only` records nothing but the supported tags of Linux, for an older packaging that orders them differently.

Real file names and METADATA come from the indexes and find-links folders on this machine that pip is configured with;
without any, those two parts are left as they are. A second run with the same packaging and wheels writes the same bytes.
"""

from __future__ import annotations

import base64
import configparser
import contextlib
import csv
import functools
import hashlib
import io
import json
import platform
import re
import subprocess
import sys
import types
import zipfile
from pathlib import Path
from unittest import mock
from urllib.parse import unquote, urlsplit

import packaging
from packaging import _manylinux, _musllinux, metadata, tags
from packaging.licenses import _spdx, canonicalize_license_expression
from packaging.utils import parse_sdist_filename, parse_wheel_filename

TARGET = Path("test/vectors/packaging")


def write(name: str, content: dict) -> None:
    """One JSON file with one array element a line, so that a difference can be read."""
    recorded = {"packaging": packaging.__version__, "python": platform.python_version()}
    lines = []
    for key, value in {"recordedFrom": recorded, **content}.items():
        if isinstance(value, list):
            items = ",\n".join(json.dumps(item, ensure_ascii=True) for item in value)
            lines.append(f"{json.dumps(key)}: [\n{items}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=True)}")
    (TARGET / name).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="ascii")


# Supported tags --------------------------------------------------------------------------------------------------------


def glibc(major, minor):
    return {"kind": "glibc", "version": {"major": major, "minor": minor}}


def musl(major, minor):
    return {"kind": "musl", "version": {"major": major, "minor": minor}}


def linux(arch, libc=None, **more):
    return {"os": "linux", "arch": arch, **({} if libc is None else {"libc": libc}), **more}


def macos(major, minor, arch):
    return {"os": "macos", "version": {"major": major, "minor": minor}, "arch": arch}


def ios(major, minor, arch, sdk):
    return {"os": "ios", "version": {"major": major, "minor": minor}, "arch": arch, "sdk": sdk}


def cpython(major, minor, platform_, **more):
    return {
        "implementation": "cpython",
        "version": {"major": major, "minor": minor},
        "platform": platform_,
        **more,
    }


def other(implementation, major, minor, platform_, **more):
    return cpython(major, minor, platform_, **more) | {"implementation": implementation}


BOOKWORM = linux("x86_64", glibc(2, 36))

# The keys are those of InterpreterDescription in src/packaging/supported-tags.ts. `extSuffix` is EXT_SUFFIX.
INTERPRETERS = [
    cpython(3, 12, BOOKWORM),
    cpython(3, 12, BOOKWORM, debug=True),
    cpython(3, 13, BOOKWORM, freeThreaded=True),
    cpython(3, 14, BOOKWORM, freeThreaded=True, debug=True),
    cpython(3, 15, linux("x86_64", glibc(2, 41)), freeThreaded=True),
    cpython(3, 15, linux("x86_64", glibc(2, 41))),
    cpython(3, 8, BOOKWORM, debug=True),
    cpython(3, 7, BOOKWORM),
    cpython(3, 7, BOOKWORM, debug=True, pymalloc=False),
    cpython(3, 3, linux("x86_64", glibc(2, 17))),
    cpython(3, 2, linux("x86_64", glibc(2, 12))),
    cpython(2, 7, linux("x86_64", glibc(2, 5))),
    cpython(2, 7, linux("i686", glibc(2, 17), pointerBits=32), wideUnicode=False),
    cpython(3, 11, linux("i686", glibc(2, 28), pointerBits=32)),
    cpython(3, 11, linux("x86_64", glibc(2, 28), pointerBits=32)),
    cpython(3, 11, linux("x86_64", glibc(2, 28), pointerBits=32, hasStandardAbi=False)),
    cpython(3, 11, linux("x86_64", glibc(2, 4))),
    cpython(3, 11, linux("x86_64", glibc(3, 1))),
    cpython(
        3,
        11,
        linux(
            "x86_64",
            glibc(2, 18),
            refusedManylinux=["manylinux_2_17_x86_64", "manylinux_2_13_x86_64", "manylinux_2_5_x86_64"],
        ),
    ),
    cpython(3, 9, linux("aarch64", glibc(2, 17))),
    cpython(3, 11, linux("aarch64", glibc(2, 31), pointerBits=32)),
    cpython(3, 11, linux("aarch64", glibc(2, 31), pointerBits=32, hasStandardAbi=False)),
    cpython(3, 11, linux("armv7l", glibc(2, 31), pointerBits=32)),
    cpython(3, 11, linux("armv7l", glibc(2, 31), pointerBits=32, hasStandardAbi=False)),
    cpython(3, 11, linux("armv6l", glibc(2, 31), pointerBits=32)),
    cpython(3, 12, linux("ppc64le", glibc(2, 28))),
    cpython(3, 12, linux("ppc64", glibc(2, 17))),
    cpython(3, 12, linux("s390x", glibc(2, 28))),
    cpython(3, 13, linux("riscv64", glibc(2, 39))),
    cpython(3, 13, linux("loongarch64", glibc(2, 38))),
    cpython(3, 11, linux("mips64", glibc(2, 36))),
    cpython(3, 12, linux("x86_64", musl(1, 2))),
    cpython(3, 12, linux("aarch64", musl(1, 1))),
    cpython(3, 11, linux("aarch64", musl(1, 2), pointerBits=32)),
    cpython(3, 13, linux("loongarch64", musl(1, 2))),
    cpython(3, 13, linux("x86_64")),
    cpython(3, 6, macos(10, 6, "i386")),
    cpython(2, 7, macos(10, 4, "ppc"), wideUnicode=False),
    cpython(2, 7, macos(10, 7, "ppc"), wideUnicode=False),
    cpython(2, 7, macos(10, 6, "ppc64"), wideUnicode=False),
    cpython(3, 4, macos(10, 6, "intel")),
    cpython(3, 8, macos(10, 9, "x86_64")),
    cpython(3, 9, macos(10, 15, "x86_64")),
    cpython(3, 10, macos(11, 7, "x86_64")),
    cpython(3, 10, macos(11, 0, "arm64")),
    cpython(3, 13, macos(14, 5, "arm64"), freeThreaded=True),
    cpython(3, 14, macos(26, 1, "arm64")),
    cpython(3, 14, macos(26, 1, "x86_64")),
    cpython(3, 12, {"os": "windows", "arch": "amd64"}),
    cpython(3, 12, {"os": "windows", "arch": "x86"}),
    cpython(3, 13, {"os": "windows", "arch": "arm64"}, freeThreaded=True),
    cpython(3, 13, {"os": "android", "apiLevel": 24, "arch": "arm64_v8a"}),
    cpython(3, 13, {"os": "android", "apiLevel": 15, "arch": "x86_64"}),
    cpython(3, 13, ios(13, 0, "arm64", "iphoneos")),
    cpython(3, 14, ios(17, 2, "x86_64", "iphonesimulator")),
    cpython(3, 14, ios(11, 4, "arm64", "iphoneos")),
    cpython(
        3,
        14,
        {"os": "emscripten", "platformVersion": "2026_0", "sysconfigPlatform": "emscripten-5.0.3-wasm32"},
    ),
    cpython(3, 13, {"os": "emscripten", "sysconfigPlatform": "emscripten-4.0.9-wasm32"}),
    cpython(3, 12, {"os": "other", "sysconfigPlatform": "freebsd-14.1-release-amd64"}),
    other("pypy", 3, 11, BOOKWORM, extSuffix=".pypy311-pp73-x86_64-linux-gnu.so"),
    other("pypy", 3, 10, macos(14, 0, "arm64"), extSuffix=".pypy310-pp73-darwin.so"),
    other("pypy", 2, 7, BOOKWORM, extSuffix=".pypy-41.so"),
    other("graalpy", 3, 12, BOOKWORM, extSuffix=".graalpy250-312-native-x86_64-linux.so"),
    other("jython", 2, 7, BOOKWORM, extSuffix=".cpython-27.so"),
    other("pyston", 3, 8, BOOKWORM, extSuffix=".pyston-23-x86_64-linux-gnu.so"),
    other("something", 3, 10, BOOKWORM, extSuffix=".cp310-win_amd64.pyd"),
]

SYSTEMS = {
    "linux": "Linux",
    "macos": "Darwin",
    "windows": "Windows",
    "android": "Android",
    "ios": "iOS",
    "emscripten": "Emscripten",
    "other": "FreeBSD",
}


def sysconfig_platform(system: dict) -> str:
    if system["os"] == "linux":
        return f"linux-{system['arch']}"
    if system["os"] == "windows":
        return "win32" if system["arch"] == "x86" else f"win-{system['arch']}"
    return system.get("sysconfigPlatform", "unused")


def config_vars(interpreter: dict) -> dict:
    version = interpreter["version"]
    return {
        "Py_DEBUG": 1 if interpreter.get("debug") else 0,
        "Py_GIL_DISABLED": 1 if interpreter.get("freeThreaded") else 0,
        "WITH_PYMALLOC": 1 if interpreter.get("pymalloc", True) else 0,
        "Py_UNICODE_SIZE": 4 if interpreter.get("wideUnicode", True) else 2,
        "EXT_SUFFIX": interpreter.get("extSuffix"),
        "py_version_nodot": f"{version['major']}{version['minor']}",
        "PYEMSCRIPTEN_PLATFORM_VERSION": interpreter["platform"].get("platformVersion"),
    }


@contextlib.contextmanager
def pretend(interpreter: dict):
    """packaging.tags sees the described interpreter instead of this one."""
    system = interpreter["platform"]
    version = interpreter["version"]
    system_version = system.get("version", {"major": 0, "minor": 0})
    libc = system.get("libc", {})
    libc_version = libc.get("version", {"major": -1, "minor": -1})
    refused = set(system.get("refusedManylinux", []))
    fake_sys = types.SimpleNamespace(
        version_info=(version["major"], version["minor"], 0),
        implementation=types.SimpleNamespace(
            name=interpreter["implementation"], _multiarch=f"{system.get('arch')}-{system.get('sdk')}"
        ),
        maxunicode=0x10FFFF,
        executable="unused",
    )
    veto = types.SimpleNamespace(
        manylinux_compatible=lambda major, minor, arch: f"manylinux_{major}_{minor}_{arch}" not in refused
    )
    native_bits = tags._linux_platforms
    is_standard = system.get("hasStandardAbi", True)
    is_glibc = libc.get("kind") == "glibc"
    dotted = f"{system_version['major']}.{system_version['minor']}"
    patches = [
        mock.patch.object(tags, "sys", fake_sys),
        mock.patch.object(tags, "EXTENSION_SUFFIXES", []),
        mock.patch.object(tags, "_get_config_var", lambda name, warn=False: config_vars(interpreter)[name]),
        mock.patch.object(platform, "system", lambda: SYSTEMS[system["os"]]),
        mock.patch.object(tags.sysconfig, "get_config_var", lambda name: config_vars(interpreter)[name]),
        mock.patch.object(tags.sysconfig, "get_platform", lambda: sysconfig_platform(system)),
        mock.patch.object(platform, "mac_ver", lambda: (f"{dotted}.1", ("", "", ""), system["arch"])),
        mock.patch.object(tags, "_mac_arch", lambda arch: arch),
        mock.patch.object(
            tags,
            "_linux_platforms",
            functools.partial(native_bits, is_32bit=system.get("pointerBits") == 32),
        ),
        mock.patch.object(
            platform, "ios_ver", lambda: (None, f"{dotted}.2", None, None), create=True
        ),
        mock.patch.object(
            tags,
            "android_platforms",
            functools.partial(tags.android_platforms, system.get("apiLevel"), system.get("arch")),
        ),
        mock.patch.object(
            _manylinux,
            "_get_glibc_version",
            lambda: (libc_version["major"], libc_version["minor"]) if is_glibc else (-1, -1),
        ),
        mock.patch.object(_manylinux, "_is_linux_armhf", lambda executable: is_standard),
        mock.patch.object(_manylinux, "_is_linux_i686", lambda executable: is_standard),
        mock.patch.object(
            _musllinux,
            "_get_musl_version",
            lambda executable: None
            if libc.get("kind") != "musl"
            else _musllinux._MuslVersion(libc_version["major"], libc_version["minor"]),
        ),
        mock.patch.dict(sys.modules, {"_manylinux": veto} if refused else {}),
    ]
    clear = getattr(getattr(_manylinux, "_get_manylinux_module", None), "cache_clear", lambda: None)
    with contextlib.ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        clear()
        yield
    clear()


def compact(all_tags: list[str], platforms: list[str]) -> list[str]:
    """`cp312-abi3-*` stands for the tags of an interpreter and ABI on all platforms in order."""
    rows = []
    position = 0
    while position < len(all_tags):
        prefix = all_tags[position].rsplit("-", 1)[0]
        run = [f"{prefix}-{one}" for one in platforms]
        if platforms and all_tags[position : position + len(run)] == run:
            rows.append(f"{prefix}-*")
            position += len(run)
        else:
            rows.append(all_tags[position])
            position += 1
    return rows


def record_tags(*, linux_only: bool) -> None:
    supported = []
    for interpreter in INTERPRETERS:
        if linux_only and interpreter["platform"]["os"] != "linux":
            continue
        with pretend(interpreter):
            platforms = list(tags.platform_tags())
            all_tags = list(dict.fromkeys(map(str, tags.sys_tags())))
        supported.append(
            {"interpreter": interpreter, "platforms": platforms, "tags": compact(all_tags, platforms)}
        )
    write(f"tags-{packaging.__version__}.json", {"supported": supported})


# Wheels on this machine --------------------------------------------------------------------------------------------


def local_wheels() -> list[Path]:
    """Every wheel in the file:// indexes and the find-links folders of pip's configuration, by file name."""
    settings = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    wheels = {}
    for line in settings.splitlines():
        key, _, value = line.partition("=")
        if key.rsplit(".", 1)[-1] not in {"extra-index-url", "index-url", "find-links"}:
            continue
        for place in value.strip("'\"").replace("\\n", " ").split():
            folder = Path(unquote(urlsplit(place).path))
            if "://" in place and not place.startswith("file://"):
                continue
            for page in [*folder.glob("*/index.html"), *folder.glob("index.html")]:
                for href in re.findall(r'href="([^"#]+\.whl)', page.read_text(encoding="utf-8")):
                    wheel = (page.parent / unquote(href)).resolve()
                    if wheel.is_file():
                        wheels.setdefault(wheel.name, wheel)
            for wheel in folder.glob("*.whl"):
                wheels.setdefault(wheel.name, wheel)
    return [wheels[name] for name in sorted(wheels)]


# File names --------------------------------------------------------------------------------------------------------

WHEEL_NAMES = """
foo-1.0-py3-none-any.whl
Foo-1.0-py3-none-any.whl
foo_bar-1.0-py3-none-any.whl
foo.bar-1.0-py3-none-any.whl
foo__bar-1.0-py3-none-any.whl
foo-bar-1.0-py3-none-any.whl
foo-1.0-1-py3-none-any.whl
foo-1.0-007local-py3-none-any.whl
foo-1.0-20231114123456789012345-py3-none-any.whl
foo-1.0-1.2-py3-none-any.whl
foo-1.0-1_2-py3-none-any.whl
foo-1.0-a1-py3-none-any.whl
foo-1.0--py3-none-any.whl
foo-1.0-1-2-py3-none-any.whl
foo-1.0-1--none-any.whl
foo-1.0-py3-none-any-null.whl
foo-1.0-cp313-cp313t-musllinux_1_2_x86_64-x86_64_v3.whl
foo-1.0-1-cp313-cp313t-musllinux_1_2_x86_64-x86_64_v3.whl
foo-1.0.post1-py3-none-any.whl
foo-1.0+local.1-py3-none-any.whl
foo-1.0+local_1-py3-none-any.whl
foo-1!1.0-py3-none-any.whl
foo-1.0rc1-py3-none-any.whl
foo-1.0.RC1-py3-none-any.whl
foo-1.0_rc_1-py3-none-any.whl
foo-v1.0-py3-none-any.whl
foo-1.0.dev0-py3-none-any.whl
foo-1.0.0-py3-none-any.whl
foo-abc-py3-none-any.whl
foo-1..0-py3-none-any.whl
foo--py3-none-any.whl
-1.0-py3-none-any.whl
foo-1.0-py3-none.whl
foo-1.0-py3.whl
foo-1.0.whl
foo.whl
.whl
foo-1.0-py3-none-any.zip
foo-1.0-py3-none-any.WHL
foo-1.0-py3-none-any
foo-1.0-py3-none-any.whl.metadata
foo-1.0-PY3-None-Any.whl
foo-1.0-py2.py3-none-any.whl
foo-1.0-py3.py2-none-any.whl
foo-1.0-py3.py3-none-any.whl
foo-1.0-py2..py3-none-any.whl
foo-1.0-.py3-none-any.whl
foo-1.0-py3.-none-any.whl
foo-1.0-py3-none.-any.whl
foo-1.0-py3-none-any..whl
foo-1.0-3py-none-any.whl
foo-1.0-py3-none-3any.whl
foo-1.0-py 3-none-any.whl
foo-1.0-cp311.cp312-abi3.none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
foo-1.0-cp315-abi3.abi3t-win_amd64.whl
foo-1.0-cp39-abi3-macosx_10_9_universal2.macosx_11_0_arm64.whl
foo-1.0-pp311-pypy311_pp73-win_amd64.whl
foo-1.0-cp312-cp312-ios_13_0_arm64_iphoneos.whl
foo-1.0-cp313-cp313-android_24_arm64_v8a.whl
foo-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl
foo-1.0-graalpy312-graalpy250_312_native-linux_x86_64.whl
foo/foo-1.0-py3-none-any.whl
../foo-1.0-py3-none-any.whl
foo bar-1.0-py3-none-any.whl
foo+bar-1.0-py3-none-any.whl
_foo-1.0-py3-none-any.whl
foo_-1.0-py3-none-any.whl
.foo-1.0-py3-none-any.whl
fo\u00f6-1.0-py3-none-any.whl
foo-1.0-py3\u00f6-none-any.whl
foo-1.0-py3-non\u00e9-any.whl
foo-1.0-py3-none-an!y.whl
foo- 1.0-py3-none-any.whl
foo-1.0 -py3-none-any.whl
foo-1.0-py3-none- any.whl
foo-1.0-1 a-py3-none-any.whl
foo-1.0-1+a-py3-none-any.whl
\u0661-1.0-py3-none-any.whl
foo-\u0661.0-py3-none-any.whl
foo-1.0-\u0661-py3-none-any.whl
""".strip().split("\n")

SDIST_NAMES = """
foo-1.0.tar.gz
foo-1.0.zip
foo-1.0.tar.bz2
foo-1.0.tgz
foo-1.0.tar.xz
foo-1.0.tar
foo-1.0.tar.Z
foo-1.0.TAR.GZ
foo-1.0
foo.tar.gz
.tar.gz
-1.0.tar.gz
foo-.tar.gz
Foo-1.0.tar.gz
foo_bar-1.0.tar.gz
foo-bar-1.0.tar.gz
foo.bar-1.0.tar.gz
foo__bar-1.0.tar.gz
foo-2-1.0.tar.gz
foo-1.0-1.tar.gz
foo-1.0-rc-1.tar.gz
foo-1.0.0.tar.gz
foo-1.0.post1.tar.gz
foo-1.0.dev20240101.tar.gz
foo-1.0+local.tar.gz
foo-1.0+local-1.tar.gz
foo-1!1.0.tar.gz
foo-v1.0.tar.gz
foo-1.0.RC1.tar.gz
foo-1.0a.tar.gz
foo-abc.tar.gz
foo-1..0.tar.gz
foo- 1.0.tar.gz
foo-1.0 .tar.gz
foo bar-1.0.tar.gz
_foo-1.0.tar.gz
foo_-1.0.tar.gz
foo/bar-1.0.tar.gz
fo\u00f6-1.0.tar.gz
foo-1.0.tar.gz.asc
python-dateutil-2.9.0.post0.tar.gz
zope.interface-7.2.tar.gz
ruamel.yaml.clib-0.2.12.tar.gz
py-1-2-3.tar.gz
""".strip().split("\n")


def answer(ask, *arguments):
    """What `ask` returns, or None for the ValueError by which packaging refuses."""
    try:
        return ask(*arguments)
    except ValueError:
        return None


def wheel_case(name: str) -> dict:
    parsed = answer(parse_wheel_filename, name)
    if parsed is None:
        return {"filename": name, "valid": False}
    project, version, build, tag_set = parsed
    return {
        "filename": name,
        "valid": True,
        "name": project,
        "version": str(version),
        "build": [str(build[0]), build[1]] if build else None,
        "tags": sorted(map(str, tag_set)),
    }


def sdist_case(name: str) -> dict:
    parsed = answer(parse_sdist_filename, name)
    if parsed is None:
        return {"filename": name, "valid": False}
    return {"filename": name, "valid": True, "name": parsed[0], "version": str(parsed[1])}


def spread(items: list, count: int) -> list:
    """`count` of the items, evenly spread."""
    step = max(1, len(items) / count)
    return [items[int(index * step)] for index in range(min(count, len(items)))]


def record_filenames(wheels: list[Path]) -> None:
    names = [wheel.name for wheel in wheels]
    notable = [name for name in names if name.count("-") == 5 or name.count(".") > 6]
    real = sorted({*notable, *spread(names, 260)})
    sdists = [f"{a}-{b}.tar.gz" for a, b, *_ in (name.split("-") for name in spread(names, 60))]
    sdists += [name.replace("_", "-").replace(".tar.gz", ".zip") for name in sdists[:30]]
    write(
        "filenames.json",
        {
            "wheels": [wheel_case(name) for name in [*WHEEL_NAMES, *real]],
            "sdists": [sdist_case(name) for name in [*SDIST_NAMES, *sdists]],
        },
    )


# Metadata ----------------------------------------------------------------------------------------------------------

DOCUMENTS = [
    b"",
    b"\n",
    b"\nbody only\n",
    b"body only",
    b"Name: foo",
    b"Name: foo\n",
    b"Name: foo\n\n",
    b"Name: foo\n\nbody",
    b"Name: foo\nbody without a gap: is no header\n",
    b"Name: foo\nbody without a gap\n\nmore\n",
    b"Name: foo\r\nVersion: 1\r\n\r\nbody\r\nline\r\n",
    b"Name: foo\rVersion: 1\r\rbody\r",
    b"Name: foo\r\nVersion: 1\n\nbody\n",
    b"Name:foo\nVersion:\t1\nSummary:   three blanks\n\n",
    b"Name: foo  \nVersion: 1\t\n\n",
    b"Name:\nVersion: 1\n\n",
    b"Name:   \nVersion: 1\n\n",
    b" folded: nothing\nName: foo\n\n",
    b"\tfolded: nothing\n  more\nName: foo\n\n",
    b"Name: foo\n  bar\n\tbaz\nVersion: 1\n\n",
    b"Name:\n  foo\nVersion: 1\n\n",
    b"Name: foo\n  \nVersion: 1\n\n",
    b"From someone\nName: foo\n\nbody\n",
    b"Name: foo\nFrom someone\n  folded\nVersion: 1\n\nbody\n",
    b": nameless\nName: foo\n\nbody\n",
    b"Name: foo\n: nameless\n  folded\nVersion: 1\n\n",
    b"From: someone\nName: foo\n\n",
    b"NAME: foo\nversion: 1\nReQuIrEs-DiSt: a\nrequires-dist: b\n\n",
    b"Name: foo\nName: bar\nVersion: 1\n\n",
    b"Unknown-Field: a\nunknown-field: b\nName: foo\n\n",
    b"X_strange.field!: a\nName: foo\n\n",
    b"Bad Name: a\nName: foo\n\n",
    b"Name : foo\nVersion: 1\n\n",
    b"N\xc3\xa4me: foo\n\n",
    b"\xef\xbb\xbfName: foo\nVersion: 1\n\n",
    b"Name: foo\nAuthor: J\xc3\xbcrgen \xe2\x9c\x93\n\n",
    b"Name: foo\nAuthor: J\xfcrgen\n\n",
    b"Name: foo\nClassifier: one\nClassifier: tw\xf6\n\n",
    b"Name: foo\nAuthor: \xed\xa0\x80\n\n",
    b"Name: foo\nAuthor: =?utf-8?q?J=C3=BCrgen?=\n\n",
    b"Name: foo\nLicense: first\n        s\xc3\xa9cond\n        third\n\n",
    b"Name: foo\nLicense: first\r\n        second\r\nVersion: 1\r\n\r\n",
    b"Name: foo\n\nb\xc3\xb6dy\n",
    b"Name: foo\n\nb\xf6dy\n",
    b"Name: foo\nDescription: header\n\n",
    b"Name: foo\nDescription: header\n\nbody",
    b"Name: foo\nDescription: header\n\nb\xf6dy",
    b"Name: foo\nDescription: h\xf6der\n\nbody",
    b"Name: foo\nDescription: one\nDescription: two\n\nbody",
    b"Name: foo\nDescription: one\nDescription: two\n\n",
    b"Name: foo\nKeywords: a, b ,c\n\n",
    b"Name: foo\nKeywords: a b c\n\n",
    b"Name: foo\nKeywords:\n\n",
    b"Name: foo\nKeywords: a\nKeywords: b\n\n",
    b"Name: foo\nProject-URL: Home, https://example.org\nProject-URL: Docs,https://example.org/a,b\n\n",
    b"Name: foo\nProject-URL: nocomma\n\n",
    b"Name: foo\nProject-URL: , https://example.org\n\n",
    b"Name: foo\nImport-Name:\n\n",
    b"Name: foo\nImport-Name:\nImport-Name: foo\n\n",
    b"Name: foo\nImport-Name: foo\nImport-Namespace: bar\n\n",
    b"Name: foo\nPlatform: any\nPlatform: all\nSupported-Platform: x\nDynamic: version\n\n",
    b"Name: foo\x00bar\nVersion: 1\n\n",
    b"Name: foo\x0bVersion: 1\n\n",
    b"Name: foo\x0cVersion: 1\x1cx\x1dx\x1ex\xc2\x85x\xe2\x80\xa8x\n\nbody\x0cbody\n",
    b"Na\x00me: foo\nVersion: 1\n\n",
    b"Name: foo\n\n\n\nbody after gaps\n\n\n",
    b"Name: foo\nVersion: 1\n \nSummary: after a blank line\n\n",
    b"Name: foo: bar: baz\n\n",
    b"Name: \"quoted\" (comment) <angle>\n\n",
]

# Field by field: texts, right and wrong, for which only validity is recorded.
VALUES = {
    "name": ["foo", "Foo.Bar", "foo_", "-foo", "", "f", "foo bar", "foo\u00e9", "1", "a--b"],
    "version": ["1.0", "", "abc", "1.0-1", "1.0+local", " 1.0", "1.0.*", "v1"],
    "summary": ["one line", "two\nlines", "two\rlines", "form\x0cfeed", "", "sep\u2028arator", "next\u0085line"],
    "description_content_type": [
        "text/plain",
        "text/x-rst",
        "text/markdown",
        "Text/Markdown",
        "TEXT/X-RST",
        "text/html",
        "text/rst",
        "markdown",
        "UNKNOWN",
        "",
        "text/markdown; charset=UTF-8",
        "text/markdown; charset=utf-8; variant=GFM",
        "text/markdown; charset=UTF-8; variant=CommonMark",
        "text/markdown; variant=gfm",
        "text/markdown; variant=commonmark",
        "text/markdown; variant=Other",
        "text/markdown;variant=GFM;charset=UTF-8",
        "text/markdown; charset=iso-8859-1",
        "text/plain; charset=ascii",
        "text/plain; charset=\"UTF-8\"",
        "text/plain; charset='UTF-8'",
        "text/x-rst; variant=Other",
        "text/x-rst; foo=bar",
        "text/markdown; VARIANT=GFM",
        "text/markdown; Charset=UTF-8",
        "text/markdown ; variant=GFM",
        " text/markdown",
        "text/markdown ",
        "text/markdown, text/plain",
        "text/markdown text/plain",
        "text/markdown;",
        "text/markdown; ",
        "text/markdown; variant",
        "text/markdown; variant=",
        "text/markdown; =GFM",
        "text/markdown; variant=GFM; variant=GFM",
        "text/markdown; variant=\"GFM\"",
        "text/markdown; variant = GFM",
        "text/markdown; charset=UTF-8 variant=GFM",
        "text/markdown (comment)",
        "text / markdown",
        "text/",
        "/markdown",
        "text",
        "multipart/mixed",
    ],
    "dynamic": [
        ["summary"],
        ["Requires-Dist"],
        ["name"],
        ["Version"],
        ["metadata-version"],
        ["requires_dist"],
        ["nonsense"],
        ["description", "license-file"],
        ["import-name"],
    ],
    "provides_extra": [["dev"], ["Dev_Tools"], ["dev", "docs"], ["-dev"], [""], ["d ev"], ["dev."]],
    "requires_python": [">=3.9", "", ">=3.9,<4", "3.9", ">=3.9;", ">= 3.9 , !=3.10.*", "=>3.9", "~=3"],
    "requires_dist": [
        ["foo"],
        ["foo>=1; python_version < '3'"],
        ["foo (>=1)"],
        ["foo bar"],
        ["foo @ https://example.org/foo.whl"],
        ["foo; extra == 'x'"],
        ["foo; extra = 'x'"],
        [""],
    ],
    "license_expression": ["MIT", "mit or apache-2.0", "MIT OR", "Nonsense", "", "LicenseRef-x"],
    "license_files": [
        ["LICENSE"],
        ["licenses/MIT.txt"],
        ["../LICENSE"],
        ["a/../LICENSE"],
        ["LICENSE..txt"],
        ["LICENSE*"],
        ["/LICENSE"],
        ["C:/LICENSE"],
        ["C:LICENSE"],
        ["\\LICENSE"],
        ["licenses\\MIT.txt"],
        ["./LICENSE"],
        ["licenses//MIT.txt"],
        ["licenses/"],
        [""],
        ["LICEN\u00e7E"],
        ["LICENSE with blanks.txt"],
    ],
    "import_names": [
        ["foo"],
        ["foo.bar"],
        ["foo.bar; private"],
        ["foo;private"],
        ["foo; public"],
        ["foo;"],
        ["foo.class"],
        ["1foo"],
        ["foo..bar"],
        [".foo"],
        ["foo-bar"],
        ["f\u00f6\u00f6"],
        ["_foo"],
        ["match"],
        ["foo ; private "],
        [],
        ["", "foo"],
        ["foo", "async"],
    ],
    "import_namespaces": [["foo"], ["foo.bar"], ["import"], ["foo; private"]],
}


def parse_case(data: bytes) -> dict:
    raw, unparsed = metadata.parse_email(data)
    # parse_email goes over a set, in an order that differs from run to run.
    return {
        "raw": dict(sorted(raw.items())),
        "unparsed": {name: list(map(as_text, unparsed[name])) for name in sorted(unparsed)},
    }


def as_text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def wrong_fields(data: bytes) -> list[str]:
    """The fields that packaging refuses, empty for valid metadata."""
    try:
        metadata.Metadata.from_email(data)
    except metadata.ExceptionGroup as group:
        return sorted({error.field for error in group.exceptions})
    return []


def value_case(field: str, value) -> dict:
    raw = {"metadata_version": "2.5", "name": "foo", "version": "1", field: value}
    try:
        metadata.Metadata.from_raw(raw)
    except metadata.ExceptionGroup:
        return {"field": field, "value": value, "valid": False}
    return {"field": field, "value": value, "valid": True}


def read_metadata(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [
            name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)
        ]
        return archive.read(name)


LONGEST_HEADERS = 4000
# No file of the repository names the hosts of package registries.
REGISTRY_LINK = re.compile(rb"://[a-z.]*(pypi|pythonhosted|testpypi|npmjs)\.")


def real_case(wheel: Path, data: bytes) -> dict | None:
    """The headers of a wheel's METADATA without the description, which would be most of the bytes."""
    match = re.search(rb"\r?\n\r?\n", data)
    headers = data[: match.start()] + match.group() if match else data
    if len(headers) > LONGEST_HEADERS or REGISTRY_LINK.search(headers):
        return None
    case = parse_case(headers)
    whole = metadata.parse_email(data)[0].get("description")
    return {
        "wheel": wheel.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "headers": headers.decode("utf-8"),
        **case,
        "descriptionSha256": None if whole is None else hashlib.sha256(whole.encode()).hexdigest(),
        "wrong": wrong_fields(headers),
    }


def notable(data: bytes) -> bool:
    headers = re.split(rb"\r?\n\r?\n", data)[0]
    return b"\r" in data or b"\n " in headers or b"\nMetadata-Version: 2.0" in b"\n" + headers


def record_metadata(wheels: list[Path]) -> None:
    read = [(wheel, read_metadata(wheel)) for wheel in wheels]
    chosen = {wheel for wheel, data in read if notable(data)}
    chosen |= {wheel for wheel, _ in spread(read, 240)}
    real = [real_case(wheel, data) for wheel, data in read if wheel in chosen]
    write("metadata-real.json", {"documents": [case for case in real if case is not None]})


def record_metadata_traps() -> None:
    documents = [
        {"base64": base64.b64encode(data).decode(), "wrong": wrong_fields(data), **parse_case(data)}
        for data in DOCUMENTS
    ]
    values = [value_case(field, value) for field, listed in VALUES.items() for value in listed]
    write("metadata.json", {"documents": documents, "values": values})


# Licences ----------------------------------------------------------------------------------------------------------

EXPRESSIONS = """
MIT
mit
MIT OR Apache-2.0
mit or apache-2.0
MIT AND (Apache-2.0 OR BSD-2-Clause)
(MIT)
((MIT))
( MIT )
(MIT OR Apache-2.0) AND BSD-3-Clause
(MIT AND BSD-2-Clause) OR (ISC AND Zlib)
MIT AND Apache-2.0 OR BSD-2-Clause
GPL-2.0-or-later WITH Classpath-exception-2.0
gpl-2.0-or-later with classpath-exception-2.0
GPL-2.0+ WITH Classpath-exception-2.0
GPL-2.0+
gpl-3.0+
LGPL-2.1+
Apache-2.0+
MIT+
GPL-2.0
LicenseRef-Proprietary
licenseref-proprietary
LICENSEREF-Public-Domain
LicenseRef-My.Own-1
LicenseRef-
LicenseRef
LicenseRef-a_b
LicenseRef-a+
LicenseRef-A AND licenseref-a
licenseref-a OR LicenseRef-A OR MIT
LicenseRef-x WITH Classpath-exception-2.0
DocumentRef-a:LicenseRef-b
MIT or (LicenseRef-X and GPL-3.0-only with GCC-exception-3.1)
MIT OR
OR MIT
AND
OR
WITH
MIT AND OR BSD-2-Clause
MIT BSD-2-Clause
MIT Apache-2.0 AND BSD-2-Clause
MIT WITH
MIT WITH MIT
MIT WITH Nonsense-exception
WITH Classpath-exception-2.0
Classpath-exception-2.0
MIT WITH Classpath-exception-2.0 WITH Classpath-exception-2.0
MIT WITH (Classpath-exception-2.0)
(MIT) WITH Classpath-exception-2.0
(MIT WITH Classpath-exception-2.0)
MIT WITH Classpath-exception-2.0 AND ISC
MIT WITH Classpath-exception-2.0+
MIT WITH AND
(MIT
MIT)
()
( )
(
)
)(
(MIT) (ISC)
MIT (ISC)
(MIT) ISC
MIT AND ()
MIT AND (OR ISC)
(MIT AND) ISC
((MIT) OR ISC
(MIT)) OR ISC
MIT OR(ISC)
(MIT)OR(ISC)
MIT/ISC
MIT, ISC
MIT; ISC
MIT | ISC
MIT or later
BSD
BSD-3
Apache 2.0
Apache License 2.0
Apache2
GPLv3
GPL-3
Proprietary
Unknown
NONE
NOASSERTION
+
MIT +
MIT++
-
False
True
not MIT
MIT if ISC else Zlib
lambda
0BSD
0bsd
mit-0
MIT-0 and not-a-license
cc-by-4.0
UNLICENSE
Zlib OR libpng-2.0
BlueOak-1.0.0
Python-2.0
python-2.0.1
PSF-2.0
mPl-2.0
EUPL-1.2
AGPL-3.0
agpl-3.0-only
\u212aazlib
M\u0130T
MIT\u00a0OR\u00a0ISC
""".strip("\n").split("\n") + [
    "",
    " ",
    "\t",
    " MIT ",
    "MIT  OR   ISC",
    "MIT\tOR\tISC",
    "MIT\nOR\nISC",
    "MIT\r\nOR ISC",
    "MIT\x1cOR\x1cISC",
    "MIT\x85OR ISC",
    "(" * 50 + "MIT" + ")" * 50,
    "(" * 200 + "MIT" + ")" * 200,
    "(" * 201 + "MIT" + ")" * 201,
    " OR ".join(["MIT"] * 500),
]


def record_licenses(wheels: list[Path]) -> None:
    listed = spread(sorted(_spdx.LICENSES), 80) + sorted(
        name for name, entry in _spdx.LICENSES.items() if entry["deprecated"]
    )
    exceptions = [f"gpl-3.0-only with {name}" for name in spread(sorted(_spdx.EXCEPTIONS), 25)]
    real = set()
    for wheel in wheels:
        real.add(metadata.parse_email(read_metadata(wheel))[0].get("license_expression", "MIT"))
    texts = list(dict.fromkeys([*EXPRESSIONS, *listed, *exceptions, *sorted(real)]))
    write(
        "licenses.json",
        {
            "spdx": _spdx.VERSION,
            "expressions": [
                {"text": text, "normal": answer(canonicalize_license_expression, text)} for text in texts
            ],
        },
    )


# RECORD and entry_points.txt ---------------------------------------------------------------------------------------

ROWS = [
    ["pkg/__init__.py", "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "0"],
    ["pkg-1.0.dist-info/RECORD", "", ""],
    ["pkg/with,comma.py", "sha256=abc", "12"],
    ['pkg/with"quote.py', "sha256=abc", "12"],
    ['"quoted"', "", ""],
    ['a,"b",c', "", ""],
    ["pkg/with blank.py", "sha256=abc", "12"],
    [" leading and trailing ", "", ""],
    ["pkg/n\u00e4me-\u65e5\u672c.py", "sha256=abc", "12"],
    ["pkg/emoji-\U0001f600.py", "sha256=abc", "12"],
    ["pkg/line\nbreak.py", "sha256=abc", "12"],
    ["pkg/car\rriage.py", "sha256=abc", "12"],
    ["pkg/it's;semi:colon#hash.py", "sha256=abc", "12"],
    ["", "", ""],
]

CSV_TEXTS = [
    "",
    "\n",
    "\n\n\n",
    "a,b,c",
    "a,b,c\n",
    "a,b,c\r\n",
    "a,b,c\r\nd,e,f\r\n",
    "a,b,c\n\nd,e,f\n",
    "a,,\n",
    ",,\n",
    "a\n",
    "a,b\n",
    "a,b,c,d\n",
    '"a","b","c"\n',
    '"a,b",c,d\n',
    '"a""b",c,d\n',
    '"","",""\n',
    '""\n',
    '"a"b,c,d\n',
    '"a" ,c,d\n',
    ' "a",c,d\n',
    'a"b,c,d\n',
    'a""b,c,d\n',
    '"a\nb",c,d\ne,f,g\n',
    '"a\r\nb",c,d\ne,f,g\n',
    '"a""\nb",c,d\n',
    '"a"b"c,d",e\n',
    '"""a""",b,c\n',
    '"a,b,c\nd,e,f\n',
    '"a""',
    "a , b , c\n",
    "a\tb,c,d\n",
]


def csv_text(row: list[str]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerow(row)
    return target.getvalue()


def record_records() -> None:
    write(
        "records.json",
        {
            "written": [{"row": row, "text": csv_text(row)} for row in ROWS],
            "read": [
                {"text": text, "rows": [row for row in csv.reader(io.StringIO(text, newline="")) if row]}
                for text in CSV_TEXTS
            ],
        },
    )


ENTRY_POINTS = [
    "",
    "[console_scripts]\nfoo = pkg.cli:main\n",
    "[console_scripts]\nfoo=pkg.cli:main\nbar   =   pkg:Class.method\n\n[gui_scripts]\nbaz = pkg.gui:run\n",
    "[console_scripts]\r\nfoo = pkg:main\r\n",
    "\n\n[console_scripts]\n\n\nfoo = pkg:main\n",
    "# comment\n[a]\n; comment\nfoo = pkg\n",
    "[a]\nFoo = Pkg.Mod:Attr\n",
    "[a]\nfoo-bar.baz = pkg\n",
    "[a]\nname with blanks = pkg:main\n",
    "[a]\nname:colon = pkg:main\n",
    "[a]\nfoo = pkg:main [extra]\n",
    "[a]\nfoo = pkg:main[extra1,extra2]\n",
    "[a]\nfoo = pkg [extra1, extra2]\n",
    "[a]\nfoo = pkg : main\n",
    "[a]\n    foo = pkg:main\n    bar = pkg:other\n",
    "[a.b.c]\nfoo = pkg\n",
    "[a]\n[b]\nfoo = pkg\n",
    "foo = pkg\n",
    "[a]\nfoo\n",
    "[a]\n= pkg\n",
    "[a]\nfoo = pkg\nfoo = other\n",
    "[a]\nfoo = pkg\n[a]\nbar = pkg\n",
    "[a\nfoo = pkg\n",
    "[a]\nfoo = n\u00e4me:m\u00e4in\n",
]


def entry_points(text: str):
    """Groups as configparser reads them with the settings that the specification names; None when it refuses."""
    parser = configparser.ConfigParser(delimiters=("=",), strict=True, interpolation=None)
    parser.optionxform = str
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return [[name, list(map(list, parser.items(name)))] for name in parser.sections()]


def record_entry_points() -> None:
    write(
        "entry-points.json",
        {"texts": [{"text": text, "groups": entry_points(text)} for text in ENTRY_POINTS]},
    )


def main() -> None:
    linux_only = "--linux-tags-only" in sys.argv[1:]
    record_tags(linux_only=linux_only)
    if linux_only:
        return
    wheels = local_wheels()
    record_metadata_traps()
    record_records()
    record_entry_points()
    if wheels:
        record_filenames(wheels)
        record_metadata(wheels)
        record_licenses(wheels)
    else:
        print("No local wheels: filenames.json, metadata-real.json and licenses.json stay as they are.")


main()
