"""Record what pypa/packaging answers about names, versions, specifiers, markers and requirements.

The answers are the test vectors of `src/packaging`. Run it from the repository's root with the packaging to record
from on the module path (an unpacked wheel, or the wheel itself), then review the difference:

    PYTHONPATH=packaging-26.3-py3-none-any.whl python3 scripts/record_packaging_vectors_core.py

The cases are hand-picked traps plus pseudo-random ones from a fixed seed, so that a second run with the same packaging
writes the same bytes. Only ASCII goes into the random cases: docs/packaging-differences.md tells where and why other
characters are treated differently.
"""

from __future__ import annotations

import functools
import json
import platform
import random
from pathlib import Path

import packaging
from packaging.markers import (
    InvalidMarker,
    Marker,
    UndefinedComparison,
    UndefinedEnvironmentName,
)
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

TARGET = Path("test/vectors/packaging")
PRERELEASES = {"default": None, "yes": True, "no": False}


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


def distinct(items):
    return list(dict.fromkeys(items))


def mutations(rng: random.Random, texts: list[str], alphabet: str, count: int) -> list[str]:
    """Texts one or two edits away from real ones: most of the interesting borders of a grammar."""
    result = []
    while len(result) < count:
        text = list(rng.choice(texts))
        for _ in range(rng.choice((1, 1, 2))):
            at = rng.randrange(len(text) + 1)
            action = rng.randrange(3)
            if action == 0:
                text.insert(at, rng.choice(alphabet))
            elif at < len(text):
                if action == 1:
                    del text[at]
                else:
                    text[at] = rng.choice(alphabet)
        result.append("".join(text))
    return distinct(result)


# --- names ----------------------------------------------------------------------------------------

NAMES = """
a A 1 Foo foo-bar foo_bar foo.bar Foo.-_Bar FOO--BAR foo- -foo _foo foo_ .foo foo. a.b_c-d a..b a__b
a-_-b oslo.concurrency
zope.interface ruamel.yaml.clib Pillow PyYAML A-B_C.D 3to2 2to3- a- -a- . - _ foo! foo+bar foo/bar
foo@bar foo~ foo:bar x%y
python-dateutil backports.ssl_match_hostname jaraco.functools Flask_SQLAlchemy aa0 0a 0 00 a0b _
__init__ a.b.c.d.e.f
""".split()


def record_names() -> None:
    rng = random.Random("names")
    texts = [
        *NAMES,
        "",
        "foo bar",
        " foo",
        "foo\n",
        "foo\tbar",
        "f\u00f6\u00f6",
        "\u212aelvin",
        "long\u017f",
    ]
    texts += ["".join(rng.choice("aB1-_.") for _ in range(rng.randint(1, 9))) for _ in range(220)]
    rows = []
    for text in distinct(texts):
        try:
            canonicalize_name(text, validate=True)
            valid = True
        except InvalidName:
            valid = False
        rows.append([text, canonicalize_name(text), int(valid)])
    write("names.json", {"names": rows})


# --- versions -------------------------------------------------------------------------------------

VALID_VERSIONS = """
0 00 1 01 1.0 1.00 1.0.0 1.2.3 1.2.3.4.5.6 2024.11.20 0.0.0 10.010.0010 9999999999999999999999
1.18446744073709551616
v1 V1.0 v1.0rc1 0!1 1!1.0 01!1.0 99999999999999999999!1 1!0 v1!2.0
1a 1a0 1a1 1A1 1.0a 1.0.a1 1.0-a1 1.0_a1 1.0a.1 1.0a-1 1.0a_1 1.0.a.1 1.0alpha 1.0alpha2 1.0.ALPHA.2
1.0-alpha-2 1.0a-
1b1 1.0beta 1.0.beta.3 1.0_BETA_3 1.0b01 1.0c1 1.0.c.1 1.0rc 1.0rc1 1.0RC01 1.0.rc.1 1.0-rc-1 1.0pre
1.0pre1 1.0.pre-1
1.0preview 1.0preview1 1.0-preview_1 1.0Preview01 1.0rc99999999999999999999
1.0.post 1.0.post0 1.0.post1 1.0post1 1.0-post1 1.0_post1 1.0.post.1 1.0.post-1 1.0POST01 1.0-1
1.0-01 1-0 1-1 1.0.rev1 1.0rev
1.0-r4 1.0r4 1.0.r 1.0_r_4 1.0r-4 1.0.Rev.7
1.0.dev 1.0.dev0 1.0.dev1 1.0dev1 1.0-dev1 1.0_dev1 1.0.dev.1 1.0dev-1 1.0DEV01 1.0.dev456 1.0dev_1
1.0a1.post1 1.0a1.post1.dev1 1.0a1.dev1 1.0a1dev1 1.0a-dev 1.0a.dev.1 1.0a-1-2 1.0a--2
1.0.post1.dev2 1.0-1-dev 1.0-1.dev3 1.0rc1post2dev3
1.0b2-1 1.0post1dev 1.0post-1dev-1 1.0rc-1-1-dev-1
1.0+local 1.0+LOCAL 1.0+ubuntu.1 1.0+ubuntu-1 1.0+ubuntu_1 1.0+1 1.0+01 1.0+007.abc 1.0+1a 1.0+a1
1.0+1.a.2 1.0a1+x 1.0.post1+x
1.0.dev1+x 1.0-1+x 1.0+abc.5.1 1.0+0 1.0+00.00 1.0+g1234abc.d20240101 1!2.0rc1.post2.dev3+local.4
1.0+99999999999999999999
1.0+1e5 1.0+cu121 1.0+cpu.cxx11.abi
""".split()

INVALID_VERSIONS = """
. .1 1. 1..0 v vv1 v.1 a a1 french one 1.0.x 1.0.* 1.* * 1.0a1.* 1!! 1! !1 1!2!3 -1 +1 1+ 1.0+ 1.0+.
1.0+.a 1.0+a. 1.0+a..b 1.0+a+b
1.0+_ 1.0+a- 1.0-- 1.0-x 1.0.post-post 1.0a1a2 1.0a1b2 1.0dev1dev2 1.0dev1a1 1.0post1a1 1.0dev1post1
1.0post1post2 1.0-1-2
1.0alph 1.0bet 1.0prev 1.0poste 1.0devel 1.0rcc 1.0+caf\u00e9 1,0 1/0 1:0 1.0;1 1.0=1 ==1.0 1.0a1+
1.0a. 1.0..a1 1.0.-a1 1.0a.-1
1.0__dev 1.0._post1 0x10 1e5 1_000 1.0_1 1.0.1_2 \u0661.\u0660 1.\u0660 ver1 version1.0 release-1.0
1.0(1) '1.0' "1.0" 1.0\\n
""".split()

VERSION_ALPHABET = "0123.-_+! abcdeprvostlhAR"


def record_versions(generated: list[str]) -> None:
    rng = random.Random("versions")
    spaced = [
        " 1.0",
        "1.0 ",
        "\t1.0\n",
        "\r\n1.0\f\v",
        "\x1c1.0\x1f",
        "\u00a01.0\u2003",
        "\u30001.0\x85",
        "1.0\u2029",
        " v1.0 ",
    ]
    bad_spaced = [
        "",
        " ",
        "1. 0",
        "1 .0",
        "1.0 rc1",
        "v 1.0",
        "1.0+ a",
        "\ufeff1.0",
        "\u200b1.0",
        "1\x00",
        "1.0\x00",
        "1.0 +a",
    ]
    texts = [*VALID_VERSIONS, *spaced, *generated, *INVALID_VERSIONS, *bad_spaced]
    texts += mutations(rng, VALID_VERSIONS, VERSION_ALPHABET, 1400)
    texts += [
        "1" + "0" * 400,
        "1." + "9" * 400,
        "1" * 400 + "!1",
        "1.0rc" + "7" * 400,
        "1.0+" + "7" * 400,
    ]
    valid, invalid, parsed = [], [], []
    for text in distinct(texts):
        try:
            version = Version(text)
        except InvalidVersion:
            invalid.append(text)
            continue
        kinds = "".join(
            letter
            for letter, holds in zip(
                "abc",
                (version.is_prerelease, version.is_postrelease, version.is_devrelease),
                strict=True,
            )
            if holds
        )
        parsed.append((version, text))
        valid.append(
            [text, str(version), version.public, version.base_version, version.local, kinds]
        )
    ordered = [pair for pair in parsed if len(pair[1]) < 60]
    ordered = ordered[:420]
    ordered.sort(key=functools.cmp_to_key(lambda a, b: (a[0] > b[0]) - (a[0] < b[0])))
    order: list[list[str]] = []
    last = None
    for version, text in ordered:
        if last is not None and version == last:
            order[-1].append(text)
        else:
            order.append([text])
        last = version
    write("versions.json", {"valid": valid, "invalid": invalid, "order": order})


def random_versions(rng: random.Random, count: int) -> list[str]:
    """Versions from so small a world that they often share releases, prefixes and labels."""
    result: list[str] = []
    while len(result) < count:
        text = rng.choice(("",) * 9 + ("1!",))
        text += ".".join(str(rng.choice((0, 1, 1, 2))) for _ in range(rng.randint(1, 3)))
        text += rng.choice(("", "", "", "a0", "a1", "b1", "rc1"))
        text += rng.choice(("", "", "", ".post0", ".post1"))
        text += rng.choice(("", "", "", ".dev0", ".dev1"))
        text += rng.choice(("", "", "", "", "+a", "+1", "+a.1"))
        result.append(text)
    return distinct(result)


# --- specifiers -----------------------------------------------------------------------------------

MATRIX_VERSIONS = """
0 0.dev0 0.9 0.9.dev1 1 1.dev0 1.0 1.0.0 1.0.dev0 1.0.dev1 1.0.dev1+a 1.0a1 1.0a1.dev1 1.0a1.post1
1.0a1.post1.dev1 1.0a1+x 1.0a2 1.0b1
1.0rc1 1.0rc1.post1 1.0rc2 1.0+a 1.0+1 1.0+a.1 1.0.post0 1.0.post0.dev1 1.0.post1 1.0.post1+a
1.0.post1.dev1 1.0.post2 1.0.0.post1 1.0.1
1.0.1.dev1 1.0.1a1 1.0.1+a 1.0.2 1.1 1.1.dev0 1.1.dev1 1.1a1 1.1rc1 1.1.post1 1.1+a 1.2 1.2.3
1.2.3.4 1.2.4 1.10 2 2.dev0 2.dev1 2.0 2.0a1 2.0rc1
2.0.post1 2.1 3 10 1!0 1!0.dev0 1!1.0 1!1.0a1 1!1.0+a 1!1.0.post1 1!2 v1.0 1.0-1 1.0ALPHA1 1.0+A_1
01.00
""".split()

NOT_VERSIONS = ["", "foo", "1.0.*", "1.0 ", "2.0-SNAPSHOT", "main"]

MATRIX_SPECIFIERS = [
    *"""
    ==1 ==1.0 ==1.0.0 ==1.0a1 ==1.0+a ==1.0+A ==1.0+1 ==1.0.post1 ==1.0.dev1 ==1.0a1.post1.dev1
    ==1!1.0 ==v1.0 ==1.0-1 ==1.0ALPHA1
    !=1 !=1.0 !=1.0a1 !=1.0+a !=1.0.post1 !=1.0.dev1 !=1!1.0 !=2.0rc1
    ==0.* ==1.* ==1.0.* ==1.0.0.* ==1.0.0.0.* ==1.1.* ==1.2.3.* ==1!1.* ==1!0.* ==V1.* !=0.* !=1.*
    !=1.0.* !=1.2.3.* !=1!1.* !=2.*
    ~=1.0 ~=1.1 ~=1.0.0 ~=1.2.3 ~=1.0a1 ~=1.0.post1 ~=1.0.dev1 ~=0.9 ~=1.0.0.0 ~=1!1.0 ~=1!0.0
    ~=1.0.post1.dev1 ~=1.0rc1.post1 ~=2.0a1 ~=0.0
    <1 <1.0 <1.0.0 <1.1 <2 <1.0a1 <1.0rc1 <1.0.post1 <1.0.post0 <1.0.dev1 <1.0.dev0 <1.0a1.post1
    <1.0.post1.dev1 <1!0 <1!1.0 <0 <0.dev0 <0.dev1 <1.0.1
    <=1 <=1.0 <=1.0a1 <=1.0.post1 <=1.0.dev1 <=1.1 <=2 <=1!0 <=1!1.0 <=0 <=1.0.post1.dev1
    >1 >1.0 >1.0.0 >1.0a1 >1.0rc1 >1.0.post1 >1.0.post0 >1.0.dev1 >1.0.dev0 >1.0a1.post1
    >1.0.post1.dev1 >1.0a1.dev1 >1!0 >1!1.0 >0 >0.9 >1.0.1 >2.0
    >=1 >=1.0 >=1.0a1 >=1.0.post1 >=1.0.dev1 >=1.1 >=2 >=1!0 >=1!1.0 >=0 >=1.0.post1.dev1 >=0.dev0
    ===1.0 ===1 ===1.0+a ===1.0+A ===1.0ALPHA1 ===1.0a1 ===foo ===FOO ===v1.0 ===1.0.*
    ===2.0-snapshot === ===1.0.dev1
""".split(),
]

MATRIX_SETS = [
    "",
    ",",
    " , ",
    ">=1,<2",
    " >= 1 , < 2 ",
    ">=1,<2,",
    ",>=1",
    ">=1,,<2",
    "<2,>=1,!=1.1",
    "!=1.0,!=1.1",
    "!=1.0.*,>=0.9",
    "==1.0,==1.0.0",
    "==1.0.0,==1.0",
    "~=1.0,~=1.0.0",
    "==1.0.*,!=1.0.1",
    "==1.*,==1.0.*",
    "==1.0,===1.0",
    "===1.0,>=1",
    "===foo,>=1",
    "===foo,===FOO",
    "===foo",
    ">=1.0a1,<2",
    ">=1,<2.0rc1",
    ">1.0,<1.1",
    ">1.0.post0,<1.0.post2",
    ">=2,<1",
    ">=1.0.dev1,!=1.0.dev1",
    ">=1!0,<1!2",
    "!=2.0rc1",
    "!=2.0rc1,>=1",
    "==1.0+a,>=1",
    "<=1.0,>=1.0",
    "<1.0,>=1.0.dev0",
    ">1.0a1,<1.0a2.dev0",
    "~=1.0,!=1.0.post1",
    "~=1.0,<=1.0",
    "==1.0.*,===1.0",
    ">=1.0.0,>=1.0,>=1",
    "\t>=1\n,\u00a0<2\x1f",
]

INVALID_SPECIFIERS = """
~=1 ~=1a1 ~=1! ~=1.0+a ~=1.0.* ~=1!1 >=1.0+a <=1.0+a <1.0+a >1.0+a >=1.0.* <=1.* <1.* >1.0.*
==1.0a1.* ==1.0.dev1.* !=1.0.post1.*
==1.0+a.* ==1.0.*.1 ==1.0.** ==1.0* ==.* ==* != == >= ~= < = =1.0 =>1.0 =<1.0 !1.0 1.0 lolwat
==lolwat >=a <>1.0 ><1.0 ==1.0.*+a ==1..0 ==1.
>=1.0-- >=1.0; >=1.0) ==1.0=1 >==1 ~==1.0 !==1.0 ===a;b ===a)b ==1.0+ ==1.0+. ==1.0+a. ==v >=1! >=!1
==1.0.x
""".split()

SPECIFIER_ALPHABET = "012.*-_+!=<>~ abcdeprvost,"


def spaced_specifiers() -> list[str]:
    return [
        " >=1.0",
        ">= 1.0",
        ">=\t1.0 ",
        "\n==\n1.0.*\n",
        "=== 1.0",
        "===\u00a0foo ",
        "~= 1.4.2 ",
        "\x1c>=\x1f1\x85",
        "==V1",
    ]


def odd_specifiers() -> list[str]:
    return [
        "====1.0",
        "===a,b",
        "===(",
        "===>=1",
        "==1.0a-",
        ">=1.0-1",
        ">=1.0a",
        "<1.0-R",
        "==1.0+A-b_C.1",
        "~=1.0c",
        "===\u00fc",
    ]


def random_sets(rng: random.Random, count: int) -> list[str]:
    pool = [text for text in MATRIX_SPECIFIERS if not text.startswith("===")]
    return distinct(",".join(rng.sample(pool, rng.choice((2, 2, 3, 4)))) for _ in range(count))


def bits(answers) -> str:
    return "".join("1" if answer else "0" for answer in answers)


def record_specifiers() -> None:
    rng = random.Random("specifiers")
    versions = [*MATRIX_VERSIONS, *NOT_VERSIONS]
    sets = distinct([*MATRIX_SPECIFIERS, *MATRIX_SETS, *random_sets(rng, 140)])
    matrix = []
    for text in sets:
        group = SpecifierSet(text)
        row = [text, str(group)]
        for prereleases in PRERELEASES.values():
            row.append(
                bits(group.contains(version, prereleases=prereleases) for version in versions)
            )
        row.append(
            bits(group.contains(version, prereleases=False, installed=True) for version in versions)
        )
        row.append(
            bits(
                group.contains(Version(version)) if is_version(version) else False
                for version in versions
            )
        )
        matrix.append(row)

    texts = [*MATRIX_SPECIFIERS, *spaced_specifiers(), *odd_specifiers(), *INVALID_SPECIFIERS]
    texts += mutations(rng, MATRIX_SPECIFIERS, SPECIFIER_ALPHABET, 900)
    parsed = []
    for text in distinct(texts):
        try:
            specifier = Specifier(text)
        except InvalidSpecifier:
            parsed.append([text, None])
            continue
        parsed.append([text, str(specifier), int(bool(specifier.prereleases))])

    set_texts = [
        *MATRIX_SETS,
        ">=1,foo",
        "foo",
        ">=1;<2",
        ">=1 <2",
        "===a b",
        "==1.0,~=1",
        *mutations(rng, random_sets(rng, 60), SPECIFIER_ALPHABET, 260),
    ]
    parsed_sets = []
    for text in distinct(set_texts):
        try:
            parsed_sets.append([text, str(SpecifierSet(text))])
        except InvalidSpecifier:
            parsed_sets.append([text, None])

    write(
        "specifiers.json",
        {
            "versions": versions,
            "columns": ["set", "normal form", *PRERELEASES, "installed", "parsed version"],
            "contains": matrix,
            "specifiers": parsed,
            "sets": parsed_sets,
            "filters": record_filters(rng, sets, versions),
        },
    )


def record_filters(rng: random.Random, sets: list[str], versions: list[str]) -> list:
    rows = []
    for _ in range(700):
        text = rng.choice(sets)
        chosen = rng.sample(range(len(versions)), rng.randint(1, 9))
        name = rng.choice(list(PRERELEASES))
        group = SpecifierSet(text)
        items = [(index, versions[index]) for index in chosen]
        kept = [
            index for index, _ in group.filter(items, PRERELEASES[name], key=lambda item: item[1])
        ]
        rows.append([text, chosen, name, kept])
    return rows


def is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


# --- markers --------------------------------------------------------------------------------------


def environment(**values: str) -> dict:
    return values


ENVIRONMENTS = {
    "linux": environment(
        implementation_name="cpython",
        implementation_version="3.13.1",
        os_name="posix",
        platform_machine="x86_64",
        platform_python_implementation="CPython",
        platform_release="6.8.0-45-generic",
        platform_system="Linux",
        platform_version="#45-Ubuntu SMP PREEMPT_DYNAMIC",
        python_full_version="3.13.1",
        python_version="3.13",
        sys_platform="linux",
    ),
    "macos": environment(
        implementation_name="cpython",
        implementation_version="3.9.6",
        os_name="posix",
        platform_machine="arm64",
        platform_python_implementation="CPython",
        platform_release="23.5.0",
        platform_system="Darwin",
        platform_version="Darwin Kernel Version 23.5.0",
        python_full_version="3.9.6",
        python_version="3.9",
        sys_platform="darwin",
        extra="Test_Extra",
    ),
    "windows": environment(
        implementation_name="cpython",
        implementation_version="3.14.0rc2",
        os_name="nt",
        platform_machine="AMD64",
        platform_python_implementation="CPython",
        platform_release="10",
        platform_system="Windows",
        platform_version="10.0.22631",
        python_full_version="3.14.0rc2",
        python_version="3.14",
        sys_platform="win32",
    )
    | {
        "extra": "test",
        "extras": ["Test", "other.extra"],
        "dependency_groups": ["Dev_Group", "docs"],
    },
    "pypy": environment(
        implementation_name="pypy",
        implementation_version="7.3.17",
        os_name="posix",
        platform_machine="x86_64",
        platform_python_implementation="PyPy",
        platform_release="5.15.0",
        platform_system="Linux",
        platform_version="#1 SMP",
        python_full_version="3.10.14",
        python_version="3.10",
        sys_platform="linux",
        extra="",
    ),
    "musl": environment(
        implementation_name="cpython",
        implementation_version="3.12.0",
        os_name="posix",
        platform_machine="aarch64",
        platform_python_implementation="CPython",
        platform_release="6.6.0-0-lts",
        platform_system="Linux",
        platform_version="#1-Alpine SMP",
        python_full_version="3.12.0+",
        python_version="3.12",
        sys_platform="linux",
    )
    | {"extras": ["test"]},
    "python2": environment(
        implementation_name="",
        implementation_version="0",
        os_name="posix",
        platform_machine="i686",
        platform_python_implementation="CPython",
        platform_release="2.6.32",
        platform_system="Linux",
        platform_version="1",
        python_full_version="2.7.18",
        python_version="2.7",
        sys_platform="linux2",
        extra="a-b",
    )
    | {"dependency_groups": []},
}

CONTEXTS = ("metadata", "lock_file", "requirement")

MARKERS = r"""
python_version >= "3.9"
python_version < '3.10'
python_version<"3.10"
"3.10" > python_version
"3.10" <= python_version
"3.9" in python_version
python_version in "3.9 3.10 3.13"
python_version not in "2.7, 3.9"
python_version not   in "2.7, 3.9"
python_version == "3.*"
python_version != "3.9.*"
python_version ~= "3.9"
python_version ~= "3"
python_version === "3.13"
python_version == "3.13.0"
python_version > "3"
python_version > "=3.10"
python_version < "=3.10"
python_version == "=3.10"
python_version >= "abc"
python_version == "abc"
python_version != "abc"
python_version > "abc"
python_version == ""
python_version != ""
python_version === ""
python_version === "a b"
python_version >= " 3.9 "
python_version >= "3.9,<4"
python_version >= "3.9.*"
python_version >= "v3.9"
"abc" == python_version
"abc" >= python_version
"3.*" == python_version
python_full_version >= "3.13.0"
python_full_version == "3.12.0"
python_full_version == "3.12.0+local"
python_full_version > "3.12.0"
python_full_version < "3.14"
python_full_version < "3.14.0rc3"
python_full_version >= "3.14.0a1"
python_full_version != "3.14.0rc2"
implementation_version >= "7"
implementation_version < "3.10"
implementation_version == "0"
implementation_name == "cpython"
implementation_name != "pypy"
implementation_name in "cpython pypy"
implementation_name == ""
implementation_name > "a"
implementation_name >= "cpython"
os_name == "posix"
os_name == 'nt'
os_name != "nt"
os_name < "z"
os_name <= "posix"
os_name > "a"
os_name ~= "posix"
os_name === "posix"
os_name in "posix nt"
"pos" in os_name
"POS" in os_name
"x" not in os_name
os.name == "posix"
sys.platform == "linux"
sys.platform.startswith("linux")
platform.version == "1"
platform.machine == "x86_64"
platform.python_implementation == "PyPy"
python_implementation == "CPython"
platform_python_implementation != "CPython"
platform.release == "10"
platform.system == "Linux"
implementation.name == "cpython"
python.version == "3"
sys_platform == "linux"
sys_platform == "linux2" or sys_platform == "linux"
"linux" in sys_platform
sys_platform.lower == "linux"
platform_machine == "x86_64"
platform_machine in "x86_64 AMD64 aarch64"
platform_machine >= "a"
platform_release >= "5"
platform_release >= "23"
platform_release == "10"
platform_release != "10"
platform_release < "100"
platform_release ~= "5.15"
platform_release == "6.8.0-45-generic"
platform_release >= "6.8.0-45-generic"
platform_release === "6.8.0-45-GENERIC"
"generic" in platform_release
platform_release not in "10 11"
"5" <= platform_release
platform_version >= "10"
platform_version == "1"
"SMP" in platform_version
platform_system == "Windows"
extra == "test"
extra == "Test"
extra == "TEST_EXTRA"
extra == "test.extra"
extra == ""
extra != "test"
extra != ""
"test" == extra
"Test_Extra" == extra
"a_b" == extra
extra in "test foo"
extra in "Test_Extra"
"es" in extra
"e_s" in extra
extra not in "x"
extra < "z"
extra <= "test"
extra >= "test"
extra ~= "test"
extra === "test"
"test" in extras
"Test" in extras
"TEST" not in extras
"other_extra" in extras
"Other.Extra" in extras
"test" == extras
"test" != extras
"test" < extras
"test" >= extras
"test" ~= extras
"test" === extras
extras == "test"
extras in "test"
"dev-group" in dependency_groups
"dev_GROUP" in dependency_groups
"docs" not in dependency_groups
dependency_groups == "docs"
"docs" == dependency_groups
extra == os_name
os_name == sys_platform
os_name == "os_name"
os_name != sys_platform
python_version == python_full_version
python_version in python_full_version
extras in dependency_groups
extra == extras
os_name in extras
"posix" == "posix"
"posix" == "os_name"
"linux" in "sys_platform"
"3.9" <= "python_version"
"a" == "extra"
"test" in "extras"
"a" == "__proto__"
"a" == "constructor"
os_name == "a" and sys_platform == "b"
os_name == "posix" and sys_platform == "linux"
os_name == "posix" or sys_platform == "nope"
os_name == "x" and os_name == "posix" or sys_platform == "linux"
os_name == "x" or os_name == "posix" and sys_platform == "linux"
(os_name == "x" or os_name == "posix") and sys_platform == "linux"
(os_name == "x" and os_name == "posix") or sys_platform == "linux"
os_name == "x" and (os_name == "posix" or sys_platform == "linux")
os_name == "x" or (os_name == "posix" or sys_platform == "linux")
os_name == "posix" and (os_name == "posix" and sys_platform == "linux")
(os_name == "posix")
((os_name == "posix"))
((os_name == "posix" or os_name == "nt"))
((os_name == "posix") or ((os_name == "nt")))
(((os_name == "posix" or os_name == "nt")) and ((extra == "test")))
(os_name == "posix" or os_name == "nt") and (extra == "test" or extra == "x")
( os_name=="posix" )and( os_name=="posix" )
os_name=="posix"and sys_platform=="linux"
os_name=="posix"or"linux"==sys_platform
"posix"==os_name
"p"in os_name
"p"not in os_name
"p" not	in os_name
os_name in"posix"
os_name not in'posix'
os_name == "posix" and os_name ~= "x"
os_name == "nt" and os_name ~= "x"
os_name == "posix" or os_name ~= "x"
os_name == "posix" or extra == "x"
os_name == "nt" and "x" in extras
os_name == "it's"
os_name == 'say "hi"'
os_name == "a;b"
os_name == "a#b"
os_name == "#"
os_name == ""
os_name == "tab	inside"
os_name == "\x70osix"
os_name == "\160osix"
os_name == "\u0070osix"
os_name == "\U00000070osix"
os_name == "posi\
os_name == "posix\"
os_name == "\x7"
os_name == "\u12"
os_name == "\U00110000"
os_name == "\'"
os_name == '\"'
os_name == "a\"
os_name == 'it\'s'
os_name == "é"
os_name == b"posix"
os_name == r"posix"
os_name == u"posix"
os_name == f"posix"
os_name == "po" "six"
os_name == posix
os_name == 3
os_name = "posix"
os_name => "posix"
os_name <> "posix"
os_name is "posix"
os_name not "posix"
os_name notin "posix"
os_name not-in "posix"
not os_name == "posix"
os_name IN "posix"
os_name == "posix" AND os_name == "posix"
os_name == "posix" && os_name == "posix"
os_name == "posix" and
and os_name == "posix"
os_name == "posix" or or os_name == "posix"
os_name == "posix" os_name == "posix"
os_name == "posix" extra
os_name ==
os_name
== "posix"
"posix"
()
(
)
(os_name == "posix"
os_name == "posix")
(os_name) == "posix"
os_name == ("posix")
[os_name == "posix"]
os_name == "posix"; extra == "x"
os_name == "posix
os_name == posix"
os_name == 'posix"
OS_NAME == "posix"
os_names == "posix"
os_name_ == "posix"
xos_name == "posix"
os-name == "posix"
python_versions == "3"
extra_ == "x"
extrass == "x"
dependency_group == "x"
platform == "x"
platform_name == "x"
True
1 == 1
""".split("\n")[1:-1]


def random_markers(rng: random.Random, count: int) -> list[str]:
    variables = {
        "python_version": ["3.9", "3.10", "3.13", "3.*", "2.7", "3", "x"],
        "python_full_version": ["3.9.6", "3.14.0rc2", "3.14", "3.12.0", "3.13.1.*"],
        "implementation_version": ["3.9", "7.3.17", "0", ""],
        "platform_release": ["10", "5.15.0", "6.8.0-45-generic", "23.5"],
        "os_name": ["posix", "nt", "java"],
        "os.name": ["posix"],
        "sys_platform": ["linux", "win32", "darwin", "linux2"],
        "sys.platform": ["win32"],
        "platform_machine": ["x86_64", "arm64", "AMD64 x86_64"],
        "platform_system": ["Linux", "Windows", "Darwin"],
        "platform_python_implementation": ["CPython", "PyPy"],
        "python_implementation": ["PyPy", "Jython"],
        "implementation_name": ["cpython", "pypy", ""],
        "platform_version": ["1", "#1 SMP", "10.0.22631"],
        "extra": ["test", "Test_Extra", "a.b", ""],
        "extras": ["test", "other-extra"],
        "dependency_groups": ["docs", "DEV-group"],
    }
    operators = ["<", "<=", "==", "==", "==", "!=", "!=", ">=", ">", "~=", "===", "in", "not in"]

    def comparison() -> str:
        name = rng.choice(list(variables))
        quote = rng.choice("\"'")
        value = f"{quote}{rng.choice(variables[name])}{quote}"
        blank = rng.choice((" ", " ", "  ", "\t"))
        operator = rng.choice(operators)
        sides = [name, value]
        if rng.random() < (0.9 if name in ("extras", "dependency_groups") else 0.25):
            sides.reverse()
        return f"{sides[0]}{blank}{operator}{blank}{sides[1]}"

    def expression(depth: int) -> str:
        parts = []
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            if depth > 0 and rng.random() < 0.45:
                pad = rng.choice(("", " "))
                parts.append(f"({pad}{expression(depth - 1)}{pad})")
            else:
                parts.append(comparison())
        text = parts[0]
        for part in parts[1:]:
            text += f" {rng.choice(('and', 'or'))} {part}"
        return text

    return distinct(expression(rng.choice((0, 0, 1, 2, 3))) for _ in range(count))


MARKER_ALPHABET = " \"'()=<>!~inotadrxs_.3"


def outcome(marker: Marker, values: dict, context: str) -> str:
    sets = {key: frozenset(value) for key, value in values.items() if isinstance(value, list)}
    try:
        return "1" if marker.evaluate({**values, **sets}, context) else "0"
    except UndefinedEnvironmentName:
        return "v"
    except UndefinedComparison:
        return "c"


def record_markers() -> None:
    rng = random.Random("markers")
    texts = [
        *MARKERS,
        "",
        " ",
        'os_name == "a\nb"',
        'os_name == "posi\\\nx"',
        '\nos_name == "posix"',
        'os_name == "posix"\n',
        'os_name\n== "posix"',
    ]
    texts += ["(" * 40 + 'os_name == "posix"' + ")" * 40]
    texts += random_markers(rng, 420)
    texts += mutations(rng, [text for text in MARKERS if is_marker(text)], MARKER_ALPHABET, 420)
    rows, refused = [], []
    for text in distinct(texts):
        try:
            marker = Marker(text)
        except InvalidMarker:
            refused.append(text)
            continue
        answers = [
            "".join(outcome(marker, values, context) for values in ENVIRONMENTS.values())
            for context in CONTEXTS
        ]
        rows.append([text, str(marker), *answers])
    write(
        "markers.json",
        {
            "outcomes": {
                "1": "holds",
                "0": "does not hold",
                "v": "undefined variable",
                "c": "undefined comparison",
            },
            "environments": ENVIRONMENTS,
            "columns": ["marker", "normal form", *CONTEXTS],
            "markers": rows,
            "invalid": refused,
        },
    )


def is_marker(text: str) -> bool:
    try:
        Marker(text)
    except InvalidMarker:
        return False
    return True


# --- requirements ---------------------------------------------------------------------------------

REQUIREMENTS = r"""
foo
Foo
A
A.B-C_D
aa
foo_
foo__
foo._
foo-
foo.
foo-_
-foo
_foo
.foo
3to2
foo bar
foo[bar]
foo [bar]
foo[ bar , baz ]
foo[baz,bar,baz]
foo[Bar,bar,BAR]
foo[]
foo[ ]
foo[bar
foo[bar,]
foo[,bar]
foo[bar baz]
foo[bar;baz]
foo]bar[
foo[bar][baz]
foo[bar]baz
foo[1.0]
foo[bar.baz_qux-1]
foo[bar_]
foo[bar-]
foo[bar]>=1
foo>=1
foo >=1
foo >= 1
foo>= 1 , <2
foo>=1,<2,!=1.5
foo <2,>=1
foo>=1,
foo>=1,,<2
foo,>=1
foo >=1 <2
foo(>=1)
foo (>=1)
foo ( >=1 , <2 )
foo (>=1,<2
foo >=1)
foo ()
foo()
foo ( )
foo (>=1) (<2)
foo (>=1) ,<2
foo((>=1))
foo(1.0)
foo 1.0
foo=1.0
foo==1.0
foo===1.0
foo===
foo=== 
foo ===  weird!thing
foo===1.0,>=2
foo===1.0, >=2
foo===1.0 ,>=2
foo===1.0,weird
foo===(1)
foo (===1.0)
foo===1.0;os_name=="a"
foo==1.0.*
foo==1.0.*,!=1.0.3
foo!=1.0.*
foo>=1.0.*
foo~=1.0.*
foo==1.0a1.*
foo==1.0.*.*
foo~=1
foo~=1.0
foo~=1.0+a
foo==1.0+a
foo==1.0+a.b-c
foo!=1.0+a
foo>=1.0+a
foo>=1.0+
foo==1.0+
foo>=v1.0
foo>=1!1.0
foo>=1!
foo>=1!=2
foo>=1.0-1
foo>=1.0a-
foo>=1.0-a-
foo>=1.0-
foo>=1.0.
foo>=1.0rc1.post2.dev3
foo=>1
foo<>1
foo>1
foo<1
foo>
foo ==1.0 , ==1.0.0
foo==1.0.0,==1.0
foo<=1,>=1;python_version<"3"
foo;python_version<"3"
foo ; python_version<"3"
foo; python_version < '3' and extra == 'Test_Me'
foo ; (python_version < "3")
foo ; (os_name == "a" or os_name == "b") and extra == "c"
foo;
foo ;
foo ; ;
foo ; os_name
foo ; os_name == "a" bar
foo ; os_name == "a";
foo; os_name == "a"  
foo ; "linux" in sys_platform
foo ; os.name == "posix"
foo ; python_implementation == "CPython"
foo ; extra == 'a.B_c'
foo ; os_name == 'it"s'
foo @ https://example.com/foo.zip
foo@https://example.com/foo.zip
foo@ https://example.com/foo.zip
foo @https://example.com/foo.zip
foo [a,b] @ https://example.com/foo.zip
foo[a]@https://example.com/foo.zip
foo @ https://example.com/foo.zip ; os_name == "a"
foo @ https://example.com/foo.zip; os_name == "a"
foo @ https://example.com/foo.zip;os_name=="a"
foo @ https://example.com/foo.zip ;os_name=="a"
foo @ https://example.com/foo.zip	;	os_name=="a"
foo @ https://example.com/foo.zip os_name=="a"
foo @ https://example.com/foo.zip >=1
foo @ https://example.com/foo.zip   
foo @ git+https://example.com/foo.git@v1.0#egg=foo&subdirectory=x
foo @ file:///a/b.whl
foo @ ../relative
foo @ x
foo @
foo@
foo @ ;
foo @ ; os_name == "a"
foo >=1 @ https://example.com
foo (>=1) @ https://example.com
foo @ https://example.com ; 
  foo
	foo	>=	1	
foo>=1 # comment
foo # comment
foo>=1;os_name=="a" # comment
foo\>=1
foo>=1\
./foo
https://example.com/foo.zip
git+https://example.com/foo.git
-e foo
foo --hash=sha256:abc
foo!
foo?
foo/bar
foo:bar
foo+bar
foo*
*
@
;
[]
()
>=1
[foo]
foo>=1.0,<2.0;python_version>="3.8"and extra=="x"
numpy>=1.26.0,<2.3.0
torch==2.5.1+cu121
requests[security,socks]>=2.8.1,==2.8.*;python_version<"2.7"
typing-extensions>=4.0; python_version < "3.11"
importlib-metadata ; python_version < "3.8"
colorama; sys_platform == "win32" or platform_system == "Windows"
pywin32 >=226 ; platform_system == 'Windows'
zope.interface (>3.5.0)
ruamel.yaml.clib (>=0.2.7) ; platform_python_implementation=="CPython" and python_version<"3.13"
backports.zoneinfo>=0.2.1;python_version<"3.9"
Pillow!=5.1.0,>=4.1.1
PyYAML ~= 6.0
""".split("\n")[1:-1]

REQUIREMENT_ALPHABET = " []()<>=!~,;@.*-_+1a\"'o"


def random_requirements(rng: random.Random, count: int) -> list[str]:
    result = []
    for _ in range(count):
        blank = rng.choice(("", " ", "  "))
        text = rng.choice(("", "", " ")) + rng.choice(("foo", "Foo.Bar", "a_b-c", "x1"))
        if rng.random() < 0.3:
            extras = ",".join(rng.sample(["a", "B", "c.d", "e_f"], rng.randint(0, 3)))
            text += f"{blank}[{blank}{extras}{blank}]"
        kind = rng.random()
        if kind < 0.15:
            file = rng.choice(("a.whl", "b.zip#sha256=0", "c?x=1;y"))
            text += f"{blank}@{blank}https://example.com/{file}{rng.choice(('', ' '))}"
        elif kind < 0.85:
            joined = f"{blank},{blank}".join(rng.sample(MATRIX_SPECIFIERS, rng.randint(1, 3)))
            text += f"{blank}({blank}{joined}{blank})" if rng.random() < 0.3 else blank + joined
        if rng.random() < 0.45:
            text += f"{blank};{blank}{random_markers(rng, 1)[0]}"
        result.append(text)
    return distinct(result)


def record_requirements() -> None:
    rng = random.Random("requirements")
    generated = random_requirements(rng, 380)
    texts = [
        *REQUIREMENTS,
        "",
        " ",
        "foo\n",
        "\nfoo",
        "foo\n>=1",
        "foo>=\n1",
        "foo>=1\n",
        "foo @ a\nb",
        "foo; os_name == 'a'\n",
        "f\u00f6\u00f6",
        "foo\u00e9",
        "foo-\u00e9",
        "foo\u00a0>=1",
        "foo>=\u00a01",
        "foo[\u00e9]",
    ]
    texts += generated
    texts += mutations(rng, [*REQUIREMENTS, *generated[:120]], REQUIREMENT_ALPHABET, 900)
    valid, invalid = [], []
    for text in distinct(texts):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            invalid.append(text)
            continue
        marker = None if requirement.marker is None else str(requirement.marker)
        valid.append(
            [
                text,
                str(requirement),
                requirement.name,
                sorted(requirement.extras),
                requirement.url,
                str(requirement.specifier),
                marker,
            ]
        )
    write(
        "requirements.json",
        {
            "columns": [
                "requirement",
                "normal form",
                "name",
                "extras",
                "url",
                "specifier",
                "marker",
            ],
            "valid": valid,
            "invalid": invalid,
        },
    )


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    record_names()
    record_versions(random_versions(random.Random("random versions"), 260))
    record_specifiers()
    record_markers()
    record_requirements()


if __name__ == "__main__":
    main()
