"""What is deployed in the demo's scenario, and when.

A handful of releases in four weeks, as a pipeline reports them: one is repaired by a
hot fix, and somebody installs a module in Apps.  Today's release makes order
confirmations slow and validations fail, and is rolled back.  The demo's server runs
what the last deployment has brought: its odoo.conf has the digest of an image, as in
containers.

:mod:`.deployments_in_odoo` writes what servers and pipelines would have said; tests
compare the measures with these numbers.
"""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from .scenario_phases import FAILING, MINUTES_SINCE_START, SLOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOST = "odoo-1"
PERSON, APPROVER = "anna", "bert"
PIPELINE = "https://ci.example.com/runs/{}"
RUN, LOAD = 4 * MINUTE, timedelta(seconds=12)
"""Until servers run what is new: since the pipeline began, and since the registry began
to load.  The pipeline ends a minute later."""
WINDOW = 30 * MINUTE
"""For which a deployment is planned."""


class Release(NamedTuple):
    """A deployment by a pipeline.

    :ivar name: the release that runs afterwards
    :ivar at: when servers run it, since the incident began
    :ivar commits: how long before that each commit was made
    :ivar modules: upgraded modules → their version before
    :ivar fixes, rolls_back: the release that it repairs or undoes; or empty
    """

    name: str
    at: timedelta
    commits: tuple[timedelta, ...] = ()
    modules: dict[str, str] = {}
    fixes: str = ""
    rolls_back: str = ""

    @property
    def key(self):
        """The id of the pipeline's run, by which others name it."""
        return f"rollback-of-{self.rolls_back}" if self.rolls_back else self.name


FIRST = "19.0.5"
"""The release with which the comparison begins."""
GOOD, WORSE = "19.0.8", "19.0.9"
IN_APPS, MODULE = -9 * DAY, "stock_sms"
"""When an administrator installs a module in Apps, and which one."""
RELEASES = (
    Release(
        "19.0.6",
        -23 * DAY,
        commits=(30 * HOUR, 26 * HOUR, 5 * HOUR),
        modules={"queue_job": "19.0.2.3.0"},
    ),
    Release("19.0.7", -16 * DAY, commits=(50 * HOUR, 20 * HOUR)),
    Release("19.0.7.1", -16 * DAY + 3 * HOUR, commits=(1 * HOUR,), fixes="19.0.7"),
    Release(GOOD, -5 * DAY, commits=(49 * HOUR, 25 * HOUR)),
    Release(WORSE, -6 * MINUTE, commits=(28 * HOUR, 4 * HOUR, 3 * HOUR)),
    Release(GOOD, (SLOW + FAILING) * MINUTE, rolls_back=WORSE),
)
FREEZES = {
    "Stocktaking": (2, 3, "warn"),
    "Peak season": (8, 35, "refuse"),
}
"""Change freeze → its first and last day, in days from today, and what it does."""


def image(release: str) -> str:
    """Return the digest of the image of a release."""
    return f"sha256:{hashlib.sha256(release.encode()).hexdigest()}"


def running(until: str | None) -> str:
    """Return the release that runs at a phase of the scenario."""
    minutes = MINUTES_SINCE_START.get(until, MINUTES_SINCE_START["recovery"])
    return [one for one in RELEASES if one.at < minutes * MINUTE][-1].name


def options(until: str | None = None) -> dict[str, str]:
    """Return entries of section ``reliability`` of the server's configuration.

    :param until: the phase at which the scenario stands; by default, the last one
    """
    return {"host": HOST, "image_digest": image(running(until))}


def decide(admin):
    """Let somebody say which incidents are not due to a deployment.

    Carriers, partners and mails fail by themselves; the last deployment before them is
    suggested, such as today's rollback.

    :param admin: the :class:`~.traffic.ApiUser` of an administrator, who sees all
    """
    others = ["|", ("deployment_id.release", "!=", WORSE), ("warehouses", "=", False)]
    suggested = [("deployment_state", "=", "suggested"), *others]
    found = admin.call("reliability.incident", "search", suggested)
    admin.call("reliability.incident", "action_reject_deployment", found)
