"""Renders reStructuredText with docutils, under the settings of PyPI's renderer.

Each line of standard input is a JSON object: `text`, and whether its `html` is wanted or the verdict alone; or `identify`.
Each is answered by one line, a JSON object between markers: `kind` is `absent` (there is no docutils), `identity`, `html`, `renders`,
`refused` (docutils found a fault, and on PyPI any warning is one) or `unproven` (it is this docutils that cannot tell).
Nothing is read but standard input: no files, no settings, no images.
"""

import gc
import io
import json
import re
import sys
import time

# As readme_renderer 45.0, which PyPI uses (2026-08): the first warning ends it. Files and raw HTML are what a description
# must never reach. A lone title at the top becomes the title of the document, which PyPI does not show.
SETTINGS = {
    "_disable_config": True,
    "cloak_email_addresses": True,
    "doctitle_xform": True,
    "field_name_limit": 0,
    "file_insertion_enabled": False,
    "halt_level": 2,
    "id_prefix": "user-content-",
    "initial_header_level": 2,
    "input_encoding": "unicode",
    "math_output": "MathJax /dummy.js",
    "raw_enabled": False,
    "report_level": 5,
    "section_self_link": True,
    "sectsubtitle_xform": True,
    "smart_quotes": True,
    "strip_comments": True,
    "syntax_highlight": "short",
}

# Bytes. Nested tables make docutils ask for as much as there is.
MEMORY = 2 << 30

# Seconds of processor time, for when whoever started this is gone and cannot end it.
TIME = 120

# A block or a role of code in some language, which docutils refuses or not depending on Pygments.
CODE = re.compile(r"^[ \t]*\.\.[ ]+(?:code|code-block|sourcecode)::[ \t]*\S|^[ \t]*:language:", re.M | re.I)


def answer(**fields):
    text = json.dumps(fields).replace("<", "\\u003c")
    sys.stdout.write("<wheelworks-rst>" + text + "</wheelworks-rst>\n")
    sys.stdout.flush()


def refusal(error, version):
    match = re.match(r"^[^\n]*?:(\d*): \(\w+/\d\) (.*)$", str(error), re.S)
    if match is None:
        return {"kind": "refused", "version": version, "problem": str(error)[:500]}
    # Behind the first blank line is the source.
    problem = " ".join(match.group(2).split("\n\n")[0].split())[:500]
    line = {"line": int(match.group(1))} if match.group(1) else {}
    if problem.startswith("Duplicate explicit target name") and release(version) < (0, 22):
        problem = "docutils {} refuses it, which newer ones may not: {}".format(version, problem)
        return {"kind": "unproven", "version": version, "problem": problem}
    return dict({"kind": "refused", "version": version, "problem": problem}, **line)


def release(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def render(text, version, wants_html):
    from docutils.core import publish_doctree, publish_parts
    from docutils.parsers.rst import roles
    from docutils.utils import SystemMessage

    settings = dict(SETTINGS, warning_stream=io.StringIO())
    if not pygments_version():
        if CODE.search(text):
            return {"kind": "unproven", "version": version, "problem": "Its code blocks need Pygments to be judged, which this Python does not have."}
        settings["syntax_highlight"] = "none"
    # Roles that a document defines stay defined: the next one must not know them.
    roles._roles.clear()
    try:
        if not wants_html and not WRITER.search(text):
            document = publish_doctree(text, settings_overrides=settings)
            if any(is_shown(node) for node in document.children):
                return {"kind": "renders", "version": version}
            # What little there is, its HTML tells.
            roles._roles.clear()
        parts = publish_parts(text, writer=writer(), settings_overrides=settings)
    except SystemMessage as error:
        return refusal(error, version)
    shown = parts.get("docinfo", "") + parts.get("fragment", "")
    if not shown:
        title = parts.get("title", "")
        problem = "There is only a title in it, which PyPI leaves out." if title else "There is nothing in it to show."
        return {"kind": "refused", "version": version, "problem": problem}
    if not wants_html:
        return {"kind": "renders", "version": version}
    title = parts.get("html_title", "") + parts.get("html_subtitle", "")
    return {"kind": "html", "version": version, "html": title + shown}


# What the writer of HTML may find a fault in, or look at: for these the verdict takes all of the work.
WRITER = re.compile(r"math|:scale:|\.\. raw", re.I)


def is_shown(node):
    from docutils import nodes

    return isinstance(node, (nodes.paragraph, nodes.section, nodes.bullet_list, nodes.enumerated_list, nodes.literal_block))


def pygments_version():
    try:
        import pygments
    except ImportError:
        return ""
    return pygments.__version__


def writer():
    from docutils.writers import html5_polyglot

    class Translator(html5_polyglot.HTMLTranslator):
        # SVG images as images, and none of them opened to see how large it is.
        object_image_types = {}

        def read_size_with_PIL(self, node):
            return None

    result = html5_polyglot.Writer()
    result.translator_class = Translator
    return result


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
    bound("RLIMIT_AS", MEMORY)
    bound("RLIMIT_CORE", 0)
    try:
        from docutils import __version__ as version
    except ImportError:
        version = None
    # Trees of documents are cycles in themselves; each is let go at once below, and looking for others takes a third of the time.
    gc.disable()
    for line in sys.stdin.buffer:
        bound("RLIMIT_CPU", int(time.process_time()) + TIME)
        if version is None:
            answer(kind="absent")
            continue
        request = json.loads(line)
        if request.get("identify"):
            answer(kind="identity", version=version, pygments=pygments_version())
            continue
        try:
            answer(**render(request["text"], version, request["html"]))
        except Exception as error:  # A fault of docutils itself; what PyPI's makes of it nobody knows.
            problem = "docutils failed: {}: {}".format(type(error).__name__, error)[:500]
            answer(kind="unproven", version=version, problem=problem)
            # Out of memory or of stack, it is not to be trusted with the next.
            return
        if len(line) > 20000:
            gc.collect()


main()
