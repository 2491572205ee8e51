"""Makes src/platform/data/distributions.json from a checkout of mayeut/pep600_compliance.

    python3 scripts/update-distributions.py CHECKOUT

That project runs each distribution's container image and lists the versions that its libraries define. Taken over, as
data: the libc version and the version definitions of every distribution and architecture, libraries that cannot be had
there, and ends of support. The same checkout gives the same bytes.
"""

import ast
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "platform" / "data" / "distributions.json"
PROBE = "pep600_compliance/tools/calculate_symbol_versions.py"


def git(checkout: str, *arguments: str) -> str:
    return subprocess.run(["git", "-C", checkout, *arguments], check=True, capture_output=True, text=True).stdout


def version_key(text: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"[._]", text)]


def natural_key(text: str) -> list[tuple[int, str]]:
    """`alt-p9` before `alt-p10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text) if part]


def systems(checkout: str) -> dict[str, dict[str, dict]]:
    """Distribution (`debian-12`) to architecture to what was read there."""
    found: dict[str, dict[str, dict]] = {}
    for path in git(checkout, "ls-tree", "-r", "--name-only", "HEAD", "cache").split():
        match = re.fullmatch(r"cache/(\w+)/(.+)\.json", path)
        if match is not None:
            found.setdefault(match[2], {})[match[1]] = json.loads(git(checkout, "show", f"HEAD:{path}"))
    return found


def supports(checkout: str) -> dict[str, dict]:
    """Distribution to its ends of support; the three columns follow Debian: general, free long-term, paid long-term."""
    found = {}
    for line in git(checkout, "show", "HEAD:EOL.rst").splitlines():
        cells = re.findall(r'"([^"]*)"', line)
        if not line.startswith("   ") or line.lstrip().startswith(":") or len(cells) != 4:
            continue
        names = cells[0].rsplit(" ", 1)
        dates = {key: cell for key, cell in zip(("general", "longTerm", "paid"), cells[1:]) if re.match(r"\d", cell)}
        for name in names[0].split(" / "):
            found[f"{name}-{names[1]}"] = {"rolling": True} if cells[1] == "rolling" else dates
    return found


def unavailable(checkout: str) -> dict[str, list[str]]:
    """Distribution to allow-listed libraries it has no package of: the third column of the README's table of issues."""
    text = git(checkout, "show", "HEAD:README.rst")
    table = text.partition(".. begin compatibility_issues")[2].partition(".. end compatibility_issues")[0]
    rows = re.findall(r'"\|([^|"]+)\|", "[^"]*", "([^"]+)"', table)
    return {name: sorted(libraries.split(", ")) for name, libraries in rows}


def unported(checkout: str, architectures: list[str]) -> dict[str, list[str]]:
    """Architecture to libraries that its glibc does not have, as the probe skips them under `if MACHINE ...`."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(git(checkout, "show", f"HEAD:{PROBE}"))):
        skipped = skips(node) if isinstance(node, ast.If) else []
        for architecture in architectures if skipped else []:
            if holds(node.test, architecture):
                found.setdefault(architecture, []).extend(skipped)
    return {architecture: sorted(libraries) for architecture, libraries in sorted(found.items())}


def skips(node: ast.If) -> list[str]:
    calls = [step.value for step in node.body if isinstance(step, ast.Expr) and isinstance(step.value, ast.Call)]
    return [ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "skip_lib.add"]


def holds(test: ast.expr, architecture: str) -> bool:
    if not (isinstance(test, ast.Compare) and ast.unparse(test.left) == "MACHINE" and len(test.ops) == 1):
        raise SystemExit(f"{PROBE} skips libraries under a condition not known here: {ast.unparse(test)}")
    value = ast.literal_eval(test.comparators[0])
    match test.ops[0]:
        case ast.Eq():
            return architecture == value
        case ast.In():
            return architecture in value
        case ast.NotIn():
            return architecture not in value
    raise SystemExit(f"{PROBE} compares MACHINE in a way not known here: {ast.unparse(test)}")


def dump(document: dict) -> str:
    """One line for each list or innermost object, so that a change of the table is a readable diff."""
    text = json.dumps(document, indent=1, ensure_ascii=True)
    for inside in (r"\[\s+([^\[\]{}\"]*?)\s+\]", r"\{\s+([^{}]*?)\s+\}"):
        text = re.sub(inside, lambda m: m[0][0] + re.sub(r"\s*\n\s*", " ", m[1]) + m[0][-1], text)
    return text.replace("[ ", "[").replace(" ]", "]") + "\n"


def main() -> None:
    checkout = sys.argv[1]
    commit, date = git(checkout, "log", "-1", "--format=%H %cs", "HEAD").split()
    found = systems(checkout)
    ends = supports(checkout)
    missing = unavailable(checkout)
    architectures = sorted({architecture for systems in found.values() for architecture in systems})
    definitions = [record["symbols"] for systems in found.values() for record in systems.values()]
    prefixes = sorted({prefix for symbols in definitions for prefix in symbols})
    # Many systems share a set: each is written once, and the systems point at it.
    sets = {
        prefix: sorted({" ".join(sorted(set(symbols.get(prefix, [])), key=version_key)) for symbols in definitions})
        for prefix in prefixes
    }
    distributions = []
    for key in sorted(found, key=natural_key):
        name, _, version = key.partition("-")
        entry = {"name": name, "version": version, "support": ends.get(key, {})}
        if key in missing:
            entry["missingLibraries"] = missing[key]
        entry["systems"] = {}
        for architecture, record in sorted(found[key].items()):
            lists = [" ".join(sorted(set(record["symbols"].get(prefix, [])), key=version_key)) for prefix in prefixes]
            places = [sets[prefix].index(text) for prefix, text in zip(prefixes, lists)]
            entry["systems"][architecture] = {"libc": record["glibc_version"], "sets": places}
        distributions.append(entry)
    document = {
        "source": "mayeut/pep600_compliance cache/, EOL.rst, README.rst",
        "commit": commit,
        "date": date,
        "unportedLibraries": unported(checkout, architectures),
        "prefixes": prefixes,
        "sets": [sets[prefix] for prefix in prefixes],
        "distributions": distributions,
    }
    TARGET.write_text(dump(document))


if __name__ == "__main__":
    main()
