"""The requests of an ingress, by its access log."""

from .access_log import AccessLog
from .attempts import Attempts
from .endpoint import PRODUCTS
from .request import Request
from .tally import Tally, tally_requests
from .unseen import Unseen


class Traffic:
    """Reads the access log, and remembers what Odoo cannot know.

    :ivar unseen: requests that Odoo never saw
    :ivar attempts: which servers accept requests
    """

    def __init__(self, product: str, path: str):
        self._read_line = PRODUCTS[product].read_line
        self._log = AccessLog(path)
        self.unseen, self.attempts = Unseen(), Attempts()

    def read(self, now: float, patience: float) -> Tally:
        """Return what became of the requests since the last reading.

        :param now: of the monotonic clock
        :param patience: seconds of waiting that are long
        :raise OSError: the file cannot be read
        :raise ValueError: no new line can be read
        """
        lines = self._log.read()
        found = []
        for line in lines:
            try:
                found.append(self._read_line(line))
            except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                continue  # of another format: the others count
        if lines and not found:
            raise ValueError("the access log has another format")
        requests: list[Request] = list(filter(None, found))
        self.unseen.add(requests)
        self.attempts.add(requests, now)
        return tally_requests(requests, patience)

    def close(self) -> None:
        """Close the file."""
        self._log.close()
