/** Programs that look closely at what an import of the fixture gives. */

/** What code may ask a module about itself. */
export const MODULE = `
import fixture._big as big, fixture._small as small, fixture, importlib, importlib.machinery, os, pickle, sys
for name, module in (("fixture._big", big), ("fixture._small", small)):
    assert module is sys.modules[name] is getattr(fixture, name[8:])
    assert module.__name__ == module.__spec__.name == name
    assert module.__package__ == module.__spec__.parent == "fixture"
    assert module.__file__ == module.__spec__.origin == module.__loader__.path
    assert module.__spec__.has_location and module.__spec__.cached is None
    assert not module.__spec__._initializing
    assert isinstance(module.__loader__, importlib.machinery.ExtensionFileLoader)
    assert os.path.isabs(module.__file__) and module.__file__.endswith(".abi3.so")
    assert module.__file__ not in sys.path and os.path.dirname(module.__file__) not in sys.path
assert pickle.loads(pickle.dumps(big.probe)) is big.probe
for name, module in (("fixture._big", big), ("fixture._small", small)):
    before = dict(vars(module))
    assert importlib.reload(module) is module is sys.modules[name]
    assert module.__spec__.origin == module.__file__ == before["__file__"]
    assert {key: value for key, value in vars(module).items() if key != "__builtins__"} == before, (before, vars(module))
assert big.needed() == small.NEEDED == 4711
`;

/**
 * An extension module of one phase runs its code once in a process; every import after that is filled from a copy, also
 * in another interpreter of the process.
 */
export const AGAIN = `
import sys, fixture._small, fixture._big
for name, what in (("_small", "NEEDED"), ("_big", "PIECES")):
    first = sys.modules["fixture." + name]
    names = set(vars(first))
    for again in range(2):
        del sys.modules["fixture." + name]
        delattr(fixture, name)
        second = __import__("fixture." + name, fromlist=[what])
        assert second is sys.modules["fixture." + name] is getattr(fixture, name) is not first
        assert getattr(second, what) == getattr(first, what) and set(vars(second)) == names, (names, set(vars(second)))
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
# Modules of one phase are not for interpreters that have a lock of their own.
how = [(), {"isolated": False}, "legacy"][(sys.version_info >= (3, 9)) + (sys.version_info >= (3, 13))]
for round in range(2):
    other = interpreters.create(**how) if isinstance(how, dict) else interpreters.create(*([how] if how else []))
    try:
        failure = interpreters.run_string(other, "import fixture._small; assert fixture._small.NEEDED == 4711")
        assert failure is None, failure
    finally:
        interpreters.destroy(other)
`;

/** The stub, executed by other hands than those of an import statement: all of the library is in the module each time. */
export const BY_HAND = `
import importlib.util, sys, fixture
def make(lazily):
    spec = importlib.util.find_spec("fixture._big")
    if lazily:
        spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    if lazily:
        sys.modules["fixture._big"] = module
    spec.loader.exec_module(module)
    assert module.PIECES == 12 and module.needed() == 4711 and module.__file__.endswith("_big.abi3.so"), vars(module)
    return module
lazy = make(True)
assert sys.modules["fixture._big"] is lazy
assert make(False) is not sys.modules["fixture._big"] is lazy
del sys.modules["fixture._big"]
make(False)
import fixture._big
assert fixture._big.needed() == 4711
`;

/** Twelve threads want both modules at once. None may see one that is not ready. */
export const THREADS = `
import importlib, threading
start, failures = threading.Barrier(12), []
def use(number):
    start.wait()
    try:
        if number % 2:
            import fixture._big as big
            assert big.PIECES == 12 and big.needed() == 4711
        else:
            import fixture._small as small
            assert small.NEEDED == 4711
    except BaseException as error:
        failures.append(error)
threads = [threading.Thread(target=use, args=(number,)) for number in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failures, failures
`;
