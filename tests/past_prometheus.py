"""A Prometheus that has scraped and recorded the past."""

import json
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

from setup import debian
from setup.prometheus import Prometheus

_RULES = "rules.yml"
"""Its path is part of when rules are evaluated, so it is relative."""
_RETENTION = "90d"
_LEVELS = 3
"""Our rules read what others have recorded, and those what others have."""
_BLOCKS = "--max-block-duration=54h"
"""By default, a month is hundreds of blocks, which take minutes to merge."""


class PastPrometheus(Prometheus):
    """Prometheus without targets; samples and rules are backfilled by its own tool.

    :param folder: for its files; it must not exist
    """

    def __init__(self, folder: Path):
        super().__init__(folder, port=None)

    def configure(self):
        self.config.write_text("scrape_configs: []\n")

    def command(self):
        return [*super().command(), f"--storage.tsdb.retention.time={_RETENTION}"]

    def scrape(self, samples: str) -> None:
        """Store samples; call it before the start.

        :param samples: in OpenMetrics, with their times
        """
        self.folder.mkdir(parents=True)
        (self.folder / "samples.txt").write_text(samples)
        self._backfill("openmetrics", "samples.txt", "data")

    def record(self, rules: str, begin: float, end: float) -> None:
        """Store what the recording rules record from a moment to another.

        A rule may read what others have recorded, which the tool does not provide for:
        each level of rules needs a run of its own.

        :param rules: a rules file
        :param begin, end: in seconds since 1970
        """
        (self.folder / _RULES).write_text(rules)
        span = f"--start={begin:.0f}", f"--end={end:.0f}"
        for _level in range(_LEVELS):
            server = f"--url={self.url}", "--output-dir=data"
            self._backfill("rules", *server, *span, _RULES)
            self.stop()  # it reads new blocks when it starts
            self.start()

    def by_time(
        self, expression: str, begin: float, end: float, step: int = 60
    ) -> dict[float, dict[str, float]]:
        """Evaluate an expression from a moment to another.

        :return: time → labels as JSON → value; only times with values
        """
        span = {"start": begin, "end": end, "step": step}
        found: dict[float, dict[str, float]] = {}
        for series in self._get("query_range", query=expression, **span)["result"]:
            labels = json.dumps(series["metric"], sort_keys=True)
            for time, value in series["values"]:
                found.setdefault(time, {})[labels] = float(value)
        return found

    def _get(self, path, **arguments):
        query = urllib.parse.urlencode(arguments)
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}") as answer:
            return json.load(answer)["data"]

    def _backfill(self, source, *arguments):
        command = "tsdb", "create-blocks-from", _BLOCKS, source
        promtool(*command, *arguments, folder=self.folder)


def promtool(*arguments, folder: Path | None = None) -> str:
    """Return what Prometheus' own tool prints.

    :param folder: in which it runs
    :raise AssertionError: it finds an error, with its message
    """
    tool = Path(debian.program("prometheus")).with_name("promtool")
    process = subprocess.run(
        [tool, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    output = process.stdout + process.stderr
    assert process.returncode == 0, output
    return output
