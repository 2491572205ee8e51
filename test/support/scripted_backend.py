"""A PEP 517 backend that does what build-script.json beside pyproject.toml says. Python 3.6 and newer."""
import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
import zipfile

PYTHON = "%d.%d" % sys.version_info[:2]


def read_script():
    with open("build-script.json") as file:
        document = json.load(file)
    script = dict(document["all"])
    script.update(document["each"].get(PYTHON, {}))
    return script, document["calls"]


def get_requires_for_build_wheel(config_settings=None):
    return read_script()[0].get("requires", [])


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    script, calls = read_script()
    with open(calls, "a") as file:
        file.write(PYTHON + "\n")
    if config_settings:
        print("settings " + json.dumps(config_settings, sort_keys=True), flush=True)
    if "imports" in script:
        __import__(script["imports"])
    if "says" in script:
        print(script["says"], flush=True)
    for _ in range(script.get("chatter", 0)):
        print("x" * 1023, flush=False)
    sys.stdout.flush()
    if "child" in script:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], start_new_session=True)
        with open(script["child"], "w") as file:
            file.write(str(child.pid))
    if "pid" in script:
        with open(script["pid"], "w") as file:
            file.write(str(os.getpid()))
    while "waitFor" in script and not os.path.exists(script["waitFor"]):
        time.sleep(0.02)
    time.sleep(script.get("sleep", 0))
    if "signal" in script:
        os.kill(os.getpid(), getattr(signal, script["signal"]))
        time.sleep(5)
    if "exit" in script:
        sys.exit(script["exit"])
    name = None
    for index in range(script.get("wheels", 1)):
        name = write_wheel(wheel_directory, script, "" if index == 0 else ".%d" % index)
    return name or "nothing.whl"


def own_tag():
    words = sysconfig.get_config_var("SOABI").split("-")
    python = "cp%d%d" % sys.version_info[:2]
    platform = re.sub("[-.]", "_", sysconfig.get_platform())
    return "%s-cp%s-%s" % (python, words[1], platform)


def write_wheel(directory, script, suffix):
    name = script.get("name", "demo")
    version = script.get("version", "1.0") + suffix
    tag = script.get("tag", "own")
    tag = own_tag() if tag == "own" else tag
    stem = "%s-%s" % (name.replace("-", "_"), version)
    info = stem + ".dist-info"
    metadata = ["Metadata-Version: 2.1", "Name: " + name, "Version: " + version]
    tags = ["Tag: %s-%s-%s" % (python, abi, platform)
            for python in tag.split("-")[0].split(".")
            for abi in tag.split("-")[1].split(".")
            for platform in tag.split("-")[2].split(".")]
    files = {path: text.encode() for path, text in script.get("files", {"demo.py": "VALUE = 42\n"}).items()}
    for path, origin in script.get("copies", {}).items():
        with open(origin, "rb") as file:
            files[path] = file.read()
    files[info + "/METADATA"] = "\n".join(metadata + script.get("metadata", []) + [""]).encode()
    files[info + "/WHEEL"] = "\n".join(
        ["Wheel-Version: 1.0", "Generator: scripted", "Root-Is-Purelib: false"] + tags + [""]).encode()
    rows = []
    filename = "%s-%s.whl" % (stem, tag)
    with zipfile.ZipFile(os.path.join(directory, filename), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append("%s,sha256=%s,%d\n" % (path, digest, len(content)))
        archive.writestr(info + "/RECORD", "".join(rows) + info + "/RECORD,,\n")
    return filename
