"""Counts are right on a real prefork server while its processes are killed."""

import contextlib
import os
import random
import signal
import subprocess
import threading

from in_database import confirmed_in
from metrics import Watch, by_outcome, ended, scrape, wait_for, wait_for_cycles
from waiting import TIMEOUT, wait_until

from setup import paths, python_env, traffic
from setup.without_odoo import reader

WORKERS = 4
PROCESSES = WORKERS + 2
"""With the evented one and the collector."""
ORDERS = 160
WORKER_KILLS, COLLECTOR_KILLS = 12, 3
"""Few: `make soak` kills hundreds."""
COUNTED_ONCE = {"success", "unknown"}


class Killer(threading.Thread):
    """Sends SIGKILL to workers, and sometimes to the collector, during calls.

    :param calls: the running :class:`~setup.traffic.Calls`
    """

    def __init__(self, server, calls):
        super().__init__(daemon=True)
        self._server = server
        self._calls = calls
        self.killed = {"worker": 0, "collector": 0}

    def run(self):
        chance = random.Random(7)
        victims = ["worker"] * WORKER_KILLS + ["collector"] * COLLECTOR_KILLS
        chance.shuffle(victims)
        for number, victim in enumerate(victims):
            due = ORDERS * number // (len(victims) + 1)
            wait_until(lambda due=due: self._calls.answers.total() >= due)
            wait_until(lambda victim=victim: self._kill(victim, chance))
            self.killed[victim] += 1

    def _kill(self, victim, chance):
        collector = self._server.collector_pid()
        workers = self._server.worker_pids()
        pids = workers if victim == "worker" else [collector] if collector else []
        with contextlib.suppress(ProcessLookupError):
            if pids:
                os.kill(chance.choice(pids), signal.SIGKILL)
                return True
        return False


def events_in(folder):
    """Return ``(series, event)`` of all events in the slots of a folder."""
    readers, found = {}, []
    reader.open_slots(folder, readers)
    for slot in readers.values():
        slot.recover_if_left()
        found += slot.read(reader.Position()).events
        slot.close()
    return found


def slot_files(server):
    return sorted((server.folder / "telemetry").glob("slot-*"))


def test_every_confirmation_counts_once_while_processes_are_killed(
    make_server, admin, database
):
    options = {"limit_request": 50, "max_cron_threads": 0}
    server = make_server(workers=WORKERS, options=options)
    user = admin(server)
    orders = traffic.make_orders(user, ORDERS)
    confirmations = traffic.confirmations()
    killer = Killer(server, confirmations)
    with Watch(server) as watch:
        killer.start()
        confirmations.run([(user, order) for order in orders], at_a_time=6)
        killer.join()
        answered = sum(confirmations.answers.values()) - confirmations.answers["broken"]
        wait_for(server, lambda s: ended(s) >= answered)
        samples = wait_for_cycles(server)
    counts = by_outcome(samples)
    events = [
        event
        for series, event in events_in(server.folder / "telemetry")
        if series.family == "operation" and series.labels[1] == "order_confirmation"
    ]
    confirmed = confirmed_in(database, orders)

    assert killer.killed == {"worker": WORKER_KILLS, "collector": COLLECTOR_KILLS}
    assert confirmations.answers["broken"], "no call was killed: nothing was tested"
    # An order answered as confirmed is confirmed, and a confirmed order counts once.
    assert confirmations.done <= confirmed
    for order in confirmed:
        ends = [event.outcome for event in events if event.record_id == order]
        assert len(COUNTED_ONCE & set(ends)) == 1, (order, ends)
        assert sum(end in COUNTED_ONCE for end in ends) == 1, (order, ends)
    assert counts["success"] <= len(confirmed) <= counts["success"] + counts["unknown"]
    # Calls without an answer ended in the method, in COMMIT, or before they began.
    assert answered <= ended(samples) <= sum(confirmations.answers.values())
    assert sum(counts.values()) == len(events)
    # No counter fell, no event was dropped, no file grew.
    assert not watch.falls
    assert watch.answers > watch.silences
    assert not [
        (labels, value)
        for (name, labels), value in samples.items()
        if name == "odoo_reliability_dropped_total" and value
    ]
    assert len(slot_files(server)) <= 2 * PROCESSES
    assert sum(file.stat().st_size for file in slot_files(server)) < 10_000_000


def test_calls_during_a_reload_count_once_and_no_counter_falls(
    make_server, admin, database
):
    server = make_server(workers=2)
    user = admin(server)
    orders = traffic.make_orders(user, 80)
    confirmations = traffic.confirmations()
    first_collector = server.collector_pid()
    with Watch(server) as watch:
        reload = threading.Timer(1.0, server.reload)
        reload.start()
        confirmations.run([(user, order) for order in orders])
        reload.join()
        confirmed = confirmed_in(database, orders)
        wait_for(server, lambda s: by_outcome(s).get("success") == len(confirmed))
        wait_until(lambda: server.collector_pid() not in (None, first_collector))
        wait_for(server, lambda s: by_outcome(s).get("success") == len(confirmed))
    assert confirmations.done <= confirmed
    assert not watch.falls


def test_a_threaded_server_collects_on_a_thread(make_server, admin, database):
    server = make_server(workers=0)
    user = admin(server)
    orders = traffic.make_orders(user, 10)
    confirmations = traffic.confirmations()
    confirmations.run([(user, order) for order in [*orders, *orders]])
    samples = wait_for(server, lambda s: ended(s) >= 20)
    counts = by_outcome(samples)
    assert counts["success"] == len(confirmed_in(database, orders)), (
        counts,
        confirmations.answers,
    )
    assert counts["rejected"] == confirmations.answers["refused"]


def test_a_collector_as_a_separate_program_collects(make_server, admin, database):
    server = make_server(workers=2, reliability={"run_collector": False})
    user = admin(server)
    orders = traffic.make_orders(user, 5)
    traffic.confirmations().run([(user, order) for order in orders])
    assert server.collector_pid() is None
    assert scrape(server) is None
    # Odoo finds commands before it reads its configuration.
    command = [f"--addons-path={paths.ADDONS}", "reliability_collector"]
    program = subprocess.Popen(
        [paths.PYTHON, paths.LAUNCHER, *command, "-c", server.config],
        env=python_env.environ(),
    )
    try:
        wait_for(server, lambda s: by_outcome(s).get("success") == len(orders))
    finally:
        program.terminate()
        assert program.wait(TIMEOUT) == 0
