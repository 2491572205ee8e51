"""A PEP 517 backend that compiles a library full of noise and a module that needs it. Python 3.8 and newer, and gcc."""
import base64
import hashlib
import os
import random
import re
import subprocess
import sysconfig
import tempfile
import zipfile

DATA = """
__asm__(".section .rodata\\n.global data\\ndata:\\n.incbin \\"data.bin\\"\\n.previous\\n"
        ".section .note.GNU-stack,\\"\\",@progbits\\n.previous\\n");
extern const unsigned char data[];
int data_at(int index) { return data[index]; }
"""
MODULE = """
#include <Python.h>
int data_at(int);
static PyObject *at(PyObject *self, PyObject *index) { return PyLong_FromLong(data_at((int)PyLong_AsLong(index))); }
static PyMethodDef methods[] = {{"at", at, METH_O, 0}, {0}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_noise", 0, -1, methods};
PyMODINIT_FUNC PyInit__noise(void) { return PyModule_Create(&definition); }
"""


def noise(kilobytes):
    source = random.Random(7)
    return bytes(source.getrandbits(8) for _ in range(kilobytes << 10))


def compiled(folder, output, text, *more):
    with open(os.path.join(folder, output + ".c"), "w") as file:
        file.write(text)
    command = ["gcc", "-shared", "-fPIC", "-o", output, output + ".c", *more]
    subprocess.run(command, cwd=folder, check=True)
    with open(os.path.join(folder, output), "rb") as file:
        return file.read()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with open("calls-path.txt") as file, open(file.read().strip(), "a") as calls:
        calls.write("build_wheel\n")
    with open("kilobytes.txt") as file:
        kilobytes = int(file.read())
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    files = {"noise/__init__.py": b"from ._noise import at\n"}
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "data.bin"), "wb") as file:
            file.write(noise(kilobytes))
        files["noise/libnoisedata.so"] = compiled(
            folder, "libnoisedata.so", DATA, "-Wl,-soname,libnoisedata.so")
        files["noise/_noise" + suffix] = compiled(
            folder, "_noise" + suffix, MODULE, "-I" + sysconfig.get_path("include"),
            "-L.", "-lnoisedata", "-Wl,-rpath,$ORIGIN")
    return write_wheel(wheel_directory, files)


def write_wheel(directory, files):
    abi = "cp" + sysconfig.get_config_var("SOABI").split("-")[1]
    tag = "%s-%s-%s" % (abi.rstrip("t"), abi, re.sub("[-.]", "_", sysconfig.get_platform()))
    info = "noise-1.0.dist-info"
    files[info + "/METADATA"] = b"Metadata-Version: 2.1\nName: noise\nVersion: 1.0\n"
    files[info + "/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: split_backend\nRoot-Is-Purelib: false\nTag: %s\n" % tag).encode()
    rows = []
    name = "noise-1.0-%s.whl" % tag
    with zipfile.ZipFile(os.path.join(directory, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append("%s,sha256=%s,%d\n" % (path, digest, len(content)))
        archive.writestr(info + "/RECORD", "".join(rows) + info + "/RECORD,,\n")
    return name
