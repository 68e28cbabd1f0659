"""``make test``: three lanes of tests that run at the same time.

``unit`` is plain Python, without Odoo and databases.  ``odoo`` has one registry and one
database.  ``servers`` starts real servers, for three tests at a time.  ``odoo``, and
each of the three, has a workplace of its own, see :mod:`.workplace`.
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
"""How pytest ends where it finds no test, as where -k selects those of other lanes."""
SLOWEST = 30
AT_A_TIME = 3
"""Tests of servers: they mostly wait for what servers do every ten seconds."""
SEED = "--random-order-seed"


@dataclass(frozen=True)
class Lane:
    """Tests that run one after the other, or several at a time.

    :ivar folders: where its tests are, as patterns below the checkout
    :ivar options: of pytest
    :ivar places: its workplaces, one for each test that runs at a time
    """

    name: str
    folders: tuple[str, ...]
    options: tuple[str, ...]
    places: tuple[str, ...] = ()

    @property
    def log(self):
        """What pytest prints, where several lanes run."""
        return testing.FOLDER / f"{self.name}.log"

    @property
    def report(self):
        """The results, in JUnit's XML."""
        return testing.FOLDER / f"{self.name}.xml"

    def tests(self):
        """Return the folders with its tests."""
        return sorted(path for of in self.folders for path in paths.ROOT.glob(of))

    def needed(self, tests):
        """Return the workplaces for tests: one, where they are named."""
        return self.places[:1] if tests else self.places

    def holds(self, path):
        """Whether a file or folder of tests is in this lane."""
        inside = any(path.is_relative_to(folder) for folder in self.tests())
        return inside and (self is UNIT or not UNIT.holds(path))


UNIT = Lane("unit", ("tests/unit", "addons/*/tests/unit"), ("-p", "no:odoo"))
ODOO = Lane("odoo", ("addons", "tests/odoo"), ("--odoo-http",), ("odoo",))
SERVERS = Lane(
    "servers",
    ("tests/servers",),
    ("-p", "no:odoo", "--no-loadscope-reorder"),
    tuple(f"servers-gw{number}" for number in range(AT_A_TIME)),
)
LANES = (UNIT, ODOO, SERVERS)


def run(*arguments):
    """All tests, or those that the arguments of pytest select.

    :param arguments: of pytest; ``--lane=unit`` or another selects one
    :return: the exit code
    :raise Failure: there is no such lane, or it has nothing that is selected
    """
    lanes = [argument.partition("=")[2] for argument in arguments if _is_lane(argument)]
    arguments = [argument for argument in arguments if not _is_lane(argument)]
    options = [argument for argument in arguments if not _is_path(argument)]
    named = [argument for argument in arguments if _is_path(argument)]
    selected = _select(lanes or [lane.name for lane in LANES], named)
    with lock("tests"), ExitStack() as at_the_end:
        # What an earlier run has measured there would be counted, too.
        shutil.rmtree(testing.FOLDER, ignore_errors=True)
        running = _Running([*options, *_order(options)], quiet=len(selected) > 1)
        at_the_end.callback(running.end)
        if UNIT in selected:
            running.start(UNIT, selected[UNIT])
        others = [lane for lane in selected if lane.places]
        if others:
            prepare.for_odoo(*prepare.TEST_SERVERS)
            places = [p for lane in others for p in lane.needed(selected[lane])]
            at_the_end.enter_context(testing.provisioned(*places))
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
    """Return the lanes to run, each with the tests of it that were named, if any were.

    :param names: of lanes
    :param named: arguments of pytest, each a file or folder or a test
    """
    if unknown := set(names) - {lane.name for lane in LANES}:
        raise Failure(
            f"there is no lane {', '.join(unknown)}",
            f"these are: {', '.join(lane.name for lane in LANES)}",
        )
    found = {
        lane: [test for test in named if lane.holds(_path(test))]
        for lane in LANES
        if lane.name in names
    }
    found = {lane: tests for lane, tests in found.items() if tests or not named}
    if not found:
        raise Failure(f"none of the lanes {', '.join(names)} has {', '.join(named)}")
    return found


def _order(options):
    """Return the options for an order of the tests that chance decides."""
    if any(option.startswith(SEED) for option in options):
        return []
    seed = f"{SEED}={random.randrange(10**6)}"
    say(f'-> The order of the tests is random: make test ARGS="{seed}" repeats it')
    return [seed]


class _Running:
    """Lanes that run.

    :param options: of pytest, for each
    :param quiet: whether each writes to its log, which is shown where a test fails
    """

    def __init__(self, options, quiet):
        self._options = options
        self._quiet = quiet
        self._began = time.monotonic()
        self._started = {}
        self._ended = {}

    def start(self, lane, tests):
        """Start the tests of a lane: all of them, if none are named."""
        testing.FOLDER.mkdir(parents=True, exist_ok=True)
        arguments = [*lane.options, f"--junitxml={lane.report}"]
        say(f"-> Running the lane {lane.name}")
        with ExitStack() as opened, workplace.at(next(iter(lane.places), lane.name)):
            arguments += _own(lane, tests)
            output = {}
            if self._quiet:
                output["stdout"] = opened.enter_context(lane.log.open("w"))
                output["stderr"] = output["stdout"]
            program = testing.start_pytest(
                [*arguments, *self._options, *(tests or lane.tests())], **output
            )
        self._started[program] = lane, time.monotonic()

    def wait(self):
        """Wait for all lanes, and say how they ended.

        :return: the exit code
        """
        testing.wait_for(*self._started, ended=self._note)
        say(f"\nThe slowest {SLOWEST} tests, their fixtures included:")
        for seconds, test in sorted(_times(self._ended), reverse=True)[:SLOWEST]:
            say(f"{seconds:8.1f} s  {test}")
        say("")
        for lane, (code, seconds) in self._ended.items():
            say(f"{seconds:8.1f} s  lane {lane.name}: {_in_words(code)}")
        say(f"{time.monotonic() - self._began:8.1f} s  in all")
        codes = {code for code, _seconds in self._ended.values()}
        if codes == {NOTHING_RUN}:
            raise Failure("no test is selected", "read pytest's options, such as -k.")
        return max(abs(code) for code in codes - {NOTHING_RUN})

    def end(self):
        """End what still runs, since what the other lanes need could not be made."""
        for program in self._started:
            if program.poll() is None:
                program.terminate()
                program.wait()

    def _note(self, program):
        lane, started = self._started[program]
        code = program.returncode
        self._ended[lane] = code, time.monotonic() - started
        if self._quiet:
            said = lane.log.read_text() if code else last_lines(lane.log, 1)[0].strip()
            say(f"-> Lane {lane.name}: {said}")


def _own(lane, tests):
    """Return the options of pytest that depend on the workplace and on the tests."""
    if lane is ODOO:
        config = testing.FOLDER / "odoo.conf"
        # Nobody visits the database meanwhile but the tests themselves.
        alone = {"run_collector": False}
        odoo_config.write(config, {"db_name": databases.READY}, alone)
        return [f"--odoo-config={config}"]
    return [f"--numprocesses={len(lane.needed(tests))}"] if lane is SERVERS else []


def _times(lanes):
    """Yield how long each test took, and its name."""
    for lane in lanes:
        if lane.report.exists():
            for case in ElementTree.parse(lane.report).iter("testcase"):
                name = f"{case.get('classname')}.{case.get('name')}"
                yield float(case.get("time")), name


def _in_words(code):
    return {0: "passed", NOTHING_RUN: "nothing selected"}.get(code, "FAILED")
