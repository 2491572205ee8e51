"""auditwheel as a contender: auditwheel_show.py WHEEL...

What `auditwheel show` does, with nothing taken from the host, without needing its package metadata, so that a checkout
serves as well as an installed one. The last line has the tags, one a wheel.
"""

import json
import logging
import sys
from pathlib import Path

from auditwheel.error import NonPlatformWheelError, WheelToolsError
from auditwheel.wheel_abi import analyze_wheel_abi
from auditwheel.wheeltools import get_wheel_architecture, get_wheel_libc

logging.disable(logging.CRITICAL)


def deduced(read, name):
    try:
        return read(name)
    except (WheelToolsError, NonPlatformWheelError):
        return None


def tag_of(path):
    libc = deduced(get_wheel_libc, path.name)
    architecture = deduced(get_wheel_architecture, path.name)
    try:
        found = analyze_wheel_abi(
            libc,
            architecture,
            path,
            frozenset(),
            disable_isa_ext_check=False,
            allow_graft=False,
            args_ldpaths="",
        )
    except NonPlatformWheelError:
        return None
    return found.overall_policy.name


print(json.dumps({"check": " ".join(str(tag_of(Path(name))) for name in sys.argv[1:])}))
