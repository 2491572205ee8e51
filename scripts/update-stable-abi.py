"""Makes src/platform/data/stable-abi.json and cpython-exports.json.

    python3 scripts/update-stable-abi.py STABLE_ABI_TOML TEST_STABLE_ABI_CTYPES LIBPYTHON...

STABLE_ABI_TOML is CPython's Misc/stable_abi.toml: which symbols belong to the stable ABI, since when, and on which builds
only. TEST_STABLE_ABI_CTYPES is Lib/test/test_stable_abi_ctypes.py of the newest release, which CPython generates from its
own state of that table: a name that only the test has was added after the table was copied, so with that release. Each
LIBPYTHON is the shared library of one CPython release (libpython3.N.so): what it exports. The newest of them has to be of
the release that the test is of. Only names and versions are taken over. Needs `nm` of binutils.
"""

import ast
import collections
import json
import pathlib
import re
import subprocess
import sys
import tomllib

DATA = pathlib.Path(__file__).resolve().parent.parent / "src" / "platform" / "data"

# PEP 803: an abi3t extension cannot make the PyModuleDef that these want, since the structure is opaque there.
NEEDS_DEFINITION = ["PyModuleDef_Init", "PyModule_Create2", "PyModule_FromDefAndSpec2"]


def stable_abi(table: str, test: str, newest: int) -> dict:
    symbols = from_table(tomllib.loads(table))
    listed = from_test(ast.parse(test))
    gone = sorted(set(symbols) - set(listed))
    if gone:
        sys.exit(f"the table has names that 3.{newest} has not: {', '.join(gone)}")
    for name, condition in listed.items():
        known = symbols.setdefault(name, {"added": f"3.{newest}", "ifdef": condition})
        if known.get("ifdef") != condition:
            sys.exit(f"{name}: the table and the test name different conditions")
    by_version: dict = collections.defaultdict(list)
    conditions: dict = collections.defaultdict(list)
    for name, facts in symbols.items():
        by_version[facts["added"]].append(name)
        if facts.get("ifdef") is not None:
            conditions[facts["ifdef"]].append(name)
    return {
        "source": f"CPython's Misc/stable_abi.toml, and its list of names in 3.{newest}; abi3t: PEP 803",
        "added": {version: sorted(by_version[version]) for version in sorted(by_version, key=minor)},
        "conditions": {macro: sorted(names) for macro, names in sorted(conditions.items())},
        "abiOnly": sorted(name for name, facts in symbols.items() if facts.get("abi_only")),
        "abi3t": {"since": "3.15", "needsDefinition": NEEDS_DEFINITION},
    }


def from_table(document: dict) -> dict:
    """Functions and data; structures, macros and constants leave no symbol."""
    return {name: facts for kind in ("function", "data") for name, facts in document[kind].items()}


def from_test(module: ast.Module) -> dict:
    """Name to the feature macro it hangs on, or None."""
    names: dict = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "SYMBOL_NAMES":
            names.update(dict.fromkeys(ast.literal_eval(statement.value)))
        if isinstance(statement, ast.If) and isinstance(statement.body[0], ast.AugAssign):
            macro = ast.literal_eval(statement.test.slice)
            names.update(dict.fromkeys(ast.literal_eval(statement.body[0].value), macro))
    return names


def minor(version: str) -> int:
    return int(version.split(".")[1])


def exports(libraries: dict) -> dict:
    seen: dict = collections.defaultdict(set)
    for release, library in libraries.items():
        listing = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
        for line in listing.splitlines():
            name = line.split()[-1].split("@")[0]
            # Entry points of the modules that are built in are nobody's API.
            if re.match(r"_?Py", name) and not name.startswith("PyInit_"):
                seen[name].add(release)
    spans: dict = collections.defaultdict(list)
    for name, releases in seen.items():
        spans[f"{min(releases)}-{max(releases)}"].append(name)
    return {
        "source": f"dynamic symbols of libpython 3.{min(libraries)} to 3.{max(libraries)}",
        "first": min(libraries),
        "last": max(libraries),
        "spans": {span: sorted(spans[span]) for span in sorted(spans, key=lambda span: [int(part) for part in span.split("-")])},
    }


def releases_of(paths: list[str]) -> dict:
    found = {}
    for path in paths:
        match = re.search(r"libpython3\.(\d+)m?\.so", path)
        if match is None:
            sys.exit(f"{path} is no libpython3.N.so")
        found[int(match.group(1))] = path
    missing = set(range(min(found), max(found) + 1)) - set(found)
    if missing:
        sys.exit(f"no library of 3.{min(missing)}: a name could have come and gone unseen")
    return found


def dump(document: dict) -> str:
    """One line for each list, so that a change of the table is a readable diff."""
    text = json.dumps(document, indent=1)
    return re.sub(r"\[\s+((?:[^\[\]{}])*?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "]", text) + "\n"


def main() -> None:
    table, test, *paths = sys.argv[1:]
    libraries = releases_of(paths)
    stable = stable_abi(pathlib.Path(table).read_text(), pathlib.Path(test).read_text(), max(libraries))
    (DATA / "stable-abi.json").write_text(dump(stable))
    (DATA / "cpython-exports.json").write_text(dump(exports(libraries)))


if __name__ == "__main__":
    main()
