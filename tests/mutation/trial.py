"""Running the engine's tests against its mutants, each in a forked process of its own.

Most mutants change what a function does when it is called: the tests are read once, and a child swaps the code of
that one function and runs the tests that enter it. A mutant that changes what happens when the engine is imported,
or survives although its function is called then, has the engine and its tests read again in a fresh child.
"""

import gc
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import hypothesis
import pytest

from tests.mutation.mutants import Mutant

TESTS = "tests/engine"
MEMORY = 3 * 1024**3


@dataclass(kw_only=True)
class Baseline:
    """Which tests enter which functions of the engine, which are called on import, and how long each test takes."""

    reach: dict[str, set[str]] = field(default_factory=dict)
    at_import: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)

    def tests_of(self, function: str) -> list[str]:
        """The tests that enter a function, quickest first; all of them for what runs when the tests are read."""
        entering = {test for test, entered in self.reach.items() if function in entered}
        found = set(self.seconds) if function in self.at_import or not entering else entering
        return sorted(found, key=lambda test: (self.seconds[test], test))

    def patience(self, tests: Sequence[str]) -> int:
        """After so many seconds a mutant is taken to never end."""
        return 20 + 10 * round(sum(self.seconds[test] for test in tests))


def survivors(found: Sequence[Mutant], *, package: Path, say: Callable[[str], None]) -> list[Mutant]:
    """The mutants that pass all tests. The engine as it is has to pass them too."""
    swapping = _Swapping(found, package, say)
    baseline, left = _answer(lambda: _pytest(swapping), swapping.answer)
    survived = set(left)
    again = [mutant for mutant in found if mutant.name in survived and _needs_import(mutant, baseline)]
    for mutant in again:
        if _fails_when_imported(mutant, baseline):
            survived.remove(mutant.name)
        else:
            say(f"survives  {mutant.name}")
    return [mutant for mutant in found if mutant.name in survived]


def _needs_import(mutant: Mutant, baseline: Baseline) -> bool:
    return mutant.is_read_at_import or mutant.top in baseline.at_import


def _fails_when_imported(mutant: Mutant, baseline: Baseline) -> bool:
    tests = baseline.tests_of(mutant.top)

    def run() -> int:
        sys.meta_path.insert(0, _Mutated(mutant.module, compile(mutant.tree, mutant.module, "exec")))
        return _pytest(_Only(tests))

    return _in_child(run, baseline.patience(tests)) != 0


def _answer(work: Callable[[], int], answer: Callable[[], object]) -> tuple[Baseline, list[str]]:
    """What a child found out; it must end well."""
    with tempfile.NamedTemporaryFile() as notes:

        def run() -> int:
            code = work()
            Path(notes.name).write_bytes(pickle.dumps(answer()))
            return code

        if _in_child(run, seconds=0) != 0:
            raise SystemExit(f"{TESTS} must pass before mutants can fail it: pytest {TESTS}")
        baseline, left = pickle.loads(notes.read())
        return baseline, left


def _in_child(work: Callable[[], int], seconds: int) -> int:
    """The exit code of a forked child; one that takes longer, unless that is 0, is killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            signal.alarm(seconds)
            code = work()
        except BaseException:  # whatever it is, the mutant does not pass
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _pytest(plugin: object) -> int:
    """Run the engine's tests quietly, without the project's plugins, which would load the engine themselves."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutation")
    options = ["--noconftest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir=.", "--import-mode=importlib"]
    _be_silent()
    return int(pytest.main([*options, "-x", "-q", "--no-header", "--tb=no", "--capture=no", TESTS], plugins=[plugin]))


def _be_silent() -> None:
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)


class _Swapping:
    """Instead of running the tests once, runs them once for the baseline and then for every mutant."""

    def __init__(self, found: Sequence[Mutant], package: Path, say: Callable[[str], None]) -> None:
        self.found, self.say = found, say
        self.package = f"{package.resolve()}{os.sep}"
        self.baseline = Baseline()
        self.left: list[str] = []

    def answer(self) -> tuple[Baseline, list[str]]:
        return self.baseline, self.left

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        with self._entered(self.baseline.at_import):
            return (yield)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        for name, item in items.items():
            _forget_results()
            begun = time.perf_counter()
            with self._entered(self.baseline.reach.setdefault(name, set())):
                _run([item])
            self.baseline.seconds[name] = time.perf_counter() - begun
            if session.testsfailed:
                raise session.Failed
        functions = _functions(self.package)
        gc.freeze()  # children share what was read
        for mutant in self.found:
            self._try(mutant, session, items, functions)
        return True

    def _try(
        self,
        mutant: Mutant,
        session: pytest.Session,
        items: Mapping[str, pytest.Item],
        functions: Mapping[str, Sequence[FunctionType]],
    ) -> None:
        tests = self.baseline.tests_of(mutant.top)
        if mutant.is_read_at_import:
            self.left.append(mutant.name)
            return

        def run() -> int:
            _swap(mutant, functions[mutant.top])
            _forget_results()
            for test in tests:
                _run([items[test]])
                if session.testsfailed:
                    return 1
            return 0

        if _in_child(run, self.baseline.patience(tests)) == 0:
            self.left.append(mutant.name)
            if not _needs_import(mutant, self.baseline):
                self.say(f"survives  {mutant.name}")

    @contextmanager
    def _entered(self, functions: set[str]) -> Iterator[None]:
        codes: set[CodeType] = set()
        sys.setprofile(lambda frame, event, _: codes.add(frame.f_code) if event == "call" else None)
        try:
            yield
        finally:
            sys.setprofile(None)
        functions.update(_name(code) for code in codes if code.co_filename.startswith(self.package))


def _run(items: Sequence[pytest.Item]) -> None:
    """Each item is set up on its own: there are no fixtures to share."""
    for item in items:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _functions(package: str) -> Mapping[str, list[FunctionType]]:
    """The engine's functions and methods by module and name."""
    found: dict[str, list[FunctionType]] = {}
    for known in gc.get_objects():
        if isinstance(known, FunctionType) and known.__code__.co_filename.startswith(package):
            found.setdefault(_name(known.__code__), []).append(known)
    return found


def _swap(mutant: Mutant, functions: Sequence[FunctionType]) -> None:
    wanted = mutant.top.split(":")[1]
    (code,) = (known for known in _codes(compile(mutant.tree, mutant.module, "exec")) if known.co_qualname == wanted)
    for function in functions:
        function.__code__ = code


def _codes(code: CodeType) -> Iterator[CodeType]:
    """All code inside of code."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def _forget_results() -> None:
    """Empty the engine's caches, so that a function is entered by every test that needs it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("billing.engine"):
            for value in vars(module).values():
                getattr(value, "cache_clear", int)()


def _name(code: CodeType) -> str:
    """The module and the function or method; what is nested in it belongs to it."""
    module = ".".join(Path(code.co_filename).relative_to(Path.cwd()).with_suffix("").parts)
    return f"{module}:{code.co_qualname.split('.<')[0]}"


class _Mutated(MetaPathFinder):
    """Finds one module mutated, and leaves all others to the usual finders."""

    def __init__(self, module: str, code: CodeType) -> None:
        self.module, self.code = module, code

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.module:
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _Loader(name, spec.origin, self.code)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self.mutated = code

    def get_code(self, fullname: str) -> CodeType:
        return self.mutated


class _Only:
    """Runs these tests in this order and no others."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.order = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order), key=lambda item: self.order[item.nodeid]
        )
