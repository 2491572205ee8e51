"""Prepares, shows, verifies and clears the joined libraries of one distribution.

Nothing here imports the distribution's own modules: it is for when they cannot be imported, or not yet.
"""

import os
import sys

from . import _failure, entry, evict, join, path, places
from ._files import DISTRIBUTION, FILES, GROUPS, VERSION

USAGE = """usage: python -m %(package)s show               places, and what is joined where
       python -m %(package)s prepare            join now, so that no import has to
       python -m %(package)s prepare --here     join beside the package: for images and read-only environments
       python -m %(package)s verify             hash what is joined
       python -m %(package)s clear              remove what is joined of %(name)s %(version)s
       python -m %(package)s clear --old        remove what an import would evict
       python -m %(package)s clear --all        remove all of %(name)s
       python -m %(package)s path FILE          print where a joined file lies"""


def main(arguments):
    """Runs one command; gives the exit code: 0, 1 when something is wrong, 2 when the command is."""
    usage = USAGE % {"package": __package__, "name": DISTRIBUTION, "version": VERSION}
    if {"-h", "--help"}.intersection(arguments) or arguments == ["help"]:
        print(usage, _files(), sep="\n")
        return 0
    commands = {
        ("show",): show,
        ("prepare",): prepare,
        ("prepare", "--here"): prepare_here,
        ("verify",): verify,
        ("clear",): clear,
        ("clear", "--old"): clear_old,
        ("clear", "--all"): clear_all,
    }
    try:
        if tuple(arguments) in commands:
            return commands[tuple(arguments)]()
        if len(arguments) == 2 and arguments[0] == "path" and arguments[1] in FILES:
            print(path(arguments[1]))
            return 0
    except (ImportError, OSError, places.Unusable) as error:
        print(error, file=sys.stderr)
        return 1
    print(usage, *_not_understood(arguments, commands), sep="\n", file=sys.stderr)
    return 2


def _not_understood(arguments, commands):
    """What is wrong with the arguments, below the usage."""
    if arguments[:1] == ["path"]:
        wrong = "no such file: %s" % arguments[1] if len(arguments) == 2 else "path takes the name of one file"
        return [_told(wrong), _files()]
    if not arguments:
        return [_told("a command is missing")]
    if any(command[0] == arguments[0] for command in commands):
        return [_told("%s does not take %s" % (arguments[0], " ".join(arguments[1:])))]
    return [_told("no such command: %s" % arguments[0])]


def _told(wrong):
    return "python -m %s: %s" % (__package__, wrong)


def show():
    print("%s %s" % (DISTRIBUTION, VERSION))
    for digest, group in GROUPS.items():
        print("needs %d bytes for %s" % (_size(group), ", ".join(file["path"] for file in group["files"])))
    for place in _places():
        print("%s: %s" % (place.path, _verdict(place)))
        current = {place.entry(digest, group["platform"]): digest for digest, group in GROUPS.items()}
        for used, folder in evict.entries(place):
            state = "another version"
            if folder in current:
                ready = (entry.look if place.prepared else entry.is_stamped)(folder, current[folder])
                state = "ready" if ready else "not verified, or not whole"
            print("  %s: %s, last used %s" % (os.path.basename(folder), state, _date(used)))
    return 0


def prepare():
    for digest in GROUPS:
        print(_prepared(digest))
    return 0


def _prepared(digest):
    refused = []
    for place in places.in_order(refused):
        if place.variable is None and not place.prepared:
            _heed_named(refused)
        try:
            folder = entry.find(place, digest)
        except places.Unusable as reason:
            places.refuse(refused, place.path, reason)
        else:
            for passed_over in refused:
                print("passed over %s: %s" % passed_over, file=sys.stderr)
            return folder
    raise _failure(GROUPS[digest]["files"][-1]["path"], refused)


def _heed_named(refused):
    """An import passes over a place that cannot be used; what was named for an image has to be filled."""
    named = ["%s=%s" % pair for pair in places.named()]
    if named:
        told = ["  %s: %s" % pair for pair in refused]
        raise places.Unusable("\n".join(["nothing was joined where %s says:" % " or ".join(named)] + told))


def prepare_here():
    for digest, group in GROUPS.items():
        place = places.here()
        print(join.make_ready(place, place.entry(digest, group["platform"]), digest))
    return 0


def verify():
    found = damaged = 0
    for place in _places():
        for digest, group in GROUPS.items():
            folder = place.entry(digest, group["platform"])
            # Without a stamp nothing was ever joined to the end.
            if os.path.exists(os.path.join(folder, entry.STAMP)):
                found += 1
                intact = join.is_intact(folder, digest)
                damaged += not intact
                print("%s: %s" % (folder, "intact" if intact else "damaged"))
    if not found:
        print("nothing is joined")
    return 1 if damaged else 0


def clear():
    ours = {place.entry(digest, group["platform"]) for place in _places() for digest, group in GROUPS.items()}
    return _clear(lambda found: found[1] in ours)


def clear_all():
    there = [(place, evict.entries(place)) for place in _places()]
    code = _clear(lambda found: True)
    for place, entries in there:
        evict.tidy(place, entries)
    return code


def clear_old():
    for place in _places():
        for folder in [] if place.prepared else evict.evict_old(place):
            print("removed %s" % folder)
    return 0


def _clear(chosen):
    found = [entry for place in _places() for entry in evict.entries(place) if chosen(entry)]
    left = 0
    for folder, why in evict.evict(found):
        left += why is not None
        print("removed %s" % folder if why is None else "left %s: %s" % (folder, why))
    return 1 if left else 0


def _places():
    """Every place once: two variables may name the same."""
    seen = {}
    for place in places.in_order([]):
        seen.setdefault(place.path, place)
    return list(seen.values())


def _verdict(place):
    try:
        if place.prepared:
            places.check_prepared(place.path)
            return "prepared beside the package"
        places.check(place.folder)
    except places.Unusable as reason:
        return str(reason)
    return "usable" if os.access(places.existing(place.folder), os.W_OK) else "read-only"


def _files():
    return "\n  ".join(["files:"] + sorted(FILES))


def _size(group):
    return sum(file["size"] for file in group["files"])


def _date(seconds):
    import time

    return time.strftime("%Y-%m-%d", time.localtime(seconds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
