"""Makes src/platform/data/manylinux.json and musllinux.json from a checkout of pypa/auditwheel.

    python3 scripts/update-policies.py CHECKOUT

The tables are facts about distributions (which symbol versions and libraries each glibc generation has); auditwheel
keeps the reference copy of them. Only data is taken over: one record a baseline, oldest first, sorted within.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "platform" / "data"


def version_key(text: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"[._]", text)]


def baseline(record: dict, libc: str) -> dict:
    major, minor = record["name"].rsplit("_", 2)[1:]
    return {
        "name": record["name"],
        "aliases": record["aliases"],
        "libc": libc,
        "libcVersion": [int(major), int(minor)],
        "architectures": {
            arch: {prefix: sorted(versions, key=version_key) for prefix, versions in sorted(prefixes.items())}
            for arch, prefixes in sorted(record["symbol_versions"].items())
        },
        "libraries": sorted(record["lib_whitelist"]),
        "deniedSymbols": {library: sorted(symbols) for library, symbols in sorted(record["blacklist"].items())},
    }


def dump(document: dict) -> str:
    """One line for each list or small object, so that a change of the table is a readable diff."""
    text = json.dumps(document, indent=1, ensure_ascii=True)
    return re.sub(r"\[\s+((?:[^\[\]{}]|\n)*?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "]", text) + "\n"


def main() -> None:
    checkout = pathlib.Path(sys.argv[1])
    commit = subprocess.run(
        ["git", "-C", str(checkout), "log", "-1", "--format=%H %cs", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.split()
    for family, libc in (("manylinux", "glibc"), ("musllinux", "musl")):
        path = f"src/auditwheel/policy/{family}-policy.json"
        text = subprocess.run(
            ["git", "-C", str(checkout), "show", f"HEAD:{path}"], check=True, capture_output=True, text=True
        ).stdout
        records = [baseline(record, libc) for record in json.loads(text) if record["name"] != "linux"]
        document = {
            "source": f"pypa/auditwheel {path}",
            "commit": commit[0],
            "date": commit[1],
            "baselines": sorted(records, key=lambda record: record["libcVersion"]),
        }
        (TARGET / f"{family}.json").write_text(dump(document))


if __name__ == "__main__":
    main()
