"""The evidence of a drill: what is accepted, and what is refused in words."""

import hashlib
import json
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability.telemetry.masking import masked, masked_name
from reliability_inbound.json_reading import InvalidReport
from reliability_recovery.drill_contract import (
    Check,
    Documents,
    Evidence,
    Lost,
    Phase,
    PhaseError,
    canonical,
    check_names,
    parse,
    sha256,
    without_secrets,
)

from setup import paths

NOON = "2026-11-29T12:00:00Z"
LATER = "2026-11-29T12:07:31Z"


def body(**values):
    return {
        "version": 1,
        "name": "reliability-drill-k3v9x2ab",
        "set": "main",
        "contents": "cluster",
        "declared_at": NOON,
        "failed_at": NOON,
        "ended_at": LATER,
        "level": 0,
    } | values


def phase(**values):
    return {"name": "restore", "begin": NOON, "seconds": 93.2} | values


class TestAccepted:
    def test_the_smallest_evidence(self):
        """A drill that has found no backup says so."""
        parsed = parse(body(error={"phase": "fetch", "text": "No backup"}))
        assert parsed.declared_at == datetime(2026, 11, 29, 12)
        assert parsed.error == PhaseError("fetch", "No backup")
        assert parsed.usable_at is parsed.database_heartbeat is parsed.size is None
        assert parsed.phases == parsed.checks == parsed.lost == ()

    def test_unknown_keys_are_ignored(self):
        new = body(new=1, phases=[phase(new={})])
        assert parse(new) == parse(body(phases=[phase()]))

    def test_what_is_null_is_unknown(self):
        keys = ("database", "database_uuid", "filestore_set", "backup", "odoo", "error")
        nothing = dict.fromkeys((*keys, "heartbeats", "bytes", "phases", "target"))
        assert parse(body(**nothing)) == parse(body())

    def test_phases_checks_and_what_was_lost(self):
        parsed = parse(
            body(
                phases=[phase(error="disk full")],
                checks=[{"name": "stock", "result": "skipped", "text": "No stock"}],
                lost=[{"name": "orders", "count": 3}],
            )
        )
        noon = datetime(2026, 11, 29, 12)
        assert parsed.phases == (Phase("restore", noon, 93.2, "disk full"),)
        assert parsed.checks == (Check("stock", "skipped", "No stock"),)
        assert parsed.lost == (Lost("orders", 3),)

    def test_which_documents_are_inside(self):
        found = {"table": "sale_order", "since": NOON, "ids": [7, 8]}
        parsed = parse(body(documents=[found]))
        noon = datetime(2026, 11, 29, 12)
        assert parsed.documents == (Documents("sale_order", noon, frozenset({7, 8})),)

    @pytest.mark.parametrize(
        "value", [{"table": "res_users"}, {"ids": None}, {"ids": [1.5]}, {"since": ""}]
    )
    def test_not_of_any_table(self, value):
        found = {"table": "sale_order", "since": NOON, "ids": []} | value
        with pytest.raises(InvalidReport):
            parse(body(documents=[found]))

    def test_a_check_of_ones_own(self):
        checks = [{"name": "our_prices", "result": "passed"}]
        assert parse(body(checks=checks)).checks[0].name == "our_prices"

    def test_a_failure_before_the_decision_to_restore(self):
        assert parse(body(failed_at="2026-11-29T11:00:00Z"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([], "object"),
        (body(version=2), "version must be 1"),
        (body(name=None), "name is needed"),
        (body(set=""), "set is needed"),
        (body(filestore_set=7), "filestore_set is needed"),
        (body(contents="everything"), "contents must be one of"),
        (body(declared_at=None), "RFC 3339"),
        (body(failed_at="2026-11-29T12:00:00"), "RFC 3339"),
        (body(ended_at="2026-11-29T11:00:00Z"), "declared_at must not be later"),
        (body(failed_at="2026-11-29T13:00:00Z"), "failed_at must not be later"),
        (body(usable_at="2026-11-29T11:00:00Z"), "usable_at must not be earlier"),
        (body(usable_at="2026-11-29T13:00:00Z"), "usable_at must not be later"),
        (body(level=None), "level must be a number"),
        (body(level=4), "level must be from 0 to 3"),
        (body(error="disk full"), "error must be an object"),
        (body(error={"phase": "lunch"}), "phase must be one of fetch, restore"),
        (body(heartbeats=[]), "heartbeats must be an object"),
        (body(bytes=-1), "bytes must be a number"),
        (body(phases=[phase(name="lunch")]), "name must be one of fetch"),
        (body(phases=[phase(seconds=-1)]), "seconds must be seconds"),
        (body(phases=[phase(seconds=float("nan"))]), "seconds must be seconds"),
        (body(phases=[phase()] * 1001), "more than 1000"),
        (body(checks=[{"name": "stock", "result": "fine"}]), "result must be one of"),
        (body(lost=[{"name": "orders"}]), "count must be a number"),
    ],
)
def test_anything_else_is_refused_in_words(value, text):
    with pytest.raises(InvalidReport, match=text):
        parse(value)


@pytest.mark.parametrize("key", ["name", "set", "filestore_set"])
def test_names_that_masking_changes_are_refused(key):
    """Two of them could become the same."""
    check_names(parse(body(filestore_set="files")), masked_name)
    with pytest.raises(InvalidReport, match=f"{key} must not have"):
        check_names(parse(body(**{key: "password=pass1"})), masked_name)


class TestHash:
    def test_it_is_that_of_the_canonical_form(self):
        text = '{"a":"\\u00fc","b":[1,2.5]}'
        assert canonical({"b": [1, 2.5], "a": "ü"}) == text
        assert sha256({"b": [1, 2.5], "a": "ü"}) == (
            hashlib.sha256(text.encode()).hexdigest()
        )

    def test_the_file_has_the_same_whatever_its_blanks_and_order(self):
        evidence = body(phases=[phase()])
        file = json.dumps(dict(reversed(evidence.items())), indent=4)
        assert sha256(json.loads(file)) == sha256(evidence)


class TestSecrets:
    def mask(self, value):
        return without_secrets(value, masked, masked_name)

    def test_evidence_without_secrets_stays_as_it_is(self):
        evidence = body(
            database_uuid="5f0c1e2a-3b4c-11ef-9a2b-0242ac120002",
            backup="20261129-020000F",
            phases=[phase()],
            checks=[
                {
                    "name": "manifest",
                    "result": "failed",
                    "text": "sale_order_line 1 to 10000: 9998 rows, 9999 at"
                    " 2026-11-28 11:00 UTC",
                }
            ],
        )
        assert self.mask(evidence) == evidence

    def test_secrets_are_masked_wherever_they_are(self):
        secret = "postgresql://user:secret1@host/prod"
        found = self.mask(
            body(
                tool=secret,
                error={"phase": "start", "text": secret},
                checks=[{"name": "login", "text": f"cannot connect to {secret}"}],
                new={secret: [secret]},
            )
        )
        assert "secret1" not in json.dumps(found)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([NOON, LATER, "restore", "passed"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def replaced(value):
    """Return dicts with any of the keys of a dict, with any content."""
    return st.dictionaries(st.sampled_from(sorted(value)), JSON).map(value.__or__)


ANY = st.one_of(
    JSON,
    replaced(body(usable_at=LATER, heartbeats={}, bytes=1, filestore_set="x")),
    replaced(phase(error="")).map(lambda one: body(phases=[one])),
    replaced({"name": "stock", "result": "passed", "text": ""}).map(
        lambda one: body(checks=[one])
    ),
    replaced({"name": "orders", "count": 3}).map(lambda one: body(lost=[one])),
    replaced({"phase": "start", "text": ""}).map(lambda one: body(error=one)),
    replaced({"database": NOON, "filestore": None}).map(
        lambda one: body(heartbeats=one)
    ),
)


@given(ANY)
def test_any_content_is_parsed_or_refused(value):
    try:
        assert isinstance(parse(value), Evidence)
    except InvalidReport as error:
        assert str(error)
    else:
        without_secrets(value, masked, masked_name)
        assert sha256(value)


def test_the_example_of_the_documentation():
    page = (paths.ROOT / "docs" / "recovery.md").read_text()
    section = page.partition("\n## Drills in Odoo\n")[2]
    example = re.search(r"^```json\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[1]
    parsed = parse(json.loads(example))
    assert parsed.usable_at == datetime(2026, 11, 29, 12, 7, 31)
    assert parsed.lost == (Lost("orders", 3),)
