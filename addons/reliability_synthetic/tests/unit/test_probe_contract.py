"""The report of a probe is read, or refused in words."""

from copy import deepcopy
from datetime import datetime

import pytest
from reliability_inbound.json_reading import InvalidReport
from reliability_synthetic.probe import contract, steps

STEP = {
    "step": "connect",
    "started_at": "2026-11-30T09:40:00.120+00:00",
    "seconds": 0.25,
    "result": "failed",
    "cause": "connection_refused",
    "error": "ConnectionRefusedError: [Errno 111] Connection refused",
    "values": {"host": "odoo.example.com", "port": 443},
}
REPORT = {
    "version": 1,
    "journey": "public_address",
    "place": "frankfurt",
    "started_at": "2026-11-30T09:40:00+00:00",
    "attempts": [
        {"started_at": "2026-11-30T09:40:00Z", "seconds": 0.26, "steps": [STEP]}
    ],
    "certificate": {
        "not_after": "2027-01-01T00:00:00+00:00",
        "subject": "odoo.example.com",
        "issuer": "Test CA",
        "not_before": "2026-10-03T00:00:00+00:00",
    },
    "phases": {"resolve": 0.01, "connect": 0.25},
    "sent_at": "2026-11-30T09:40:01.500+00:00",
}


def changed(path, value):
    """Return the report with another value at a path of keys."""
    report = deepcopy(REPORT)
    inner = report
    *parents, last = path
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return report


def test_a_report_is_read():
    found = contract.parse(REPORT)
    assert (found.journey, found.place) == ("public_address", "frankfurt")
    assert found.started_at == datetime(2026, 11, 30, 9, 40)
    (attempt,) = found.attempts
    assert attempt.seconds == 0.26
    assert attempt.failed_step.cause == "connection_refused"
    assert attempt.failed_step.values == STEP["values"]
    assert found.certificate.not_after == datetime(2027, 1, 1)
    assert found.certificate.not_before == datetime(2026, 10, 3)
    assert found.sent_at == datetime(2026, 11, 30, 9, 40, 1)
    assert found.phases == {"resolve": 0.01, "connect": 0.25}


def test_senders_may_know_neither_their_clock_nor_a_begin():
    assert contract.parse(changed(["sent_at"], None)).sent_at is None
    found = contract.parse(changed(["certificate", "not_before"], None))
    assert found.certificate.not_before is None


def test_there_may_be_no_certificate():
    assert contract.parse(changed(["certificate"], None)).certificate is None


def test_unknown_keys_phases_and_values_are_ignored():
    report = changed(["more"], 1)
    report["phases"]["other"] = "x"
    values = {"list": [1], "n" * 99: 1, "number": 2**60, "host": "x"}
    report["attempts"][0]["steps"][0]["values"] = values
    found = contract.parse(report)
    assert found.phases.keys() == {"resolve", "connect"}
    assert found.attempts[0].failed_step.values == {"host": "x"}


def test_a_cause_that_only_a_newer_probe_knows_is_an_error():
    found = contract.parse(changed([*IN_STEP, "cause"], "unheard_of"))
    assert found.attempts[0].failed_step.cause == "probe_error"


TEXTS = (
    *("host", "location", "names", "issuer"),
    *("message", "model", "document", "state", "expected", "login", "carrier"),
)
NUMBERS = "port", "status"
MOMENTS = "not_before", "not_after"
IN_ATTEMPT = ["attempts", 0]
IN_STEP = [*IN_ATTEMPT, "steps", 0]


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["version"], 2, "version must be 1"),
        (["journey"], None, "journey is needed"),
        (["journey"], "x" * 201, "journey must not have more than 200"),
        (["place"], " ", "place is needed"),
        (["place"], "odoo", "place must not be odoo"),
        (["started_at"], "2026-11-30T09:40:00", "started_at must be a time"),
        (["attempts"], [], "attempts must have from 1 to 10 entries"),
        (["attempts"], [REPORT["attempts"][0]] * 11, "attempts must have from 1"),
        (["attempts"], {}, "attempts must be a list"),
        ([*IN_ATTEMPT, "steps"], [], "steps must have from 1 to 20 entries"),
        ([*IN_ATTEMPT, "seconds"], -1, "seconds must be seconds"),
        ([*IN_ATTEMPT, "seconds"], 86401, "seconds must not be more than a day"),
        ([*IN_STEP, "step"], "guess", "step must be one of resolve, connect"),
        ([*IN_STEP, "result"], "slow", "result must be one of passed, failed"),
        ([*IN_STEP, "cause"], "", "cause is needed"),
        ([*IN_STEP, "error"], 1, "error must be a text"),
        ([*IN_STEP, "values"], [], "values must be an object"),
        (["phases", "connect"], "1", "connect must be seconds"),
        (["certificate", "not_after"], None, "not_after must be a time"),
        (["certificate", "not_before"], "soon", "not_before must be a time"),
        (["sent_at"], 5, "sent_at must be a time"),
    ],
)
def test_what_breaks_the_contract_is_refused(path, value, sentence):
    with pytest.raises(InvalidReport, match=sentence):
        contract.parse(changed(path, value))


@pytest.mark.parametrize(
    ("path", "moment", "sentence"),
    [
        (["started_at"], "1999-12-31T23:59:59Z", "started_at must be a time from"),
        (["started_at"], "9999-12-31T23:59:59Z", "started_at must be a time from"),
        (["started_at"], "0001-01-01T00:00:00+14:00", "started_at must be a time"),
        *(
            ([*path, "started_at"], moment, "within a day after that of the run")
            for path in (IN_ATTEMPT, IN_STEP)
            for moment in ("2026-11-30T09:39:58Z", "2026-12-01T09:40:01Z")
        ),
        *(
            ([*path, "started_at"], moment, "started_at must be a time from 2000")
            for path in (IN_ATTEMPT, IN_STEP)
            for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
        ),
    ],
)
def test_a_run_and_its_parts_are_of_one_time(path, moment, sentence):
    with pytest.raises(InvalidReport, match=sentence):
        contract.parse(changed(path, moment))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        *((name, 5, f"{name} must be a text") for name in TEXTS),
        *((name, "443", f"{name} must be a number") for name in NUMBERS),
        *((name, True, f"{name} must be a number") for name in NUMBERS),
        *((name, 2**60, f"{name} must be a number") for name in NUMBERS),
        *((name, -1, f"{name} must be a number") for name in NUMBERS),
        *((name, 5, f"{name} must be a time") for name in MOMENTS),
        *((name, "soon", f"{name} must be a time") for name in MOMENTS),
    ],
)
def test_what_a_sentence_names_has_its_type(name, value, sentence):
    with pytest.raises(InvalidReport, match=sentence):
        contract.parse(changed([*IN_STEP, "values"], {name: value}))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 30)),  # it has no end: RFC 5280
        ("9999-12-31T23:59:59-12:00", datetime(9999, 12, 30)),
        ("0001-01-01T00:00:00Z", datetime(2000, 1, 1)),
        ("0001-01-01T00:00:00+14:00", datetime(2000, 1, 1)),
        ("2027-01-01T00:00:00+01:00", datetime(2026, 12, 31, 23)),
    ],
)
def test_times_of_certificates_can_be_shown_in_all_time_zones(sent, shown):
    found = contract.parse(changed(["certificate", "not_after"], sent))
    assert found.certificate.not_after == shown
    values = dict.fromkeys(MOMENTS, sent)
    found = contract.parse(changed([*IN_STEP, "values"], values))
    text = f"{shown.isoformat()}Z"
    assert found.attempts[0].failed_step.values == dict.fromkeys(MOMENTS, text)


def test_what_no_sentence_names_is_ignored():
    values = {"step": [1], "text": 5, "class": {}, "port": None, "host": ""}
    found = contract.parse(changed([*IN_STEP, "values"], values))
    assert found.attempts[0].failed_step.values == {}


@pytest.mark.parametrize("step", steps.STEPS)
def test_each_step_of_a_probe_is_known(step):
    found = contract.parse(changed([*IN_STEP, "step"], step))
    assert found.attempts[0].failed_step.step == step


@pytest.mark.parametrize("body", [None, [], "x"])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(InvalidReport, match="must be an object"):
        contract.parse(body)


def test_a_place_that_masking_would_change_is_refused():
    report = contract.parse(REPORT)
    contract.check_names(report, lambda name: name)
    with pytest.raises(InvalidReport, match="looks like a secret"):
        contract.check_names(report, lambda name: "…")
