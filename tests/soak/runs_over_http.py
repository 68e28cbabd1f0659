"""A hundred real runs over HTTP, while probes and workers are killed at any point.

What was shipped remains, cancelled and returned; nothing of the business changes.
"""

import os
import shutil
import sys
from pathlib import Path

from setup import paths

sys.path.insert(0, str(Path(__file__).parents[1]))
from real_runs.many import run_many

RUNS = int(os.environ.get("SOAK_REAL_RUNS", "100"))
FOLDER = paths.RUN / "soak" / "real-runs"


def test_only_what_was_shipped_remains():
    shutil.rmtree(FOLDER, ignore_errors=True)
    found = run_many("reliability_soak_real_runs", FOLDER, RUNS)
    print(found)
    assert not found.failed
    assert found.left.documents == found.remaining
    assert found.left.not_returned == 0
    fewest, all_of_them = found.may_be_shipped
    assert fewest <= found.shipped <= all_of_them
    assert found.left.counted == (found.shipped, 2 * found.shipped)
    assert found.left.stock["internal"] == found.begin.stock["internal"]
    assert not found.changed_figures
    assert not found.changed_records
    assert not found.changed_elsewhere
