"""What a pipeline says of a deployment: our contract, version 1, and webhooks.

The body of a message is one of ours, of GitHub's event ``deployment_status``, or of
GitLab's event ``deployment``.  Unknown keys are ignored.  Plain Python; moments are in
UTC without a time zone.

Sources: https://docs.github.com/en/webhooks/webhook-events-and-payloads and
https://docs.gitlab.com/user/project/integrations/webhook_events
"""

import re
from datetime import datetime
from typing import NamedTuple

from odoo.addons.reliability_inbound.json_reading import (
    InvalidReport,
    check_version,
    read_choice,
    read_link,
    read_moment,
    read_name,
    read_number,
    read_object,
    read_objects,
    read_seconds,
    read_text,
    read_yes_no_unknown,
)

from .dora import Commit

VERSION = 1
PLANNED, RUNNING, SUCCEEDED, FAILED, CANCELED, REFUSED, REPLACED = STATES = (
    "planned",
    "running",
    "succeeded",
    "failed",
    "canceled",
    "refused",
    "replaced",
)
"""Of a deployment, as its pipeline has it.  Refused: nobody approved it.  Replaced: a
later one has taken its place."""
_ENDED = (SUCCEEDED, FAILED)
FULL, CANARY = SCOPES = ("full", "canary")
OURS, GITHUB, GITLAB = "ours", "github", "gitlab"

_GITHUB_STATES = {
    "pending": PLANNED,
    "queued": PLANNED,
    "waiting": PLANNED,
    "in_progress": RUNNING,
    "success": SUCCEEDED,
    "failure": FAILED,
    "error": FAILED,
    "inactive": REPLACED,
}
_GITLAB_STATES = {
    "created": PLANNED,
    "blocked": PLANNED,
    "approved": PLANNED,
    "running": RUNNING,
    "success": SUCCEEDED,
    "failed": FAILED,
    "canceled": CANCELED,
    "skipped": CANCELED,
    "rejected": REFUSED,
}
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COMMIT_IN_LINK = re.compile(r"/commit/([0-9a-f]{40,64})$")


_MAX_REQUESTS = 2**31 - 1
"""As many as a column of PostgreSQL's integers has."""


class Requests(NamedTuple):
    """Requests during a roll-out, as who has sent them counts them.

    :ivar sent: all of them
    :ivar refused: without a connection or an answer, or with a status from 500 on
    :ivar seconds: in which nobody was answered, in total
    """

    sent: int
    refused: int
    seconds: float


class DeploymentReport(NamedTuple):
    """What a pipeline says of a deployment at one moment.

    :ivar source: ``ours``, ``github`` or ``gitlab``
    :ivar key: identifies the deployment; later reports have the same
    :ivar at: since when it has this state
    :ivar is_production: ``None`` if the sender does not say it
    :ivar begin, end: ``None`` if it is unknown, or not yet
    :ivar release: the version, branch or tag, as people name it
    :ivar revision: the commit, which may be shortened; or empty
    :ivar commits: what is new, as far as the sender says it
    :ivar artifact: the digest of an image; or empty
    :ivar pipeline: a link; or empty
    :ivar person: who deploys
    :ivar planned_begin, planned_end: the window it was planned for
    :ivar scope: ``full`` or ``canary``
    :ivar rolls_back, fixes: keys of the deployments that it undoes, or is a hot fix of
    :ivar requests: ``None`` if nobody has counted them
    """

    source: str
    key: str
    state: str
    at: datetime
    environment: str
    is_production: bool | None = None
    begin: datetime | None = None
    end: datetime | None = None
    release: str = ""
    revision: str = ""
    commits: tuple[Commit, ...] = ()
    artifact: str = ""
    pipeline: str = ""
    person: str = ""
    approver: str = ""
    planned_begin: datetime | None = None
    planned_end: datetime | None = None
    scope: str = FULL
    rolls_back: str = ""
    fixes: str = ""
    is_unplanned: bool = False
    description: str = ""
    requests: Requests | None = None


def parse(body: object) -> DeploymentReport:
    """Return the report that a JSON value is.

    :raise InvalidReport: it is none
    """
    if not isinstance(body, dict):
        raise InvalidReport("A deployment must be an object.")
    if "deployment_status" in body:
        return _from_github(body)
    if "object_kind" in body:
        return _from_gitlab(body)
    if "deployment" in body and "repository" in body:
        raise InvalidReport("Send GitHub's event deployment_status, not deployment.")
    return _from_contract(body)


def _from_contract(body):
    check_version(body, VERSION)
    state = read_choice(body, "state", STATES)
    at = read_moment(body, "at", is_needed=True)
    begin, end = _period(body)
    planned_begin, planned_end = _period(read_object(body, "planned"))
    key = _id(body, "id")
    report = DeploymentReport(
        source=OURS,
        key=key,
        state=state,
        at=at,
        environment=read_name(body, "environment"),
        is_production=read_yes_no_unknown(body, "production"),
        begin=begin,
        end=end or _end_of(state, at),
        release=read_name(body, "release", is_needed=False),
        revision=read_name(body, "revision", is_needed=False),
        commits=tuple(map(_commit, read_objects(body, "commits"))),
        artifact=_digest(body),
        pipeline=read_link(body, "pipeline"),
        person=read_text(body, "person"),
        approver=read_text(body, "approver"),
        planned_begin=planned_begin,
        planned_end=planned_end,
        scope=read_choice(body, "scope", SCOPES, FULL),
        rolls_back=read_name(body, "rolls_back", is_needed=False),
        fixes=read_name(body, "fixes", is_needed=False),
        is_unplanned=bool(read_yes_no_unknown(body, "unplanned")),
        description=read_text(body, "description"),
        requests=_requests(read_object(body, "requests")),
    )
    if key in (report.rolls_back, report.fixes):
        raise InvalidReport("rolls_back and fixes must name another deployment.")
    return report


def _period(value):
    begin, end = read_moment(value, "begin"), read_moment(value, "end")
    if begin and end and begin > end:
        raise InvalidReport("begin must not be later than end.")
    return begin, end


def _commit(value):
    return Commit(read_name(value, "revision"), read_moment(value, "at"))


def _requests(value):
    if not value:
        return None
    sent = read_number(value, "sent", is_needed=True)
    refused = read_number(value, "refused", is_needed=True)
    seconds = read_seconds(value, "seconds")
    if not 0 < sent <= _MAX_REQUESTS:
        raise InvalidReport(f"sent must be from 1 to {_MAX_REQUESTS}.")
    if refused > sent:
        raise InvalidReport("refused must not be more than sent.")
    if seconds and not refused:
        raise InvalidReport("seconds must be 0 where no request was refused.")
    return Requests(sent, refused, seconds)


def _digest(body):
    found = read_text(body, "artifact")
    if found and not _DIGEST.fullmatch(found):
        raise InvalidReport("artifact must be a digest: sha256: and 64 digits.")
    return found


def _from_github(body):
    status = read_object(body, "deployment_status", is_needed=True)
    deployment = read_object(body, "deployment", is_needed=True)
    repository = read_name(read_object(body, "repository"), "full_name")
    state = _GITHUB_STATES[read_choice(status, "state", _GITHUB_STATES)]
    changed = "updated_at" if status.get("updated_at") else "created_at"
    at = read_moment(status, changed, is_needed=True)
    creator = read_object(deployment, "creator") or read_object(status, "creator")
    return DeploymentReport(
        source=GITHUB,
        key=f"{GITHUB}:{repository}:{_id(deployment, 'id')}",
        state=state,
        at=at,
        environment=read_name(deployment, "environment"),
        is_production=read_yes_no_unknown(deployment, "production_environment"),
        begin=read_moment(deployment, "created_at"),
        end=_end_of(state, at),
        release=read_name(deployment, "ref", is_needed=False),
        revision=read_name(deployment, "sha"),
        pipeline=_first_link(status, "log_url", "target_url"),
        person=read_text(creator, "login"),
        description=read_text(status, "description"),
    )


def _from_gitlab(body):
    read_choice(body, "object_kind", ["deployment"])
    project = read_name(read_object(body, "project"), "path_with_namespace")
    state = _GITLAB_STATES[read_choice(body, "status", _GITLAB_STATES)]
    at = read_moment(body, "status_changed_at", is_needed=True)
    tier = read_text(body, "environment_tier")
    in_link = _COMMIT_IN_LINK.search(_first_link(body, "commit_url"))
    short = read_name(body, "short_sha")
    return DeploymentReport(
        source=GITLAB,
        key=f"{GITLAB}:{project}:{_id(body, 'deployment_id')}",
        state=state,
        at=at,
        environment=read_name(body, "environment"),
        is_production=tier == "production" if tier else None,
        begin=at if state == RUNNING else None,
        end=_end_of(state, at),
        release=read_text(body, "ref"),
        revision=in_link[1] if in_link and in_link[1].startswith(short) else short,
        pipeline=_first_link(body, "deployable_url"),
        person=read_text(read_object(body, "user"), "username"),
        description=read_text(body, "commit_title"),
    )


def _end_of(state, at):
    """Return when a deployment has ended, unless its sender says that."""
    return at if state in _ENDED else None


def _id(value, key):
    """Return what identifies something, which may be a number."""
    found = value.get(key)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    return read_name({key: found}, key)


def _first_link(value, *keys):
    """Return the first address that is one; a webhook is not refused for others."""
    for key in keys:
        try:
            if link := read_link(value, key):
                return link
        except InvalidReport:
            continue
    return ""
