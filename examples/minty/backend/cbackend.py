"""An in-tree build backend (PEP 517) for a project with one C library or extension module, without requirements.

It runs on Python 3.6 and newer, on Linux and macOS, and needs a C compiler: ``$CC``, else ``cc``; ``CPPFLAGS``,
``CFLAGS``, ``LDFLAGS``, ``ARCHFLAGS``, ``MACOSX_DEPLOYMENT_TARGET`` and ``SOURCE_DATE_EPOCH`` are honoured. The
same sources, compiler and interpreter give the same bytes.

What to build stands in ``pyproject.toml``::

    [tool.cbackend]
    extension = "pkg/module"    # an extension module, by its path in the wheel without suffix; or
    library = "pkg/libname"     # a shared library that does not use Python's C API
    sources = ["csrc/name.c"]
    limited-api = "3.8"         # extension only: build for the stable ABI from this Python on
    package-dir = "src"         # a folder whose files all go into the wheel
    compile-args = ["-O2"]
    link-args = ["-lm"]
    sdist-include = ["csrc"]    # files and folders of the source distribution, besides pyproject.toml

``pip wheel --config-setting compile-args="-O0 -g"`` adds to ``compile-args``.

Every project has a copy of this file, since PEP 517 allows no backend outside of it. The master is
``examples/cbackend.py`` of wheelworks.
"""
import ast
import base64
import gzip
import hashlib
import io
import os
import re
import shlex
import stat
import struct
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import zipfile

try:
    import tomllib
except ImportError:  # before Python 3.11
    tomllib = None

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EARLIEST_ZIP_TIME = 315532800  # 1980-01-01, in UTC


class BackendError(Exception):
    """Something that the caller can put right."""


# The hooks of PEP 517


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    project = Project()
    dist_info = os.path.join(metadata_directory, project.dist_info)
    for name, content in project.dist_info_files().items():
        path = os.path.join(dist_info, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    return project.dist_info


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    project = Project()
    name = "%s-%s.whl" % (project.stem, project.tag())
    files = project.package_files()
    path, content = project.compile(extra_compile_args(config_settings))
    files[path] = (content, 0o755)
    for path, content in project.dist_info_files().items():
        files[project.dist_info + "/" + path] = (content, 0o644)
    write_atomically(os.path.join(wheel_directory, name), wheel_bytes(files, project.dist_info))
    return name


def build_sdist(sdist_directory, config_settings=None):
    project = Project()
    files = project.source_files()
    files["PKG-INFO"] = (project.metadata(), 0o644)
    content = sdist_bytes(files, project.stem)
    write_atomically(os.path.join(sdist_directory, project.stem + ".tar.gz"), content)
    return project.stem + ".tar.gz"


# The project


class Project:
    """What pyproject.toml says, and what follows from it for the Python that runs this."""

    FIELDS = {
        "name",
        "version",
        "description",
        "readme",
        "requires-python",
        "license",
        "license-files",
        "keywords",
        "classifiers",
        "urls",
    }

    def __init__(self):
        if os.name == "nt":
            raise BackendError("this project builds on Linux and macOS, not on Windows")
        document = read_pyproject()
        self.fields = document["project"]
        self.config = document["tool"]["cbackend"]
        unknown = sorted(set(self.fields) - self.FIELDS)
        if unknown:
            raise BackendError("[project] has what this backend does not know: " + ", ".join(unknown))
        name = re.sub(r"[-_.]+", "_", self.fields["name"]).lower()
        self.stem = "%s-%s" % (name, self.fields["version"])
        self.dist_info = self.stem + ".dist-info"

    # Names

    def tag(self):
        if "library" in self.config:
            return "py3-none-" + platform_tag()
        if self.limited_api():
            major, minor = self.limited_api()
            return "cp%d%d-abi3-%s" % (major, minor, platform_tag())
        return "%s-%s-%s" % (python_tag(), abi_tag(), platform_tag())

    def limited_api(self):
        """The first Python of the stable ABI to build for; None for the ABI of this very Python."""
        text = self.config.get("limited-api")
        # Free-threaded builds load no abi3 modules, and other implementations have no stable ABI.
        if text is None or sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
            return None
        version = tuple(int(part) for part in text.split("."))
        if sys.version_info < version:
            raise BackendError("Python %s or newer is needed to build this for the stable ABI" % text)
        return version

    def target(self):
        """The path in the wheel of what is compiled."""
        if "library" in self.config:
            return self.config["library"] + (".dylib" if sys.platform == "darwin" else ".so")
        suffix = ".abi3.so" if self.limited_api() else sysconfig.get_config_var("EXT_SUFFIX")
        return self.config["extension"] + suffix

    # Files, as name in the archive: (content, mode)

    def package_files(self):
        folder = self.config.get("package-dir")
        return {} if folder is None else read_tree(folder, folder)

    def source_files(self):
        files = {}
        for path in ["pyproject.toml"] + self.config["sdist-include"]:
            files.update(read_tree(path, "."))
        return files

    def dist_info_files(self):
        wheel = [
            ("Wheel-Version", "1.0"),
            ("Generator", "cbackend 1.0"),
            ("Root-Is-Purelib", "false"),
            ("Tag", self.tag()),
        ]
        files = {"METADATA": self.metadata(), "WHEEL": header_lines(wheel)}
        for name in self.fields.get("license-files", []):
            files["licenses/" + name] = read_file(name)
        return files

    def metadata(self):
        fields = self.fields
        headers = [
            ("Metadata-Version", "2.4"),
            ("Name", fields["name"]),
            ("Version", fields["version"]),
            ("Summary", fields["description"]),
            ("Keywords", ",".join(fields["keywords"]) if "keywords" in fields else None),
            ("License-Expression", fields.get("license")),
        ]
        headers += [("License-File", name) for name in fields.get("license-files", [])]
        headers += [("Classifier", text) for text in fields.get("classifiers", [])]
        headers += [("Project-URL", "%s, %s" % item) for item in fields.get("urls", {}).items()]
        headers += [("Requires-Python", fields.get("requires-python"))]
        if "readme" not in fields:
            return header_lines(headers)
        headers += [("Description-Content-Type", "text/markdown; charset=UTF-8")]
        return header_lines(headers) + b"\n" + read_file(fields["readme"])

    # Compiling

    def compile(self, extra_args):
        """The path in the wheel of the library or module, and its bytes."""
        target = self.target()
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, os.path.basename(target))
            command = compiler()
            command += ["-fPIC"]
            command += ["-I" + path for path in self.include_directories()]
            command += self.definitions()
            command += environment_flags("CPPFLAGS", "CFLAGS")
            command += self.config.get("compile-args", []) + extra_args
            command += self.config["sources"]
            command += self.linking(os.path.basename(target)) + ["-o", output]
            command += self.config.get("link-args", []) + environment_flags("LDFLAGS")
            run(command)
            with open(output, "rb") as file:
                return target, file.read()

    def include_directories(self):
        if "library" in self.config:
            return []
        folders = [sysconfig.get_path("include"), sysconfig.get_path("platinclude")]
        if not any(os.path.isfile(os.path.join(folder, "Python.h")) for folder in folders):
            raise BackendError(
                "Python.h is missing in %s: install the headers of this Python (python3-dev, python3-devel)" % folders[0]
            )
        return sorted(set(folders))

    def definitions(self):
        version = self.limited_api()
        return [] if version is None else ["-DPy_LIMITED_API=0x%02x%02x0000" % version]

    def linking(self, name):
        if sys.platform != "darwin":
            return ["-shared"]
        architectures = environment_flags("ARCHFLAGS") or macos_architectures()
        if "library" in self.config:
            return architectures + ["-dynamiclib", "-install_name", "@rpath/" + name]
        return architectures + ["-bundle", "-undefined", "dynamic_lookup"]


def compiler():
    return shlex.split(os.environ.get("CC") or "cc")


def environment_flags(*names):
    return [flag for name in names for flag in shlex.split(os.environ.get(name, ""))]


def extra_compile_args(config_settings):
    settings = dict(config_settings or {})
    value = settings.pop("compile-args", [])
    if settings:
        raise BackendError("unknown config settings: " + ", ".join(sorted(settings)))
    return [flag for text in ([value] if isinstance(value, str) else value) for flag in shlex.split(text)]


def run(command):
    # Relative paths and a fixed folder: no path of this machine gets into what is compiled.
    environment = dict(os.environ)
    if sys.platform == "darwin":
        environment["MACOSX_DEPLOYMENT_TARGET"] = "%d.%d" % macos_target()
    print(" ".join(shlex.quote(word) for word in command), flush=True)
    try:
        subprocess.check_call(command, cwd=ROOT, env=environment)
    except FileNotFoundError:
        raise BackendError("there is no C compiler %s: install one, or set CC" % command[0])
    except subprocess.CalledProcessError as error:
        raise BackendError("the compiler failed with exit code %d" % error.returncode)


# Tags (PEP 425)


def python_tag():
    name = {"cpython": "cp", "pypy": "pp"}.get(sys.implementation.name, sys.implementation.name)
    return "%s%d%d" % (name, sys.version_info[0], sys.version_info[1])


def abi_tag():
    """From ``cpython-313t-x86_64-linux-gnu``, ``pypy311-pp73-x86_64-linux-gnu``, ``graalpy242-311-native-...``."""
    words = sysconfig.get_config_var("SOABI").split("-")
    if words[0] == "cpython":
        return "cp" + words[1]
    return "_".join(words[: 2 if words[0].startswith("pypy") else 3])


def platform_tag():
    name = sysconfig.get_platform()
    if name.startswith("macosx-"):
        name = "macosx-%d.%d-%s" % (macos_target() + (name.split("-", 2)[2],))
    # Linux tells the kernel's architecture, also to a 32-bit Python.
    elif struct.calcsize("P") == 4:
        name = {"linux-x86_64": "linux-i686", "linux-aarch64": "linux-armv7l"}.get(name, name)
    return re.sub("[-.]", "_", name)


def macos_target():
    """The oldest macOS to serve; from 11 on, tags say minor version 0."""
    text = os.environ.get("MACOSX_DEPLOYMENT_TARGET") or sysconfig.get_platform().split("-")[1]
    major, minor = (text.split(".") + ["0"])[:2]
    return int(major), 0 if int(major) >= 11 else int(minor)


def macos_architectures():
    name = sysconfig.get_platform().split("-", 2)[2]
    names = ["arm64", "x86_64"] if name == "universal2" else [name]
    return [word for each in names for word in ("-arch", each)]


# pyproject.toml


def read_pyproject():
    text = read_file("pyproject.toml").decode("utf-8")
    return read_plain_toml(text) if tomllib is None else tomllib.loads(text)


def read_plain_toml(text):
    """The part of TOML that these projects keep to: tables, and strings and lists of strings, as Python writes them."""
    document = table = {}
    statement = ""
    for line in text.splitlines():
        if not statement and re.match(r"\s*(#.*)?$", line):
            continue
        header = None if statement else re.match(r"\[([\w.-]+)\]\s*$", line)
        if header:
            table = document
            for name in header.group(1).split("."):
                table = table.setdefault(name, {})
            continue
        statement += line + "\n"
        key, _, value = statement.partition("=")
        try:
            table[key.strip()] = ast.literal_eval(value.strip())
        except SyntaxError:  # a list that goes on
            continue
        except ValueError:
            raise BackendError("pyproject.toml needs Python 3.11 to be read: " + line)
        statement = ""
    if statement:
        raise BackendError("pyproject.toml ends within: " + statement.splitlines()[0])
    return document


# Archives


def source_time():
    return max(int(os.environ.get("SOURCE_DATE_EPOCH", EARLIEST_ZIP_TIME)), EARLIEST_ZIP_TIME)


def read_file(path):
    with open(os.path.join(ROOT, path), "rb") as file:
        return file.read()


def read_tree(path, base):
    """A file, or all files below a folder, by their path below ``base``."""
    top = os.path.join(ROOT, path)
    found = [top] if os.path.isfile(top) else []
    for folder, subfolders, names in os.walk(top):
        subfolders[:] = [name for name in subfolders if name != "__pycache__"]
        found += [os.path.join(folder, name) for name in names if not name.endswith((".pyc", ".so", ".dylib"))]
    if not found:
        raise BackendError("there is no %s" % path)
    files = {}
    for name in found:
        mode = 0o755 if os.stat(name).st_mode & stat.S_IXUSR else 0o644
        files[os.path.relpath(name, os.path.join(ROOT, base))] = (read_file(name), mode)
    return files


def header_lines(headers):
    return "".join("%s: %s\n" % item for item in headers if item[1] is not None).encode("utf-8")


def wheel_bytes(files, dist_info):
    record = dist_info + "/RECORD"
    lines = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # Metadata last, so that it can be read without reading the rest.
        for name in sorted(files, key=lambda name: (name.startswith(dist_info), name)):
            content, mode = files[name]
            add_to_zip(archive, name, content, mode)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode("ascii").rstrip("=")
            lines.append("%s,sha256=%s,%d\n" % (name, digest, len(content)))
        add_to_zip(archive, record, "".join(lines + [record + ",,\n"]).encode("utf-8"), 0o644)
    return buffer.getvalue()


def add_to_zip(archive, name, content, mode):
    info = zipfile.ZipInfo(name, time.gmtime(source_time())[:6])
    info.create_system = 3  # Unix, which the mode is for
    info.external_attr = (stat.S_IFREG | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def sdist_bytes(files, stem):
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, buffer, source_time()) as compressed:
        with tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for name in sorted(files):
                content, mode = files[name]
                info = tarfile.TarInfo(stem + "/" + name)
                info.size = len(content)
                info.mode = mode
                info.mtime = source_time()
                archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def write_atomically(path, content):
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path) or ".", delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
