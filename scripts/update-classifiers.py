"""Makes src/check/data/classifiers.json from the trove-classifiers package, which PyPI itself judges uploads by.

    python3 -m venv env && env/bin/pip install trove-classifiers && env/bin/python scripts/update-classifiers.py
"""

import json
import pathlib
from importlib.metadata import version

from trove_classifiers import classifiers, deprecated_classifiers

target = pathlib.Path(__file__).parent.parent / "src" / "check" / "data" / "classifiers.json"
document = {
    "source": f"trove-classifiers {version('trove-classifiers')}",
    "classifiers": sorted(classifiers),
    "deprecated": {old: list(new) for old, new in sorted(deprecated_classifiers.items())},
}
target.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
