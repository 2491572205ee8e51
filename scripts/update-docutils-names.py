"""Writes src/check/description/rst/data/docutils.json: the directives and roles that docutils knows.

    python scripts/update-docutils-names.py

Run it with a Python that has the docutils that PyPI pins. Per directive: its options, and whether it takes arguments
and content.
"""

import json
import pathlib

import docutils
from docutils.parsers.rst import directives
from docutils.parsers.rst.languages import en
from docutils.utils import new_document

TARGET = pathlib.Path(__file__).parent.parent / "src/check/description/rst/data/docutils.json"


def described(name):
    directive, _ = directives.directive(name, en, new_document("names"))
    if not isinstance(directive, type):
        directive = None
    return {
        "arguments": bool(getattr(directive, "required_arguments", 0) or getattr(directive, "optional_arguments", 0)),
        "content": bool(getattr(directive, "has_content", True)),
        "options": sorted(getattr(directive, "option_spec", None) or {}),
    }


def main():
    # `imagemap`, `questions` and their like have names, but nothing behind them.
    names = [name for name in sorted(en.directives) if directives.directive(name, en, new_document("names"))[0]]
    document = {
        "source": "docutils " + docutils.__version__ + ": parsers/rst/languages/en.py, parsers/rst/directives",
        "directives": {name: described(name) for name in names},
        "roles": sorted(en.roles),
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(document, indent=2) + "\n")


main()
