"""Reads the imports of Python files by their syntax tree, each with what stands between it and the start of its module.

Each line of standard input is a JSON object: `identify`, or a list of `files`, each with its `size`, the dotted name of its `module`, and whether
that is a `package`; their bytes come behind the line. It is answered by one, JSON between markers: for each file `imports` and `constants`, or a
`problem`.
Nothing is run and nothing is decided here: conditions are handed over as small trees, for whoever knows the target.
It runs in any Python from 3.6; a file in a newer syntax than its own is a problem like any other error of syntax.
"""

import ast
import bisect
import gc
import json
import re
import sys

# Bytes. A file of nested brackets makes a parser ask for as much as there is.
MEMORY = 2 << 30

# Seconds of processor time, for when whoever started this is gone and cannot end it.
TIME = 120

UNKNOWN = ["unknown"]

# What catches the failure of an import; and of a name that only Python 2 has, which some ask for beside it.
CATCHERS = {"ImportError", "ModuleNotFoundError", "NameError", "Exception", "BaseException"}

COMPARISONS = {
    "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=",
    "Is": "==", "IsNot": "!=", "In": "in", "NotIn": "not in",
}


class Scanner:
    """One file. `guards` is what stands between the statement at hand and the start of its module, outermost first."""

    def __init__(self, module, package):
        self.module = module
        self.is_package = package
        self.package = module if package else module.rpartition(".")[0]
        self.imports = []
        self.constants = {}
        self.aliases = {}
        self.assigned = {}
        self.shadowed = []
        self.tries = 0

    def scan(self, source):
        # Most of a file is code that neither imports nor calls what imports, and its tree needs no look.
        self.lines = telling_lines(source)
        tree = parse(source, self.lines)
        self.learn(tree.body)
        top = set(self.aliases)
        for node in self.statements(tree.body):  # Names of functions' own imports, where the module has no other use for them.
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.learn_import(node, top)
        self.block(tree.body, ())
        constants = {name: value for name, (count, value) in self.assigned.items() if count == 1 and value != UNKNOWN}
        found = {"imports": self.imports, "constants": constants}
        if self.is_package:
            found["defined"] = sorted(set(self.assigned) | top)
        return found

    def tells(self, node):
        """Whether something of a statement or expression is on a line that an import may be on."""
        if self.lines is None or not hasattr(node, "end_lineno"):
            return True
        start = node.lineno
        for decorator in getattr(node, "decorator_list", ()):
            start = min(start, decorator.lineno)
        at = bisect.bisect_left(self.lines, start)
        return at < len(self.lines) and self.lines[at] <= node.end_lineno

    def statements(self, body):
        """Every statement that tells something, in and below a list of them; expressions hold none."""
        stack = list(body)
        while stack:
            node = stack.pop()
            if not self.tells(node):
                continue
            yield node
            for name in ("body", "orelse", "finalbody"):
                stack.extend(getattr(node, name, ()))
            for name in ("handlers", "cases"):
                for part in getattr(node, name, ()):
                    stack.extend(part.body)

    # What names mean at the level of the module.

    def learn(self, body):
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.learn_import(node, ())
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self.assign(target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self.assign(node.target, node.value)
            elif isinstance(node, ast.AugAssign):
                self.assign(node.target, None)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.assign(ast.Name(id=node.name, ctx=ast.Store()), None)
            else:
                for name in ("body", "orelse", "finalbody"):
                    part = getattr(node, name, None)
                    if isinstance(part, list):
                        self.learn(part)
                for handler in getattr(node, "handlers", ()):
                    self.learn(handler.body)

    def learn_import(self, node, known):
        base = self.absolute(node.module, node.level) if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            name, dotted = alias.asname or alias.name, alias.name
            if isinstance(node, ast.ImportFrom):
                dotted = base and base + "." + dotted
            elif not alias.asname:
                name = dotted = dotted.partition(".")[0]
            if dotted and name != "*" and name not in known and name not in self.assigned:
                self.alias(name, dotted)

    def alias(self, name, dotted):
        # Two imports under one name are alternatives.
        self.aliases[name] = dotted if self.aliases.get(name, dotted) == dotted else None

    def assign(self, target, value):
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self.assign(part, None)
        elif isinstance(target, ast.Name):
            count, _ = self.assigned.get(target.id, (0, None))
            self.assigned[target.id] = (count + 1, UNKNOWN if value is None else self.expression(value))

    def absolute(self, name, level):
        if not level:
            return name
        base = self.package
        for _ in range(level - 1):
            base = base.rpartition(".")[0]
        if not base:
            return None
        return base + "." + name if name else base

    # Statements.

    def block(self, body, guards):
        for node in body:
            if self.tells(node):
                self.statement(node, guards)
            guards = guards + self.consequence(node)

    def consequence(self, node):
        """What holds behind a statement that leaves the module otherwise: `if windows: raise ImportError`, `assert not windows`."""
        if isinstance(node, ast.Assert):
            return self.branch(node.test, True)
        if isinstance(node, ast.If) and node.body and isinstance(node.body[-1], ast.Raise) and not node.orelse:
            return self.branch(node.test, False)
        return ()

    def statement(self, node, guards):
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.found(node, alias.name, None, guards, [alias.asname or alias.name.partition(".")[0]])
        elif isinstance(node, ast.ImportFrom):
            base = self.absolute(node.module, node.level)
            if base is not None:
                bound = [alias.asname or alias.name for alias in node.names]
                self.found(node, base, [alias.name for alias in node.names], guards, bound)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in node.decorator_list + node.args.defaults + [each for each in node.args.kw_defaults if each is not None]:
                self.calls(part, guards)
            self.shadowed.append(parameters(node.args))
            self.block(node.body, guards + (("function", node.name),))
            self.shadowed.pop()
        elif isinstance(node, ast.ClassDef):
            for part in node.decorator_list + node.bases:
                self.calls(part, guards)
            self.block(node.body, guards)
        elif isinstance(node, ast.If):
            self.calls(node.test, guards)
            self.block(node.body, guards + self.branch(node.test, True))
            self.block(node.orelse, guards + self.branch(node.test, False))
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self.attempt(node, guards)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.calls(item.context_expr, guards)
            if any(suppresses(item.context_expr) for item in node.items):
                self.tries += 1
                guards = guards + (("try", self.tries, "body"),)
            self.block(node.body, guards)
        elif type(node).__name__ == "Match":
            for case in node.cases:
                self.block(case.body, guards + (("if", UNKNOWN, True, node.lineno),))
        else:
            for _, value in ast.iter_fields(node):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, ast.stmt):
                        self.block([part], guards)
                    elif isinstance(part, ast.AST):
                        self.calls(part, guards)

    def attempt(self, node, guards):
        if not any(guard[0] == "function" for guard in guards) and only_names_builtins(node.body):
            self.block(node.body + node.orelse + node.finalbody, guards)
            for handler in node.handlers:
                self.block(handler.body, guards + (("if", ["const", False], True, handler.lineno),))
            return
        catchers = [handler for handler in node.handlers if catches(handler)]
        # One that ends in `raise` makes a better message of the failure, and is no way around it.
        alternatives = [handler for handler in catchers if not ends_in_raise(handler.body)]
        inner = guards
        if alternatives:
            self.tries += 1
            number = self.tries
            inner = guards + (("try", number, "body"),)
        self.block(node.body, inner)
        for handler in node.handlers:
            if handler in alternatives:
                self.block(handler.body, guards + (("try", number, "handler"),))
            else:
                self.block(handler.body, guards + (("if", UNKNOWN, True, handler.lineno),))
        self.block(node.orelse, inner)
        self.block(node.finalbody, guards)

    def branch(self, test, holds):
        if is_main(test):
            return (("main",),) if holds else ()
        return (("if", self.expression(test), holds, test.lineno),)

    # Imports.

    def found(self, node, name, names, guards, bound=()):
        entry = {"line": node.lineno, "module": name}
        if names is not None:
            entry["names"] = names
        if bound and any(guard[0] == "try" for guard in guards):
            entry["bound"] = bound
        if guards:
            entry["guards"] = guards
        self.imports.append(entry)

    def calls(self, node, guards):
        """Imports by call in an expression: `__import__("x")`, `importlib.import_module(".x", __package__)`."""
        stack = [(node, guards)] if self.tells(node) else []
        while stack:
            part, around = stack.pop()
            if isinstance(part, ast.Call):
                self.call(part, around)
            if isinstance(part, ast.Lambda):
                around = around + (("function", "<lambda>"),)
            for name in part._fields:
                value = getattr(part, name, None)
                if isinstance(value, list):
                    stack.extend((child, around) for child in value if isinstance(child, ast.AST))
                elif isinstance(value, ast.AST):
                    stack.append((value, around))

    def call(self, node, guards):
        codec = codec_of(node)
        if codec:
            self.found(node, "encodings." + codec, None, guards)
            self.imports[-1]["codec"] = True
        name = self.dotted(node.func)
        if name not in ("importlib.import_module", "__import__", "builtins.__import__") or not node.args:
            return
        target = text(node.args[0])
        if target is None:
            return
        level = len(target) - len(target.lstrip("."))
        if level and (name != "importlib.import_module" or not self.names_package(node)):
            return
        target = self.absolute(target.lstrip("."), level) if level else target
        if target:
            self.found(node, target, None, guards)

    def names_package(self, node):
        parts = node.args[1:2] + [keyword.value for keyword in node.keywords if keyword.arg == "package"]
        named = [part.id if isinstance(part, ast.Name) else text(part) for part in parts]
        return any(name == "__package__" or name == self.package or (name == "__name__" and self.package == self.module) for name in named)

    # Conditions, as trees of what can be decided and what cannot.

    def expression(self, node):
        value, known = constant(node)
        if known:
            return ["const", value]
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = self.dotted(node)
            return ["name", name] if name else UNKNOWN
        if isinstance(node, ast.BoolOp):
            return ["and" if isinstance(node.op, ast.And) else "or"] + [self.expression(part) for part in node.values]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ["not", self.expression(node.operand)]
        if isinstance(node, ast.Compare):
            return self.comparison(node)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return ["tuple"] + [self.expression(part) for part in node.elts]
        if isinstance(node, ast.Subscript):
            return self.subscript(node)
        if isinstance(node, ast.Call) and not node.keywords:
            return self.called(node)
        return UNKNOWN

    def comparison(self, node):
        parts = [node.left] + node.comparators
        links = []
        for index, operator in enumerate(node.ops):
            sign = COMPARISONS[type(operator).__name__]
            links.append(["compare", sign, self.expression(parts[index]), self.expression(parts[index + 1])])
        return links[0] if len(links) == 1 else ["and"] + links

    def subscript(self, node):
        index = getattr(node.slice, "value", node.slice) if type(node.slice).__name__ == "Index" else node.slice
        if isinstance(index, ast.Slice):
            bounds = [0 if index.lower is None else constant(index.lower)[0], None if index.upper is None else constant(index.upper)[0]]
            if index.step is not None or not isinstance(bounds[0], int) or not (bounds[1] is None or isinstance(bounds[1], int)):
                return UNKNOWN
            return ["slice", self.expression(node.value)] + bounds
        number, known = constant(index)
        return ["item", self.expression(node.value), number] if known and isinstance(number, int) else UNKNOWN

    def called(self, node):
        arguments = [self.expression(part) for part in node.args]
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("startswith", "endswith", "lower"):
            return ["method", node.func.attr, self.expression(node.func.value)] + arguments
        name = self.dotted(node.func)
        return ["call", name] + arguments if name else UNKNOWN

    def dotted(self, node):
        """`sys.platform` under whatever name it was imported; a name of this module with the module before it."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or any(node.id in names for names in self.shadowed):
            return None
        if node.id in self.aliases:
            parts.insert(0, self.aliases[node.id])
        elif node.id in BUILTINS and node.id not in self.assigned:
            parts.insert(0, node.id)
        else:
            parts.insert(0, self.module + "." + node.id if self.module else node.id)
        return None if parts[0] is None else ".".join(parts)


BUILTINS = {"__import__", "hasattr", "bool", "any", "all", "__debug__", "__name__"}


# What has been in `builtins` since 3.0, on every system.
ALWAYS = frozenset(
    "ArithmeticError AssertionError AttributeError BaseException EOFError Exception ImportError IndexError KeyError KeyboardInterrupt"
    " LookupError NameError NotImplementedError OSError OverflowError RuntimeError StopIteration SyntaxError SystemExit TypeError"
    " UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError Warning ZeroDivisionError abs all any ascii bin bool bytearray"
    " bytes chr classmethod compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals"
    " hasattr hash hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow"
    " print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip".split()
)


# Whoever resolves a name of a host encodes it with the codec idna, which lies outside of the interpreter.
RESOLVERS = {"getaddrinfo", "gethostbyname", "gethostbyname_ex", "getfqdn", "create_connection", "open_connection"}


# An import, and every call that `call` finds something in, has one of these in its text; names in other scripts may spell one of them.
TELLING = re.compile(
    rb"import|encoding\s*[=\\#]|(?:en|de)code\s*[(\\#]|[\x80-\xff]|" + b"|".join(sorted(name.encode() for name in RESOLVERS))
)

# PEP 263. In other encodings than these, the bytes of a name may be others than its letters.
DECLARED = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
PLAIN = re.compile(rb"(?:utf[-_]?8|ascii|us-ascii|latin[-_]?1|iso[-_]?(?:8859|latin)[-_]?\d+|cp125\d|windows-125\d|koi8[-_][ru])(?:-\w+)?$", re.I)


def telling_lines(source):
    """The lines on which an import or a telling call may be, in order; None where the tree must be asked."""
    if sys.version_info < (3, 8):  # A node does not know its end.
        return None
    declared = DECLARED.search(b"\n".join(source.split(b"\n", 2)[:2]))
    if declared and not PLAIN.match(declared.group(1)):
        return None
    if b"\r" in source:
        source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines, line, seen = [], 1, 0
    for found in TELLING.finditer(source):
        line += source.count(b"\n", seen, found.start())
        seen = found.start()
        if not lines or lines[-1] != line:
            lines.append(line)
    return lines


def parse(source, lines):
    """The tree of a file; to make that of functions that tell nothing would be most of the work."""
    short = without_bodies(source, lines)
    if short is not None:
        try:
            return ast.parse(short)
        except (SyntaxError, ValueError):  # Brackets or texts reach out of a body.
            pass
    return ast.parse(source)


# The line of a `def`; its last group is there when the line ends the head.
DEF = re.compile(rb"^([ \t]*)(?:async[ \t]+)?def\b[^\n]*?(:[ \t]*(?:#[^\n]*)?)?\n", re.MULTILINE)
HEAD_END = re.compile(rb"\)[^\n]*:[ \t]*(?:#[^\n]*)?\n")
ENDS = {}


def end_of_block(source, start, width):
    """Where the next line begins that is not further to the right, and what it begins with."""
    if width not in ENDS:
        ENDS[width] = re.compile(rb"^[ \t]{0,%d}([^ \t\n#])" % width, re.MULTILINE)
    found = ENDS[width].search(source, start)
    return (found.start(), found.start(1)) if found else (len(source), len(source))


def without_bodies(source, lines):
    """
    The source with `pass` for the bodies of functions that have no telling line, each as many lines long as before; None where
    bodies cannot be found by their look. What is left out wrongly, since it is in a text or goes on further left, tells
    nothing either, and what is left of it is no Python.
    """
    if lines is None or b"\r" in source:
        return None
    parts, copied, line, seen = [], 0, 1, 0
    found = DEF.search(source)
    while found:
        body = found.end()
        width = len(found.group(1))
        if found.group(2) is None:
            _, close = end_of_block(source, body, width)
            head = HEAD_END.match(source, close)
            body = head.end() if head else None
        end = body if body is None else end_of_block(source, body, width)[0]
        if body is None or end == body:
            found = DEF.search(source, found.end())
            continue
        line += source.count(b"\n", seen, body)
        seen = body
        length = source.count(b"\n", body, end)
        at = bisect.bisect_left(lines, line)
        text = source[body:end]
        if (at < len(lines) and lines[at] <= line + length) or is_open(text):
            found = DEF.search(source, body)
            continue
        parts += [source[copied:body], found.group(1), b" pass", b"\n" * length]
        copied = end
        found = DEF.search(source, end)
    return b"".join(parts) + source[copied:]


def is_open(text):
    """Whether a text or a line may go on behind it."""
    return text.count(b'"""') % 2 or text.count(b"'''") % 2 or text.rstrip().endswith(b"\\")


CODEC = re.compile(r"^[A-Za-z][A-Za-z0-9_ -]*$")


def codec_of(node):
    """The module of `encodings` that a call with a literal name needs: `text.encode("shift-jis")`."""
    name = last_name(node.func)
    if name in RESOLVERS:
        return "idna"
    named = [keyword.value for keyword in node.keywords if keyword.arg == "encoding"]
    if name in ("encode", "decode") and node.args:
        named.append(node.args[0])
    names = [text(part) for part in named]
    return next((name.lower().replace("-", "_").replace(" ", "_") for name in names if name and CODEC.match(name)), None)


def parameters(arguments):
    every = arguments.args + arguments.kwonlyargs + getattr(arguments, "posonlyargs", [])
    return {each.arg for each in every + [arguments.vararg, arguments.kwarg] if each is not None}


def constant(node):
    """The value of a literal, and whether it is one; before 3.8 each kind was a class of its own."""
    kind = type(node).__name__
    if kind in ("Constant", "NameConstant"):
        value = node.value
        return (value, True) if value is None or isinstance(value, (bool, str, int)) and fits(value) else (None, False)
    if kind == "Str" and fits(node.s):
        return node.s, True
    if kind == "Num" and isinstance(node.n, int) and fits(node.n):
        return node.n, True
    return None, False


def fits(value):
    """Nobody compares texts of several lines; some hold code, of which `without_bodies` may take away."""
    return "\n" not in value if isinstance(value, str) else abs(value) < 1 << 53


def text(node):
    value, known = constant(node)
    return value if known and isinstance(value, str) else None


def is_main(node):
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq):
        return False
    sides = [node.left, node.comparators[0]]
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(text(side) == "__main__" for side in sides)


def catches(handler):
    if handler.type is None:
        return True
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(last_name(name) in CATCHERS for name in names)


def suppresses(node):
    return isinstance(node, ast.Call) and last_name(node.func) == "suppress" and any(last_name(part) in CATCHERS for part in node.args)


def only_names_builtins(body):
    """Whether nothing is done but to name what every Python 3 has: `try: unicode_type = str`. In a function, a name may be one of its own."""
    values = [node.value for node in body if isinstance(node, (ast.Expr, ast.Assign))]
    names = [part for value in values for part in (value.elts if isinstance(value, ast.Tuple) else [value])]
    return len(values) == len(body) and all(isinstance(name, ast.Name) and name.id in ALWAYS for name in names) and not any(
        not isinstance(target, ast.Name) for node in body if isinstance(node, ast.Assign) for target in node.targets
    )


def last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def ends_in_raise(body):
    return bool(body) and isinstance(body[-1], ast.Raise)


def answer(told):
    sys.stdout.write("<wheelworks-imports>" + json.dumps(told, separators=(",", ":")) + "</wheelworks-imports>\n")
    sys.stdout.flush()


def read(file, source):
    try:
        return Scanner(file["module"], file["package"]).scan(source)
    except SyntaxError as error:
        return {"problem": error.msg or "invalid syntax", "line": error.lineno or 0}
    except (ValueError, LookupError) as error:  # NUL bytes; an encoding that is none
        return {"problem": str(error), "line": 0}
    except (RecursionError, MemoryError):
        return {"problem": "nested too deep", "line": 0}


def bound(what, most):
    try:
        import resource
    except ImportError:  # Windows; there, time alone is bounded, from outside.
        return
    try:
        limit = getattr(resource, what)
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    except (ValueError, OSError):  # macOS knows no limit of address space.
        pass


def main():
    import time
    import warnings

    warnings.simplefilter("ignore")  # invalid escapes of others
    bound("RLIMIT_AS", MEMORY)
    bound("RLIMIT_CORE", 0)
    # A tree has no cycles, and is gone with its answer.
    gc.disable()
    for line in sys.stdin.buffer:
        bound("RLIMIT_CPU", int(time.process_time()) + TIME)
        request = json.loads(line.decode("utf-8"))
        if request.get("identify"):
            answer({"version": list(sys.version_info[:3])})
        else:
            sources = [sys.stdin.buffer.read(file["size"]) for file in request["files"]]
            answer([read(file, source) for file, source in zip(request["files"], sources)])


main()
