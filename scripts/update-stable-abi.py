"""Makes src/platform/data/stable-abi.json and cpython-exports.json.

    python3 scripts/update-stable-abi.py STABLE_ABI_TOML LIBPYTHON...

STABLE_ABI_TOML is Misc/stable_abi.toml of the newest CPython: which symbols belong to the stable ABI, since when, and on
which platforms only. Each LIBPYTHON is the shared library of one CPython release (libpython3.N.so): what it exports.
Only names and versions are taken over. Needs `nm` of binutils.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tomllib

DATA = pathlib.Path(__file__).resolve().parent.parent / "src" / "platform" / "data"


def stable_abi(text: str) -> dict:
    document = tomllib.loads(text)
    by_version: dict = collections.defaultdict(list)
    conditions: dict = collections.defaultdict(list)
    for kind in ("function", "data"):
        for name, facts in document[kind].items():
            by_version[facts["added"]].append(name)
            if "ifdef" in facts:
                conditions[facts["ifdef"]].append(name)
    return {
        "source": "python/cpython Misc/stable_abi.toml",
        "added": {version: sorted(by_version[version]) for version in sorted(by_version, key=minor)},
        "conditions": {macro: sorted(names) for macro, names in sorted(conditions.items())},
    }


def minor(version: str) -> int:
    return int(version.split(".")[1])


def exports(libraries: list[str]) -> dict:
    seen: dict = collections.defaultdict(set)
    minors = set()
    for library in libraries:
        match = re.search(r"libpython3\.(\d+)", library)
        if match is None:
            sys.exit(f"{library} is no libpython3.N")
        release = int(match.group(1))
        minors.add(release)
        symbols = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
        for line in symbols.splitlines():
            name = line.split()[-1].split("@")[0]
            if re.match(r"_?Py", name):
                seen[name].add(release)
    spans: dict = collections.defaultdict(list)
    for name, releases in seen.items():
        first, last = min(releases), max(releases)
        spans[f"{first}-{last}"].append(name)
    return {
        "source": f"dynamic symbols of libpython 3.{min(minors)} to 3.{max(minors)}",
        "first": min(minors),
        "last": max(minors),
        "spans": {span: sorted(names) for span, names in sorted(spans.items(), key=lambda item: [int(part) for part in item[0].split("-")])},
    }


def dump(document: dict) -> str:
    """One line for each list, so that a change of the table is a readable diff."""
    text = json.dumps(document, indent=1)
    return re.sub(r"\[\s+((?:[^\[\]{}])*?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "]", text) + "\n"


def main() -> None:
    table, *libraries = sys.argv[1:]
    (DATA / "stable-abi.json").write_text(dump(stable_abi(pathlib.Path(table).read_text())))
    (DATA / "cpython-exports.json").write_text(dump(exports(libraries)))


if __name__ == "__main__":
    main()
