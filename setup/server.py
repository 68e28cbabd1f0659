"""The base class of servers: start them, wait until they answer, stop them."""

import time
import urllib.error
import urllib.request

from . import ports, processes
from .steps import Failure


class Server:
    """A program in the background that listens on loopback.

    ``with`` runs it for the block. All of its files are below ``folder``.

    :param folder: for its configuration, its log and its data
    :param port: its main port; a free one by default
    """

    kind = "server"
    timeout = 180  # seconds until it must answer, also on a busy machine

    def __init__(self, folder, port=None):
        self.folder = folder
        self.port = port or ports.free_port()
        self.name = f"{self.kind}-{self.port}"
        self.log = folder / f"{self.kind}.log"
        self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    @property
    def url(self):
        """Its address, without a slash at the end."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    @property
    def pid(self):
        """Its pid while it runs, else ``None``."""
        return processes.running(self.name)

    def start(self):
        """Start it unless it runs, and return once it answers.

        :raise Failure: a port is taken, it ends, or it does not answer in time
        """
        if self.pid:
            return
        for port, purpose in self.ports().items():
            ports.demand(port, purpose)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.configure()
        self._process = processes.start(
            self.name, self.command(), self.log, self.environ()
        )
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def stop(self):
        """Stop it by SIGTERM, then kill what is left of its process group."""
        processes.stop(self.name)
        self._reap()

    def kill(self):
        """Kill it and its process group, as kill -9 does."""
        processes.kill(self.name)
        self._reap()

    def ports(self):
        """Return the ports that it needs: port → purpose."""
        return {self.port: self.kind}

    def configure(self):
        """Write its configuration."""
        raise NotImplementedError

    def command(self):
        """Return the command that runs it in the foreground."""
        raise NotImplementedError

    def environ(self):
        """Return its environment; ``None`` stands for this process's."""
        return None

    def answers(self):
        """Whether it is ready for its clients."""
        raise NotImplementedError

    def responds(self, path, headers=None):
        """Whether it answers 200 to an HTTP request."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _wait(self):
        deadline = time.monotonic() + self.timeout
        while not self.answers():
            if (code := self._process.poll()) is not None:
                raise Failure(f"{self.name} ended with code {code}", log=self.log)
            if time.monotonic() > deadline:
                raise Failure(
                    f"{self.name} did not answer within {self.timeout} s",
                    log=self.log,
                )
            time.sleep(0.1)

    def _reap(self):
        """Wait for the process, where this object has started it."""
        if self._process:
            self._process.wait()
            self._process = None
