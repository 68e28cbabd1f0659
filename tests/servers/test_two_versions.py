"""A reload to newer code: old workers finish their work while new ones start."""

import shutil
import threading

import pytest
from in_database import confirmed_in, wait_for_rollups
from metrics import Watch, by_outcome, dropped, wait_for, wait_for_cycles
from waiting import wait_until

from setup import addons, paths, traffic

ORDERS = 40
FOLDER = paths.RUN / "test" / "two-versions"
SLOT_FILE = "reliability/telemetry/slots/file.py"
FORMAT = "\nFORMAT = 1\n"


@pytest.fixture
def code():
    """A link to the folder of our addons."""
    FOLDER.mkdir(parents=True)
    link = FOLDER / "addons"
    link.symlink_to(paths.ADDONS)
    return link


def deploy_newer(code):
    """Change the link to addons with another format of slots."""
    newer = FOLDER / "newer"
    shutil.copytree(paths.ADDONS, newer, ignore=shutil.ignore_patterns("__pycache__"))
    file = newer / SLOT_FILE
    text = file.read_text()
    assert FORMAT in text
    file.write_text(text.replace(FORMAT, "\nFORMAT = 99\n"))
    link = FOLDER / "addons.new"
    link.symlink_to(newer)
    link.replace(code)


def counted(samples):
    """Return the number of counted confirmations that succeeded."""
    return by_outcome(samples).get("success", 0)


def test_orders_are_confirmed_and_unreadable_events_are_counted_as_dropped(
    make_server, admin, database, code
):
    path = [code, *(folder for folder in addons.folders() if folder != paths.ADDONS)]
    options = {"addons_path": ",".join(map(str, path)), "max_cron_threads": 0}
    server = make_server(workers=2, options=options)
    user = admin(server)
    during, after = traffic.make_orders(user, ORDERS), traffic.make_orders(user, 5)
    confirmations, later = traffic.confirmations(), traffic.confirmations()
    old = server.collector_pid()
    deploy_newer(code)
    with Watch(server) as watch:
        reload = threading.Timer(0.5, server.reload)
        reload.start()
        confirmations.run([(user, order) for order in during])
        reload.join()
        wait_until(lambda: server.collector_pid() not in (None, old))
        before = counted(wait_for_cycles(server))
        later.run([(user, order) for order in after])
        samples = wait_for(
            server, lambda s: counted(s) >= before + later.answers["done"]
        )
    confirmed = confirmed_in(database, during)
    assert confirmations.done <= confirmed
    assert not confirmations.answers["failed"]
    assert counted(samples) == before + len(confirmed_in(database, after))
    # At most once; events that only the old code could read are counted as dropped.
    assert before == len(confirmed) or dropped(samples, "unread")
    assert before <= len(confirmed)
    assert not watch.falls
    done = {"success": counted(samples)}
    wait_for_rollups(database, done, where="outcome = 'success'")
