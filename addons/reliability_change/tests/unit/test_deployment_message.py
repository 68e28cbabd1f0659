"""What pipelines say of deployments: what is accepted, and what is refused in words."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change.deployment_message import (
    CANCELED,
    FAILED,
    PLANNED,
    REFUSED,
    REPLACED,
    RUNNING,
    SUCCEEDED,
    DeploymentReport,
    Requests,
    parse,
)
from reliability_change.dora import Commit
from reliability_inbound.json_reading import InvalidReport

from setup import paths

NOON = datetime(2026, 11, 30, 12)
AT = "2026-11-30T12:00:00Z"
OURS = {
    *("version", "id", "state", "at", "environment", "production", "begin", "end"),
    *("release", "revision", "commits", "artifact", "pipeline", "person", "approver"),
    *("planned", "scope", "rolls_back", "fixes", "unplanned", "description"),
    *("requests", "ask", "override"),
}
"""The keys of our contract, of what it asks, too."""
COMMIT = "279484c09fbe69ededfced8c1bb6e6d24616b468"


def ours(**values):
    return {
        "version": 1,
        "id": "roll-out-17",
        "state": "succeeded",
        "at": AT,
        "environment": "production",
    } | values


def requests(**values):
    counted = {"sent": 340, "refused": 12, "seconds": 2.4}
    return ours(requests=counted | values)


def github(state="success", **values):
    return {
        "deployment_status": {
            "state": state,
            "created_at": AT,
            "updated_at": AT,
            "target_url": "https://example.com/runs/1",
            "description": "Deployed",
        },
        "deployment": {
            "id": 42,
            "sha": COMMIT,
            "ref": "main",
            "environment": "prod-eu",
            "production_environment": True,
            "created_at": "2026-11-30T11:55:00Z",
            "creator": {"login": "anna"},
        },
        "repository": {"full_name": "shop/odoo"},
    } | values


def gitlab(status="success", **values):
    return {
        "object_kind": "deployment",
        "status": status,
        "status_changed_at": "2026-11-30 13:00:00 +0100",
        "deployment_id": 15,
        "deployable_url": "https://example.com/shop/odoo/-/jobs/796",
        "environment": "prod-eu",
        "environment_tier": "production",
        "project": {"path_with_namespace": "shop/odoo"},
        "short_sha": "279484c0",
        "user": {"username": "anna", "email": "anna@example.com"},
        "commit_url": f"https://example.com/shop/odoo/-/commit/{COMMIT}",
        "commit_title": "Add new file",
    } | values


class TestOurs:
    """The contract, version 1."""

    def test_the_smallest_one(self):
        assert parse(ours()) == DeploymentReport(
            "ours", "roll-out-17", SUCCEEDED, NOON, "production", end=NOON
        )

    def test_everything(self):
        found = parse(
            ours(
                production=True,
                begin="2026-11-30T12:50:00+01:00",
                end="2026-11-30T11:58:00Z",
                release="19.0.4",
                revision=COMMIT,
                commits=[{"revision": COMMIT, "at": AT}, {"revision": "abc"}],
                artifact="sha256:" + "0a" * 32,
                pipeline="https://example.com/1",
                person="anna",
                approver="bert",
                planned={"begin": AT, "end": AT},
                scope="canary",
                rolls_back="roll-out-16",
                fixes="roll-out-15",
                unplanned=True,
                description="x" * 600,
                requests={"sent": 340, "refused": 12, "seconds": 2.4},
            )
        )
        assert (found.begin.hour, found.end.minute) == (11, 58)
        assert found.commits == (Commit(COMMIT, NOON), Commit("abc", None))
        assert (found.planned_begin, found.planned_end) == (NOON, NOON)
        assert (found.scope, found.rolls_back) == ("canary", "roll-out-16")
        assert (found.is_production, found.is_unplanned) == (True, True)
        assert len(found.description) == 500
        assert found.requests == Requests(340, 12, 2.4)

    def test_the_example_of_the_manual(self):
        page = (paths.ROOT / "docs" / "changes.md").read_text()
        body = json.loads(page.partition("```json\n")[2].partition("```")[0])
        found = parse(body)
        assert body.keys() == OURS
        assert all(value is not None for value in found)

    def test_while_it_runs_it_has_no_end(self):
        assert parse(ours(state="running")).end is None

    def test_unknown_keys_are_ignored(self):
        assert parse(ours(new=1)) == parse(ours())


class TestGithub:
    """The webhook deployment_status."""

    def test_what_it_says(self):
        assert parse(github()) == DeploymentReport(
            "github",
            "github:shop/odoo:42",
            SUCCEEDED,
            NOON,
            "prod-eu",
            True,
            datetime(2026, 11, 30, 11, 55),
            NOON,
            "main",
            COMMIT,
            pipeline="https://example.com/runs/1",
            person="anna",
            description="Deployed",
        )

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("pending", PLANNED),
            ("queued", PLANNED),
            ("waiting", PLANNED),
            ("in_progress", RUNNING),
            ("success", SUCCEEDED),
            ("failure", FAILED),
            ("error", FAILED),
            ("inactive", REPLACED),
        ],
    )
    def test_states(self, state, expected):
        found = parse(github(state))
        assert found.state == expected
        assert (found.end is not None) == (expected in (SUCCEEDED, FAILED))

    def test_all_reports_of_a_deployment_have_the_same_key(self):
        assert parse(github("in_progress")).key == parse(github()).key

    def test_the_event_without_a_state_is_refused(self):
        body = github()
        del body["deployment_status"]
        with pytest.raises(InvalidReport, match="event deployment_status"):
            parse(body)


class TestGitlab:
    """The webhook deployment."""

    def test_what_it_says(self):
        assert parse(gitlab()) == DeploymentReport(
            "gitlab",
            "gitlab:shop/odoo:15",
            SUCCEEDED,
            NOON,
            "prod-eu",
            True,
            end=NOON,
            revision=COMMIT,
            pipeline="https://example.com/shop/odoo/-/jobs/796",
            person="anna",
            description="Add new file",
        )

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("created", PLANNED),
            ("blocked", PLANNED),
            ("approved", PLANNED),
            ("running", RUNNING),
            ("success", SUCCEEDED),
            ("failed", FAILED),
            ("canceled", CANCELED),
            ("skipped", CANCELED),
            ("rejected", REFUSED),
        ],
    )
    def test_states(self, status, expected):
        assert parse(gitlab(status)).state == expected

    def test_it_begins_when_it_runs(self):
        assert parse(gitlab("running")).begin == NOON

    @pytest.mark.parametrize(
        "text", ["2026-11-30 12:00:00 UTC", AT, "2026-11-30 07:00:00 -0500"]
    )
    def test_times(self, text):
        assert parse(gitlab(status_changed_at=text)).at == NOON

    def test_by_api_it_has_no_job(self):
        assert parse(gitlab(deployable_url=None)).pipeline == ""

    @pytest.mark.parametrize("link", [None, "", "https://example.com/commit/123", 7])
    def test_without_the_whole_commit_it_is_shortened(self, link):
        assert parse(gitlab(commit_url=link)).revision == "279484c0"

    def test_older_versions_do_not_say_whether_it_is_production(self):
        assert parse(gitlab(environment_tier=None)).is_production is None
        assert parse(gitlab(environment_tier="staging")).is_production is False

    def test_the_address_of_the_user_is_not_read(self):
        assert "anna@example.com" not in repr(parse(gitlab()))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ([], "must be an object"),
        ({}, "version must be 1"),
        (ours(version=True), "version must be 1"),
        (ours(id=None), "id is needed"),
        (ours(id="x" * 201), "200 characters"),
        (ours(state="done"), "state must be one of planned, running"),
        (ours(state=None), "state must be one of"),
        (ours(at="2026-11-30T12:00:00"), "at must be a time as in RFC 3339"),
        (ours(at=None), "at must be a time"),
        (ours(at=7), "at must be a time"),
        (ours(environment=""), "environment is needed"),
        (ours(production="yes"), "production must be true, false"),
        (ours(begin=AT, end="2026-11-30T11:00:00Z"), "not be later than end"),
        (ours(planned=[]), "planned must be an object"),
        (ours(planned={"begin": AT, "end": "2026-01-01T00:00:00Z"}), "not be later"),
        (ours(commits={}), "commits must be a list"),
        (ours(commits=[{}]), "revision is needed"),
        (ours(commits=[{"revision": "a"}] * 1001), "more than 1000"),
        (ours(artifact="latest"), "artifact must be a digest"),
        (ours(pipeline="javascript:alert(1)"), "pipeline must be a link"),
        (ours(scope="half"), "scope must be one of full, canary"),
        (ours(rolls_back="roll-out-17"), "must name another deployment"),
        (ours(unplanned=1), "unplanned must be true, false"),
        (requests(sent=0), "sent must be from 1 to"),
        (requests(sent=2**31), "sent must be from 1 to"),
        (requests(sent=None), "sent must be a number"),
        (requests(refused=-1), "refused must be a number"),
        (requests(refused=341), "refused must not be more than sent"),
        (requests(refused=1.5), "refused must be a number"),
        (requests(refused=0), "seconds must be 0 where no request was refused"),
        (requests(seconds=None), "seconds must be seconds"),
        (requests(seconds=-1), "seconds must be seconds"),
        (ours(requests=[]), "requests must be an object"),
        (github("done"), "state must be one of pending"),
        (github(deployment=None), "deployment must be an object"),
        (github(repository={}), "full_name is needed"),
        (github(deployment_status=[]), "deployment_status must be an object"),
        (gitlab("done"), "status must be one of created"),
        (gitlab(object_kind="pipeline"), "object_kind must be one of deployment"),
        (gitlab(deployment_id=None), "deployment_id is needed"),
        (gitlab(status_changed_at="soon"), "status_changed_at must be a time"),
        (gitlab(project=None), "path_with_namespace is needed"),
    ],
)
def test_anything_else_is_refused_in_words(body, text):
    with pytest.raises(InvalidReport, match=text):
        parse(body)


class TestRequests:
    """Who has not counted them says nothing of them."""

    @pytest.mark.parametrize("value", [None, {}])
    def test_nobody_has_counted(self, value):
        assert parse(ours(requests=value)).requests is None

    def test_none_was_refused(self):
        found = parse(requests(refused=0, seconds=0)).requests
        assert found == Requests(340, 0, 0)

    def test_some_were_refused_while_others_were_answered(self):
        assert parse(requests(seconds=0)).requests == Requests(340, 12, 0)

    @given(
        st.fixed_dictionaries(
            {
                "sent": st.integers(-1, 5),
                "refused": st.integers(-1, 5),
                "seconds": st.integers(-1, 2) | st.floats(),
            }
        )
    )
    def test_what_is_accepted_can_have_happened(self, values):
        try:
            found = parse(ours(requests=values)).requests
        except InvalidReport:
            return
        assert 0 <= found.refused <= found.sent >= 1
        assert found.seconds == 0 if not found.refused else found.seconds >= 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from([ours, github, gitlab]), st.data())
def test_whatever_a_key_has_it_is_accepted_or_refused_in_words(make, data):
    body = make()
    key = data.draw(st.sampled_from(sorted({*body, *ours(), "commits", "planned"})))
    try:
        assert isinstance(parse(body | {key: data.draw(JSON)}), DeploymentReport)
    except InvalidReport as refused:
        assert str(refused).endswith(".")
