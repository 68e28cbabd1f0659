"""``make test``: three lanes of tests that run in parallel.

``unit`` is plain Python, without Odoo and databases.  ``odoo`` has one registry and one
database.  ``servers`` starts real servers, and runs three tests in parallel.  The lane
``odoo``, and each parallel test of ``servers``, has its own :mod:`.workplace`.
"""

import random
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from xml.etree import ElementTree

from . import databases, odoo_config, paths, prepare, testing, workplace
from .lock import lock
from .steps import Failure, last_lines, say

NOTHING_RUN = 5
"""Exit code of pytest without tests, as where -k selects tests of other lanes."""
SLOWEST = 30
PARALLEL_TESTS = 3
"""Of the lane ``servers``: they mostly wait for servers' actions every ten seconds."""
SEED = "--random-order-seed"


@dataclass(frozen=True)
class Lane:
    """Tests that run one after the other, or in parallel.

    :ivar folders: patterns of the folders with its tests, below the checkout
    :ivar options: of pytest
    :ivar workplaces: one for each test that runs in parallel
    """

    name: str
    folders: tuple[str, ...]
    options: tuple[str, ...]
    workplaces: tuple[str, ...] = ()

    @property
    def log(self):
        """The file for pytest's output, where several lanes run."""
        return testing.FOLDER / f"{self.name}.log"

    @property
    def report(self):
        """The file for results, in JUnit's XML."""
        return testing.FOLDER / f"{self.name}.xml"

    def tests(self):
        """Return the folders with its tests."""
        return sorted(
            path for pattern in self.folders for path in paths.ROOT.glob(pattern)
        )

    def needed_workplaces(self, tests):
        """Return the workplaces to use: one where tests are named, else all.

        :param tests: the named tests of this lane
        """
        return self.workplaces[:1] if tests else self.workplaces

    def contains(self, path):
        """Whether a file or folder of tests is in this lane."""
        inside = any(path.is_relative_to(folder) for folder in self.tests())
        return inside and (self is UNIT or not UNIT.contains(path))


UNIT = Lane("unit", ("tests/unit", "addons/*/tests/unit"), ("-p", "no:odoo"))
ODOO = Lane(
    "odoo", ("addons", "tests/odoo"), ("--odoo-http",), (workplace.ROLLED_BACK,)
)
SERVERS = Lane(
    "servers",
    ("tests/servers",),
    ("-p", "no:odoo", "--no-loadscope-reorder"),
    tuple(f"servers-gw{number}" for number in range(PARALLEL_TESTS)),
)
LANES = (UNIT, ODOO, SERVERS)


def run(*arguments):
    """Run all tests, or those that arguments of pytest select.

    :param arguments: of pytest; ``--lane=unit`` or another selects a lane
    :return: the exit code
    :raise Failure: there is no such lane, or no lane has a selected test
    """
    lanes = [argument.partition("=")[2] for argument in arguments if _is_lane(argument)]
    arguments = [argument for argument in arguments if not _is_lane(argument)]
    options = [argument for argument in arguments if not _is_path(argument)]
    named = [argument for argument in arguments if _is_path(argument)]
    selected = _select(lanes or [lane.name for lane in LANES], named)
    with lock("tests"), ExitStack() as cleanup:
        # Slots of an earlier run would be counted, too.
        shutil.rmtree(testing.FOLDER, ignore_errors=True)
        running = _Running([*options, *_order(options)], quiet=len(selected) > 1)
        cleanup.callback(running.end)
        if UNIT in selected:
            running.start(UNIT, selected[UNIT])
        others = [lane for lane in selected if lane.workplaces]
        if others:
            prepare.for_odoo(*prepare.TEST_SERVERS)
            workplaces = [
                name
                for lane in others
                for name in lane.needed_workplaces(selected[lane])
            ]
            cleanup.enter_context(testing.provisioned(*workplaces))
        for lane in others:
            running.start(lane, selected[lane])
        return running.wait()


def _is_lane(argument):
    return argument.startswith("--lane=")


def _is_path(argument):
    return not argument.startswith("-") and _path(argument).exists()


def _path(argument):
    """Return the file of tests that an argument of pytest names."""
    return paths.ROOT / argument.partition("::")[0]


def _select(names, named):
    """Return the lanes to run: lane → its named tests; an empty list stands for all.

    :param names: of lanes
    :param named: arguments of pytest that name a file, a folder or a test
    """
    if unknown := set(names) - {lane.name for lane in LANES}:
        raise Failure(
            f"there is no lane {', '.join(unknown)}",
            f"these are: {', '.join(lane.name for lane in LANES)}",
        )
    found = {
        lane: [test for test in named if lane.contains(_path(test))]
        for lane in LANES
        if lane.name in names
    }
    found = {lane: tests for lane, tests in found.items() if tests or not named}
    if not found:
        raise Failure(f"none of the lanes {', '.join(names)} has {', '.join(named)}")
    return found


def _order(options):
    """Return the options for a random order of the tests; none if already given."""
    if any(option.startswith(SEED) for option in options):
        return []
    seed = f"{SEED}={random.randrange(10**6)}"
    say(f'-> The order of the tests is random: make test ARGS="{seed}" repeats it')
    return [seed]


class _Running:
    """The running lanes.

    :param options: of pytest, for each lane
    :param quiet: whether lanes write to their logs, which are shown if a test fails
    """

    def __init__(self, options, quiet):
        self._options = options
        self._quiet = quiet
        self._started_at = time.monotonic()
        self._started = {}
        self._ended = {}

    def start(self, lane, tests):
        """Start the named tests of a lane, or all of them."""
        testing.FOLDER.mkdir(parents=True, exist_ok=True)
        arguments = [*lane.options, f"--junitxml={lane.report}"]
        say(f"-> Running the lane {lane.name}")
        name = next(iter(lane.workplaces), lane.name)
        with ExitStack() as opened, workplace.at(name):
            arguments += _options_of(lane, tests)
            output = {}
            if self._quiet:
                output["stdout"] = opened.enter_context(lane.log.open("w"))
                output["stderr"] = output["stdout"]
            program = testing.start_pytest(
                [*arguments, *self._options, *(tests or lane.tests())], **output
            )
        self._started[program] = lane, time.monotonic()

    def wait(self):
        """Wait for all lanes, and print their results.

        :return: the exit code
        """
        testing.wait_for(*self._started, on_end=self._record_end)
        say(f"\nThe slowest {SLOWEST} tests, their fixtures included:")
        for seconds, test in sorted(_times(self._ended), reverse=True)[:SLOWEST]:
            say(f"{seconds:8.1f} s  {test}")
        say("")
        for lane, (code, seconds) in self._ended.items():
            say(f"{seconds:8.1f} s  lane {lane.name}: {_result_text(code)}")
        say(f"{time.monotonic() - self._started_at:8.1f} s  in all")
        codes = {code for code, _seconds in self._ended.values()}
        if codes == {NOTHING_RUN}:
            raise Failure("no test is selected", "read pytest's options, such as -k.")
        return max(abs(code) for code in codes - {NOTHING_RUN})

    def end(self):
        """End lanes that still run, as when preparing the others failed."""
        for program in self._started:
            if program.poll() is None:
                program.terminate()
                program.wait()

    def _record_end(self, program):
        lane, started = self._started[program]
        code = program.returncode
        self._ended[lane] = code, time.monotonic() - started
        if self._quiet:
            log = lane.log
            output = log.read_text() if code else last_lines(log, 1)[0].strip()
            say(f"-> Lane {lane.name}: {output}")


def _options_of(lane, tests):
    """Return the options of pytest that depend on the workplace and on the tests."""
    if lane is ODOO:
        config = testing.FOLDER / "odoo.conf"
        # No collector polls the database while the tests use it.
        alone = {"run_collector": False}
        odoo_config.write(config, {"db_name": databases.READY}, alone)
        return [f"--odoo-config={config}"]
    if lane is SERVERS:
        return [f"--numprocesses={len(lane.needed_workplaces(tests))}"]
    return []


def _times(lanes):
    """Yield the seconds and the name of each test."""
    for lane in lanes:
        if lane.report.exists():
            for case in ElementTree.parse(lane.report).iter("testcase"):
                name = f"{case.get('classname')}.{case.get('name')}"
                yield float(case.get("time")), name


def _result_text(code):
    return {0: "passed", NOTHING_RUN: "nothing selected"}.get(code, "FAILED")
