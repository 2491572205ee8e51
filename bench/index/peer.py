"""An index the plain way: each wheel opened with zipfile, METADATA read, the file hashed, one page a project."""

import hashlib
import html
import pathlib
import re
import sys
import zipfile

source, target = map(pathlib.Path, sys.argv[1:3])
projects = {}
for path in sorted(source.glob("*.whl")):
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = archive.read(name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(path.name + ".metadata").write_bytes(metadata)
    project = re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower()
    own = hashlib.sha256(metadata).hexdigest()
    requires = re.search(rb"^Requires-Python: (.*)$", metadata, re.M)
    row = (path.name, digest, own, requires.group(1).decode() if requires else "")
    projects.setdefault(project, []).append(row)
for project, rows in projects.items():
    folder = target / "simple" / project
    folder.mkdir(parents=True, exist_ok=True)
    links = [
        f'<a href="../../{n}#sha256={d}" data-core-metadata="sha256={m}" data-requires-python="{html.escape(r)}">{n}</a><br>'
        for n, d, m, r in rows
    ]
    (folder / "index.html").write_text("<!DOCTYPE html><html><body>" + "\n".join(links) + "</body></html>")
(target / "simple" / "index.html").write_text(
    "".join(f'<a href="{p}/">{p}</a><br>' for p in sorted(projects))
)
