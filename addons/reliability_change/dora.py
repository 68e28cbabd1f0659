"""The five measures of DORA: how often, how fast and how safely changes are deployed.

A deployment counts once, however many incidents it has caused and in whichever order
its events are read.  Where there is nothing to divide by, or no duration, a measure is
``None``.

Plain Python; moments are in UTC without a time zone.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import median
from typing import NamedTuple

ATTRIBUTED_WITHIN = timedelta(hours=24)
"""An incident that begins until so long after a deployment may be due to it."""
HOT_FIXED_WITHIN = timedelta(hours=24)
"""A deployment with a hot fix within this time has failed."""

CONFIRMED, SUGGESTED = "confirmed", "suggested"
"""Of an attribution: somebody has named the deployment, or nobody has yet."""

FLAGGED, BROKEN, ROLLED_BACK, HOT_FIXED, CAUSED_INCIDENT = REASONS = (
    "flagged",
    "broken",
    "rolled_back",
    "hot_fixed",
    "caused_incident",
)
"""Why a deployment has failed: somebody says so, it did not end well, another one has
undone or repaired it, or an incident is due to it."""

DAILY, WEEKLY, MONTHLY, RARELY = FREQUENCIES = ("daily", "weekly", "monthly", "rarely")
_DAILY_FROM = 3
"""Days with a deployment in the median week."""
_WEEK, _MONTH = 7, 28
"""Days: a month is four weeks, so that all are alike."""


class Window(NamedTuple):
    """The time that is reported on.

    :ivar end: exclusive
    """

    begin: datetime
    end: datetime

    def includes(self, deployment: "Deployment") -> bool:
        """Return whether a deployment has ended in it."""
        return self.begin <= deployment.end < self.end


class Commit(NamedTuple):
    """A change of the code.

    :ivar made_at: ``None`` if it is unknown
    """

    revision: str
    made_at: datetime | None


class Deployment(NamedTuple):
    """A change of what runs that has reached production, and has ended.

    :ivar succeeded: whether the roll-out itself has ended well
    :ivar is_failed: whether somebody says that it has failed
    :ivar is_unplanned: whether it was made because of an incident in production
    :ivar rolls_back, fixes: the key of the deployment that it undoes, or is a hot fix
        of; or empty
    :ivar commits: those that it has shipped, also if an earlier one has, too
    :ivar begin: from when on incidents may be due to it; by default, after its end
    """

    key: str
    service: Hashable
    end: datetime
    succeeded: bool = True
    is_failed: bool = False
    is_unplanned: bool = False
    rolls_back: str = ""
    fixes: str = ""
    commits: tuple[Commit, ...] = ()
    begin: datetime | None = None


class Incident(NamedTuple):
    """An incident in production; no drill, no duplicate and no false alarm.

    :ivar services: those that it has affected
    :ivar restored: ``None`` while it is open
    :ivar cause: the key of the deployment that somebody has named, or confirmed; or
        empty
    :ivar rejected: keys of deployments that, as somebody has found out, did not cause
        it
    """

    key: str
    services: frozenset[Hashable]
    began: datetime
    restored: datetime | None = None
    cause: str = ""
    rejected: frozenset[str] = frozenset()


class Attribution(NamedTuple):
    """That an incident is due to a deployment; both by their keys.

    :ivar state: ``confirmed`` or ``suggested``
    """

    incident: str
    deployment: str
    state: str


class Failure(NamedTuple):
    """That a deployment has failed.

    :ivar reasons: in the order of `REASONS`
    :ivar is_suggested: whether nothing but suggested attributions says so
    """

    reasons: tuple[str, ...]
    is_suggested: bool


class Share(NamedTuple):
    """A part of the deployments in a window.

    :ivar suggested: how many of ``part`` nobody has confirmed yet
    """

    part: int
    whole: int
    suggested: int = 0

    @property
    def ratio(self) -> float | None:
        """From 0 to 1; ``None`` without deployments."""
        return self.part / self.whole if self.whole else None


class Durations(NamedTuple):
    """A median, and what it is the median of.

    :ivar median: ``None`` without durations
    :ivar negative: how many were left out since they end before they begin, by clocks
        that differ
    :ivar missing: how many were left out since a moment is not known, or not over yet
    """

    median: timedelta | None
    count: int
    negative: int
    missing: int


class Frequency(NamedTuple):
    """How often something was deployed.

    :ivar per_week: ``None`` for an empty window
    :ivar days: with a deployment in the median week; ``None`` without a whole week
    :ivar name: one of `FREQUENCIES`; ``None`` if the window is too short to know
    """

    count: int
    per_week: float | None
    days: float | None
    name: str | None


class Measures(NamedTuple):
    """All five measures of a window."""

    frequency: Frequency
    lead_time: Durations
    change_failures: Share
    recovery_time: Durations
    rework: Share


def measure(
    deployments: Iterable[Deployment],
    incidents: Iterable[Incident],
    window: Window,
    zone: tzinfo = UTC,
) -> Measures:
    """Return all five measures.

    :param deployments: those of the window, and those before it: they have shipped
        commits, and may have caused incidents
    :param incidents: as many
    :param zone: in which days begin
    """
    deployments, incidents = _distinct(deployments), _distinct(incidents)
    attributions = attribute(incidents, deployments)
    failures = find_failures(deployments, attributions)
    return Measures(
        deployment_frequency(deployments, window, zone),
        lead_time(deployments, window),
        change_failures(deployments, failures, window),
        recovery_time(deployments, incidents, attributions, failures, window),
        rework(deployments, window),
    )


def attribute(
    incidents: Iterable[Incident],
    deployments: Iterable[Deployment],
    within: timedelta = ATTRIBUTED_WITHIN,
) -> tuple[Attribution, ...]:
    """Return which deployment each incident is due to, if any, sorted by incident.

    What somebody has named is confirmed.  Else the last successful deployment of an
    affected service that began before the incident is suggested; nothing is once
    somebody has rejected it, or if it ended too long before.
    """
    started = {}
    for one in sorted(_distinct(deployments), key=_by_begin):
        if one.succeeded:
            started.setdefault(one.service, []).append(one)
    found = []
    for incident in _distinct(incidents):
        if incident.cause:
            found.append(Attribution(incident.key, incident.cause, CONFIRMED))
        elif suggestion := _suggestion(incident, started, within):
            found.append(Attribution(incident.key, suggestion, SUGGESTED))
    return tuple(found)


def _suggestion(incident, started, within):
    """Return the key of the last deployment before an incident; empty for none.

    :param dict started: service → its deployments, the first first
    """
    earlier = [
        of_service[position - 1]
        for service in incident.services
        if (of_service := started.get(service, []))
        if (position := bisect_right(of_service, incident.began, key=_begin))
    ]
    last = max(earlier, key=_by_begin, default=None)
    if not last or incident.began - last.end > within or last.key in incident.rejected:
        return ""
    return last.key


def find_failures(
    deployments: Iterable[Deployment], attributions: Iterable[Attribution]
) -> dict[str, Failure]:
    """Return the deployments that have failed, by their keys."""
    deployments = _distinct(deployments)
    reasons = {one.key: set() for one in deployments}
    for one in deployments:
        if one.is_failed:
            reasons[one.key].add(FLAGGED)
        if not one.succeeded:
            reasons[one.key].add(BROKEN)
    for repaired, _repair, reason in _repairs(deployments):
        reasons[repaired.key].add(reason)
    confirmed = {key for key, found in reasons.items() if found}
    for attribution in attributions:
        if attribution.deployment in reasons:
            reasons[attribution.deployment].add(CAUSED_INCIDENT)
            if attribution.state == CONFIRMED:
                confirmed.add(attribution.deployment)
    return {
        key: Failure(tuple(sorted(found, key=REASONS.index)), key not in confirmed)
        for key, found in reasons.items()
        if found
    }


def _repairs(deployments):
    """Yield deployments that were undone or repaired, by which others, and how.

    A link says which; so it does not matter if a clock that is wrong puts the repair
    before what it repairs.
    """
    by_key = {one.key: one for one in deployments}
    for repair in deployments:
        links = (repair.rolls_back, ROLLED_BACK), (repair.fixes, HOT_FIXED)
        for key, reason in links:
            repaired = by_key.get(key)
            if repaired is None or repaired.key == repair.key:
                continue
            if reason == ROLLED_BACK or repair.end - repaired.end <= HOT_FIXED_WITHIN:
                yield repaired, repair, reason


def change_failures(
    deployments: Iterable[Deployment], failures: Mapping[str, Failure], window: Window
) -> Share:
    """Return how many deployments in a window have failed."""
    deployed = _deployed(deployments, window)
    found = [failures[one.key] for one in deployed if one.key in failures]
    suggested = sum(failure.is_suggested for failure in found)
    return Share(len(found), len(deployed), suggested)


def rework(deployments: Iterable[Deployment], window: Window) -> Share:
    """Return how many deployments were made because of an incident in production.

    Those that undo another one, or are a hot fix of it, are among them.
    """
    deployed = _deployed(deployments, window)
    return Share(sum(map(_is_rework, deployed)), len(deployed))


def _is_rework(deployment):
    return bool(deployment.is_unplanned or deployment.rolls_back or deployment.fixes)


def lead_time(deployments: Iterable[Deployment], window: Window) -> Durations:
    """Return the time from commits until they were deployed first.

    A commit counts once, for the first successful deployment with it.  A deployment
    without a known commit counts as one that is missing, unless it undoes another.
    """
    durations, missing, shipped = [], 0, set()
    for one in sorted(_distinct(deployments), key=_by_end):
        if not one.succeeded:
            continue
        is_counted = window.includes(one)
        if is_counted and not one.commits and not one.rolls_back:
            missing += 1
        for revision, made_at in sorted(set(one.commits), key=repr):
            if revision in shipped:
                continue
            shipped.add(revision)
            if is_counted and made_at is None:
                missing += 1
            elif is_counted:
                durations.append(one.end - made_at)
    return _durations(durations, missing)


def recovery_time(
    deployments: Iterable[Deployment],
    incidents: Iterable[Incident],
    attributions: Iterable[Attribution],
    failures: Mapping[str, Failure],
    window: Window,
) -> Durations:
    """Return the time from the end of failed deployments until all was well again.

    That is when the last of its incidents was restored.  Without incidents, it is the
    end of the deployment that has undone or repaired it.
    """
    deployments = _distinct(deployments)
    restored = {one.key: one.restored for one in incidents}
    ends = {one.key: [] for one in deployments}
    for attribution in attributions:
        if attribution.deployment in ends:
            ends[attribution.deployment].append(restored.get(attribution.incident))
    repaired = _repaired_at(deployments)
    durations, missing = [], 0
    for one in _deployed(deployments, window):
        if one.key not in failures:
            continue
        over = ends[one.key] or [repaired.get(one.key)]
        if None in over:
            missing += 1
        else:
            durations.append(max(over) - one.end)
    return _durations(durations, missing)


def _repaired_at(deployments):
    """Return when deployments were undone or repaired first, by their keys."""
    found = {}
    for repaired, repair, _reason in _repairs(deployments):
        if repair.succeeded:
            found[repaired.key] = min(repair.end, found.get(repaired.key, repair.end))
    return found


def deployment_frequency(
    deployments: Iterable[Deployment], window: Window, zone: tzinfo = UTC
) -> Frequency:
    """Return how often something was deployed in a window.

    Its name follows from days with a deployment: daily, if the median week has three;
    weekly, if it has one; monthly, if the median four weeks have one.  Weeks are whole
    ones, counted back from the end of the window.
    """
    deployed = _deployed(deployments, window)
    seconds = (window.end - window.begin).total_seconds()
    per_week = len(deployed) * _WEEK * 86400 / seconds if seconds > 0 else None
    with_deployment = {_day(one.end, zone) for one in deployed}
    last = _day(window.end - timedelta.resolution, zone)
    days = [
        last - timedelta(days=back) in with_deployment
        for back in range((last - _day(window.begin, zone)).days + 1)
    ]
    weeks, months = _sums(days, _WEEK), _sums(days, _MONTH)
    median_days = median(weeks) if weeks else None
    name = _frequency_name(weeks, months)
    return Frequency(len(deployed), per_week, median_days, name)


def _frequency_name(weeks, months):
    if not weeks:
        return None
    if median(weeks) >= _DAILY_FROM:
        return DAILY
    if _is_usual(weeks):
        return WEEKLY
    if not months:
        return None
    return MONTHLY if _is_usual(months) else RARELY


def _is_usual(sums):
    return median(map(bool, sums)) == 1


def _sums(days, length):
    """Return how many days of each whole period are true.

    :param days: the last one first
    """
    whole = len(days) // length
    return [sum(days[n * length : (n + 1) * length]) for n in range(whole)]


def _day(moment, zone):
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def _durations(durations, missing):
    usable = [one for one in durations if one >= timedelta()]
    return Durations(
        median(usable) if usable else None,
        len(usable),
        len(durations) - len(usable),
        missing,
    )


def _deployed(deployments, window):
    return [one for one in _distinct(deployments) if window.includes(one)]


def _distinct(events: Iterable) -> list:
    """Return each event once, by its key; of two with the same, always the same one."""
    by_key = {one.key: one for one in sorted(set(events), key=repr)}
    return [by_key[key] for key in sorted(by_key)]


def _begin(deployment):
    return deployment.begin or deployment.end + timedelta.resolution


def _by_begin(deployment):
    return _begin(deployment), deployment.key


def _by_end(deployment):
    return deployment.end, deployment.key
