"""A thousand rehearsals while users sell and ship without pause.

None fails, nothing remains of them, and no user waits for them.
"""

import os
import shutil
import sys
from pathlib import Path

from setup import paths

sys.path.insert(0, str(Path(__file__).parents[1]))
from rehearsing.lock_probe import MAX_MS
from rehearsing.under_load import NAME, rehearse_under_load

REHEARSALS = int(os.environ.get("SOAK_REHEARSALS", "1000"))
FOLDER = paths.RUN / "soak" / NAME
MAX_SHARE = 0.005


def test_nothing_remains_and_nobody_waits():
    shutil.rmtree(FOLDER, ignore_errors=True)
    found = rehearse_under_load("reliability_soak_rehearsals", FOLDER, REHEARSALS)
    print(found)
    assert not found.failed
    assert not found.differences
    assert not found.written
    with_them, without = found.confirmations
    assert with_them == without == {"success": sum(found.rounds)}
    assert 1000 * found.locks.longest <= MAX_MS
    assert not found.locks.too_long
    assert found.share <= MAX_SHARE
