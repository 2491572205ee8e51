"""Writes src/packaging/data/spdx-licenses.json: the SPDX licence and exception identifiers.

The source is `packaging.licenses._spdx` of the `packaging` that this Python imports, which is what PyPI and the build
backends judge License-Expression with. Run it again after updating packaging:

    python3 scripts/update-spdx-licenses.py
"""

import json
from pathlib import Path

import packaging
from packaging.licenses import _spdx

TARGET = Path(__file__).resolve().parent.parent / "src/packaging/data/spdx-licenses.json"


def ids(entries, deprecated):
    return sorted(entry["id"] for entry in entries.values() if entry["deprecated"] is deprecated)


def main():
    data = {
        "source": f"packaging {packaging.__version__}, packaging.licenses._spdx; made by scripts/update-spdx-licenses.py",
        "spdxVersion": _spdx.VERSION,
        "licenses": ids(_spdx.LICENSES, False),
        "deprecatedLicenses": ids(_spdx.LICENSES, True),
        "exceptions": ids(_spdx.EXCEPTIONS, False),
        "deprecatedExceptions": ids(_spdx.EXCEPTIONS, True),
    }
    TARGET.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


main()
