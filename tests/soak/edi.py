"""Five thousand documents with random faults, one by one and by jobs.

The ledger's outcomes equal the partner's own record, attempt by attempt.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from setup import databases, odoo_config, partners, paths, postgres, python_env
from setup.simulators import Behaviour

sys.path.insert(0, str(Path(__file__).parents[1]))
import ledger_collector
from edi_documents import make

CROWD = Path(__file__).parents[1] / "exchanges" / "edi_crowd.py"
DATABASE = "reliability_soak_edi"
FOLDER = paths.RUN / "soak" / "edi"
PARTNER = "acme_corporation"
DOCUMENTS, WORKERS = int(os.environ.get("SOAK_DOCUMENTS", 5_000)), 4
FAULTS = {"ok": 12, "refuses": 3, "unavailable": 3, "timeout_after": 1, "cut": 1}
"""How the partner behaves → how often, of 20."""
OUTCOME = {
    "ok": "succeeded",
    **dict.fromkeys(("refuses", "unavailable"), "failed"),
    **dict.fromkeys(("timeout_after", "cut"), "unknown"),
}

LEDGER = """
    SELECT json_object_agg(record.identifier, json_build_object(
        'outcomes', (SELECT json_agg(outcome ORDER BY attempt.started, attempt.id)
                       FROM reliability_attempt AS attempt
                       JOIN reliability_exchange AS exchange
                         ON exchange.id = exchange_id
                      WHERE res_id = record.id
                        AND res_model = 'edi.exchange.record'),
        'exchanges', (SELECT count(*) FROM reliability_exchange
                       WHERE res_id = record.id
                         AND res_model = 'edi.exchange.record'),
        'state', record.edi_exchange_state,
        'document_state', (SELECT state FROM reliability_edi_document
                   WHERE record_id = record.id)))
      FROM edi_exchange_record AS record
"""


@pytest.fixture
def config():
    shutil.rmtree(FOLDER, ignore_errors=True)
    path = FOLDER / "odoo.conf"
    databases.copy(databases.FULL, DATABASE)
    odoo_config.write(path, {"db_name": DATABASE})
    return path


class RandomFaults(partners.Simulator):
    """A partner that fails at random."""

    def __init__(self):
        super().__init__()
        self._chance = random.Random(8)

    def behaviour(self, asked):
        (fault,) = self._chance.choices(list(FAULTS), FAULTS.values())
        return Behaviour(fault)


def run(config, documents, url):
    """Let workers send the documents; return their exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "documents.json").write_text(json.dumps(documents))
    return subprocess.run(
        [paths.PYTHON, CROWD, FOLDER / "documents.json", str(WORKERS)],
        cwd=paths.RUN,
        env=python_env.environ(
            ODOO_RC=str(config),
            PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
            SIMULATED_PARTNERS=url,
            SIMULATED_PARTNERS_PATIENCE="0.2",
        ),
        check=False,
    ).returncode


def _compare(ours, theirs):
    """Compare outcomes, document by document and attempt by attempt.

    :return: the number of answers that arrived after the timeout
    """
    late = 0
    assert ours.keys() == theirs.keys()
    for name, outcomes in ours.items():
        assert len(outcomes) == len(theirs[name]), name
        for our, their in zip(outcomes, theirs[name], strict=True):
            assert our in (their, "unknown"), name
            late += our != their
    return late


def test_the_ledger_equals_the_partners_record(config):
    documents = make(config, PARTNER, DOCUMENTS)
    started = time.monotonic()
    with RandomFaults() as simulator:
        assert run(config, documents, simulator.url) == 0
    took = time.monotonic() - started
    ledger_collector.wait_until_decided(DATABASE, config)
    for _poll in range(1 + DOCUMENTS // 2000):  # as the collector's next ones
        postgres.psql("SELECT reliability_maintain_edi()", DATABASE)
    ledger = json.loads(postgres.psql(LEDGER, DATABASE))
    theirs = defaultdict(list)
    for asked in simulator.asked():
        theirs[asked.reference].append(OUTCOME[asked.fault])
    ours = {name: row["outcomes"] or [] for name, row in ledger.items()}
    attempts = sum(map(len, theirs.values()))
    print(f"\n{len(ours)} documents, {attempts} attempts in {took:.0f} s")
    print(Counter(outcome for outcomes in theirs.values() for outcome in outcomes))
    assert len(ours) == DOCUMENTS
    late = _compare(ours, theirs)
    # On a busy machine a few answers arrive after the timeout.
    assert late <= attempts / 100
    assert {row["exchanges"] for row in ledger.values()} == {1}
    for row in ledger.values():
        sent = row["outcomes"][-1] == "succeeded"
        assert (row["state"] == "output_sent") == sent
        assert row["document_state"] == ("done" if sent else "failed")
