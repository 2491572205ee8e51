"""Makes src/openwrt/interpreter/data/imports-2.7.json: what each module of Python 2.7 imports whenever it is imported on Linux.

    python2.7 -E -s -S scripts/record-python2-imports.py > src/openwrt/interpreter/data/imports-2.7.json

Run by a CPython 2.7.18, the last of its series, with all its extension modules. A statement counts when it stands outside
of functions and of a `try` that goes on without it, and when it is carried out; in a module that cannot be imported, as a library was not there, all
statements count. What extension modules import is what is there after them.
"""

import __builtin__
import ast
import json
import os
import sys

ROOT = os.path.dirname(os.__file__)
LEFT_OUT = set(["ensurepip", "test", "tests", "idlelib", "site-packages", "lib-tk", "idle_test"])
CATCHERS = set(["ImportError", "Exception", "BaseException", "NameError", "StandardError"])


def find():
    found = {}
    for folder, folders, files in os.walk(ROOT):
        below = os.path.relpath(folder, ROOT)
        parts = [] if below in (".", "lib-dynload") else below.split(os.sep)
        folders[:] = [each for each in folders if each not in LEFT_OUT]
        if parts and "__init__.py" not in files:
            continue
        for name in files:
            stem, suffix = os.path.splitext(name)
            if stem in ("__main__", "antigravity"):  # Programs, and what opens a browser.
                continue
            if suffix == ".py" or (suffix == ".so" and below == "lib-dynload"):
                dotted = ".".join(parts + ([] if stem == "__init__" else [stem]))
                if dotted:
                    found[dotted] = os.path.join(folder, name)
    return found


def names(handler):
    kind = handler.type
    if kind is None:
        return ["Exception"]
    return [getattr(each, "id", None) for each in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]


def is_main(test):
    return isinstance(test, ast.Compare) and getattr(test.comparators[0], "s", None) == "__main__"


def statements(body):
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.FunctionDef) or isinstance(node, ast.If) and is_main(node.test):
            continue
        elif isinstance(node, ast.TryExcept):
            around = [each for each in node.handlers if CATCHERS & set(names(each))]
            is_needed = all(each.body and isinstance(each.body[-1], ast.Raise) for each in around)
            # What is done when an import worked is left when it does not.
            is_plain = is_needed or not list(statements(node.body))
            for each in statements((node.body if is_needed else []) + (node.orelse if is_plain else [])):
                yield each
        else:
            for part in ("body", "orelse", "finalbody"):
                inner = getattr(node, part, None)
                if isinstance(inner, list):
                    for each in statements(inner):
                        yield each


def stated(module, path, known):
    with open(path) as file:
        tree = ast.parse(file.read())
    is_package = path.endswith("__init__.py")
    package = module if is_package else module.rpartition(".")[0]
    absolute = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" and any(each.name == "absolute_import" for each in node.names)
        for node in tree.body
    )

    def resolve(name, level):
        if level > 0:
            base = package.split(".")
            base = base[: len(base) - level + 1]
            return ".".join(base + ([name] if name else []))
        beside = package + "." + name.partition(".")[0]
        return package + "." + name if package and not absolute and beside in known else name

    for node in statements(tree.body):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield each.name, resolve(each.name, 0)
        else:
            base = resolve(node.module or "", node.level)
            yield node.module or "", base
            for each in node.names:
                if base + "." + each.name in known:
                    yield node.module or "", base + "." + each.name


def after(module):
    """The modules that are there after an import of one, in a process of its own; None when it fails."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        try:
            before = set(sys.modules)
            __import__(module)
            told = json.dumps([[name for name, each in sys.modules.items() if each is not None], sorted(before)])
        except BaseException:
            told = "null"
        os.write(writing, told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        told = file.read()
    os.waitpid(process, 0)
    return json.loads(told) if told else None


def carry_out(modules):
    """Imports all, and tells which statements were carried out, as module and name, and which modules could not be imported."""
    done, failed = set(), set()
    plain = __builtin__.__import__

    def told(name, globals=None, locals=None, fromlist=None, level=-1):
        done.add(((globals or {}).get("__name__"), name))
        return plain(name, globals, locals, fromlist, level)

    __builtin__.__import__ = told
    for module in modules:
        try:
            plain(module)
        except BaseException:
            failed.add(module)
    __builtin__.__import__ = plain
    return done, failed


def main():
    known = find()
    modules = {}
    output = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    sources = dict((name, path) for name, path in known.items() if path.endswith(".py"))
    for module in set(known) - set(sources):
        there = after(module)
        modules[module] = set(there[0]) - set(there[1]) if there else set()
    for module in list(sys.modules):  # Also of what this program needs itself.
        if module in sources:
            del sys.modules[module]
    done, failed = carry_out(sorted(sources))
    for module, path in sources.items():
        facts = stated(module, path, known)
        modules[module] = set(name for text, name in facts if module in failed or (module, text) in done)
    modules = dict((name, sorted(each for each in found if each != name and (each in known or name in failed))) for name, found in modules.items())
    modules = dict((name, found) for name, found in modules.items() if found)
    sys.stdout.flush()  # What modules wrote.
    os.dup2(output, 1)
    lines = ",\n".join("    %s: %s" % (json.dumps(name), json.dumps(modules[name])) for name in sorted(modules))
    source = "CPython %d.%d.%d, by scripts/record-python2-imports.py" % sys.version_info[:3]
    print('{\n  "source": %s,\n  "modules": {\n%s\n  }\n}' % (json.dumps(source), lines))


main()
