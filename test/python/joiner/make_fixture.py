"""Makes a split package without the splitter: real libraries from C, cut with nothing but zlib.

    python make_fixture.py SITE [--name NAME] [--version V] [--megabytes N] [--parts N] [--seed N] ...

Prints, as JSON, what `probe(n, 5)` of the library must answer for each n. SITE then looks as if `NAME` and its companions were installed there. The extension modules keep to the stable ABI, so
that one fixture serves every Python from 3.8 on.
"""

import argparse
import hashlib
import json
import os
import pprint
import random
import shutil
import struct
import subprocess
import sysconfig
import zlib

PIECES = 12
SEGMENT = 4 << 20
WINDOW = 1 << 15

NEEDED_C = "int ww_needed(void) { return 4711; }\n"

# A function after each stretch of data, so that both are found over the whole length of the library.
PIECE_C = """
__asm__(".text\\n.balign 16\\n.globl ww_data_%(n)d\\nww_data_%(n)d:\\n.incbin \\"%(data)s\\", %(offset)d, %(size)d\\n");
extern const unsigned char ww_data_%(n)d[];
const int ww_constant_%(n)d = %(n)d * 1000;
int ww_call_%(n)d(long at) { return ww_data_%(n)d[at] + 256 * %(n)d; }
"""

# Multi-phase. `probe(n, at)` calls the n-th function, which reads the n-th piece of data.
BIG_C = """
#define Py_LIMITED_API 0x03080000
#include <Python.h>
%(stretches)s
extern int ww_needed(void);
static PyObject *probe(PyObject *self, PyObject *args) {
  int n; long at;
  if (!PyArg_ParseTuple(args, "il", &n, &at)) return NULL;
  switch (n) { %(cases)s }
  return NULL;
}
static PyObject *needed(PyObject *self, PyObject *unused) { return PyLong_FromLong(ww_needed()); }
static PyMethodDef methods[] = {{"probe", probe, METH_VARARGS, ""}, {"needed", needed, METH_NOARGS, ""}, {0}};
static int run(PyObject *module) { return PyModule_AddIntConstant(module, "PIECES", %(pieces)d); }
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)run}, {0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_big", NULL, 0, methods, slots};
PyMODINIT_FUNC PyInit__big(void) { return PyModuleDef_Init(&definition); }
"""

# Single-phase.
SMALL_C = """
#define Py_LIMITED_API 0x03080000
#include <Python.h>
extern int ww_needed(void);
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_small", NULL, -1, NULL};
PyMODINIT_FUNC PyInit__small(void) {
  PyObject *module = PyModule_Create(&definition);
  if (module) PyModule_AddIntConstant(module, "NEEDED", ww_needed());
  return module;
}
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("site")
    parser.add_argument("--name", default="fixture")
    parser.add_argument("--version", default="1.0")
    parser.add_argument("--megabytes", type=int, default=32)
    parser.add_argument("--parts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data")
    parser.add_argument("--segment", type=int, default=SEGMENT)
    parser.add_argument("--platform", default="linux_test")
    parser.add_argument("--joiner", required=True)
    options = parser.parse_args()
    work = options.site + ".work"
    os.makedirs(work, exist_ok=True)
    try:
        libraries, answers = compile_libraries(work, options)
        lay_out(libraries, options)
        print(json.dumps(answers))
    finally:
        shutil.rmtree(work)


def compile_libraries(work, options):
    data = options.data or os.path.join(work, "data")
    if not options.data:
        write_data(data, options.megabytes << 20, options.seed)
    cc(work, "libneeded.so.1", {"needed.c": NEEDED_C}, ["-Wl,-soname,libneeded.so.1"])
    size = os.path.getsize(data) // PIECES
    facts = [{"n": n, "data": data, "offset": n * size, "size": size} for n in range(PIECES)]
    stretches = "".join(PIECE_C % fact for fact in facts)
    cases = " ".join("case %d: return PyLong_FromLong(ww_call_%d(at));" % (n, n) for n in range(PIECES))
    big = BIG_C % {"stretches": stretches, "cases": cases, "pieces": PIECES}
    finds = ["-Wl,-rpath,$ORIGIN/../%s.libs" % options.name, "-L" + work, "-l:libneeded.so.1"]
    cc(work, "_big.abi3.so", {"big.c": big}, ["-fno-toplevel-reorder", *finds])
    cc(work, "_small.abi3.so", {"small.c": SMALL_C}, finds)
    with open(data, "rb") as file:
        answers = [os.pread(file.fileno(), 1, n * size + 5)[0] + 256 * n for n in range(PIECES)]
    return {name: os.path.join(work, name) for name in ("libneeded.so.1", "_big.abi3.so", "_small.abi3.so")}, answers


def cc(work, target, sources, flags):
    for name, text in sources.items():
        with open(os.path.join(work, name), "w") as file:
            file.write(text)
    include = "-I" + sysconfig.get_path("include")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", include, "-o", target, *sorted(sources), *flags], cwd=work, check=True)


def write_data(path, size, seed):
    """Compresses about as code does, and every stretch of it is different."""
    pick = random.Random(seed)
    words = [bytes(pick.getrandbits(8) for _ in range(pick.randrange(4, 28))) for _ in range(4096)]
    with open(path, "wb") as file:
        while file.tell() < size:
            file.write(b"".join(pick.choices(words, k=8192)))
        file.truncate(size)


def lay_out(libraries, options):
    site, name = options.site, options.name
    big, small, needed = "%s/_big.abi3.so" % name, "%s/_small.abi3.so" % name, "%s.libs/libneeded.so.1" % name
    cache = name + "_cache"
    shutil.copytree(options.joiner, os.path.join(site, cache), ignore=shutil.ignore_patterns("__pycache__"))
    put(site, needed, read(libraries["libneeded.so.1"]))
    put(site, "%s/files/%s" % (cache, small), read(libraries["_small.abi3.so"]))
    put(site, name + "/__init__.py", b"")
    for path in (big, small):
        module = os.path.basename(path).partition(".")[0]
        stub = '# Loads the joined library.\n__import__("%s").load(globals(), "%s")\n' % (cache, path)
        put(site, "%s/%s.py" % (name, module), stub.encode())

    files = [whole(needed, libraries["libneeded.so.1"], "installed"), whole(small, libraries["_small.abi3.so"], "own")]
    files.append(cut(site, big, libraries["_big.abi3.so"], options))
    text = "".join("%s  %s\n" % (file["sha256"], file["path"]) for file in sorted(files, key=lambda file: file["path"]))
    digest = hashlib.sha256(text.encode()).hexdigest()
    group = {"platform": options.platform, "files": files, "needs": {big: [needed], small: [needed]}}
    values = {
        "VERSION": options.version,
        "DISTRIBUTION": name,
        "SETTINGS": {"variable": name.upper() + "_CACHE", "directory": None},
        "GROUPS": {digest: group},
        "FILES": {path: digest for path in (big, small, needed)},
    }
    lines = ["%s = %s\n" % (key, pprint.pformat(value, width=110)) for key, value in values.items()]
    put(site, cache + "/_files.py", "".join(lines).encode())


def whole(path, source, origin):
    return {"path": path, "size": os.path.getsize(source), "sha256": sha256(source), "from": origin}


def cut(site, path, source, options):
    """Deflates with a flush at every segment, which ends a block on a whole byte, and cuts the stream anywhere."""
    stream = os.path.join(options.site + ".work", "stream")
    deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
    segments, windows, last = [(0, 0)], [], b""
    with open(source, "rb") as file, open(stream, "wb") as out:
        for block in iter(lambda: file.read(options.segment), b""):
            if last:
                out.write(deflater.flush(zlib.Z_SYNC_FLUSH))
                segments.append((out.tell(), file.tell() - len(block)))
                windows.append(last[-WINDOW:])
            out.write(deflater.compress(block))
            last = block
        out.write(deflater.flush())
    size = os.path.getsize(stream)
    # Anywhere: the middle of a segment, of a block, of a symbol.
    edges = [size * n // options.parts for n in range(options.parts)] + [size]
    chunks = []
    with open(stream, "rb") as file:
        for index, (start, end) in enumerate(zip(edges, edges[1:])):
            package = options.name + ("_part%d" % index if index else "_cache")
            if index:
                put(site, package + "/__init__.py", b'"""Carries a part."""\n\nVERSION = "%s"\n' % options.version.encode())
            header = struct.pack("<16s4I32s", b"wheelworks part\n", 1, index, options.parts, 0, bytes.fromhex(sha256(source)))
            put(site, "%s/chunk-%d.wwpart" % (package, index), header + file.read(end - start))
            made = os.path.join(site, package, "chunk-%d.wwpart" % index)
            chunks.append({"package": package, "name": "chunk-%d.wwpart" % index, "size": os.path.getsize(made), "sha256": sha256(made)})
    cache = options.name + "_cache"
    put(site, cache + "/windows-0.bin", b"".join(windows))
    facts = {"package": cache, "name": "windows-0.bin", "sha256": hashlib.sha256(b"".join(windows)).hexdigest()}
    return dict(whole(path, source, "chunks"), chunks=chunks, segments=segments, windows=facts if windows else None)


def put(site, path, data):
    target = os.path.join(site, *path.split("/"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def sha256(path):
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        for data in iter(lambda: file.read(1 << 20), b""):
            whole.update(data)
    return whole.hexdigest()


if __name__ == "__main__":
    main()
