"""What all simulators share: they listen, plan faults, and remember what was asked."""

import dataclasses
import threading
from functools import partial
from http.server import ThreadingHTTPServer

from .faults import DOES_IT, EVERY, SLOW, Behaviour, Plan, one_of
from .handler import Handler
from .messages import NOBODY, REFUSALS, Request, as_json


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a system was asked once, and how it behaved.

    :ivar reference: the name that the caller has for what it is about, as far as known
    """

    request: Request
    system: str
    operation: str
    reference: str
    fault: str = "ok"

    @property
    def is_done(self):
        """Whether the system has done what it was asked for."""
        return self.fault in DOES_IT

    def as_dict(self):
        """Return it for JSON."""
        names = ("system", "operation", "reference", "fault", "is_done")
        return {name: getattr(self, name) for name in names}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, simulator, port):
        super().__init__(("127.0.0.1", port), Handler)
        self.simulator = simulator


class HttpSimulator:
    """Systems on a port of their own; ``with`` lets them answer for the block.

    Other processes direct them by JSON: ``POST /simulator/<action>`` with the arguments
    of one of the methods that :attr:`actions` names; ``GET`` takes them from the query.

    :param port: a free one if it is 0
    :cvar actions: names of the methods that are called over HTTP
    :ivar plan: the :class:`~.faults.Plan` of what systems do
    :ivar when_asked: called with each :class:`Asked` once it is done what was asked
        for, before it is answered
    """

    actions = ("behave", "forget", "asked")

    def __init__(self, port=0):
        self.plan = Plan()
        self.when_asked = lambda asked: None
        self._asked = []
        self._lock = threading.Lock()
        self._server = _Server(self, port)
        # How often it looks whether it is to end, in seconds.
        serve = partial(self._server.serve_forever, poll_interval=0.05)
        self._thread = threading.Thread(target=serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self):
        """The port they listen on."""
        return self._server.server_port

    @property
    def url(self):
        """Where they answer, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self):
        """Return when they do not answer any more."""
        self._thread.join()

    def operations(self, system):
        """Return the names of what a system can be asked for.

        :raise ValueError: there is no such system
        """
        raise NotImplementedError

    def subject(self, request):
        """Return system, operation and reference of a request; nothing for a 404."""
        raise NotImplementedError

    def answer(self, asked):
        """Do what a system is asked for, and return its answer; one at a time."""
        raise NotImplementedError

    def refusal(self, asked):
        """Return the answer of a system that does nothing; for timeouts, nothing."""
        return REFUSALS.get(asked.fault)

    def behaviour(self, asked):
        """Return how a system behaves now: as planned."""
        return self.plan.take(asked.system, asked.operation)

    def behave(self, system, fault, times=1, operation=EVERY, seconds=SLOW):
        """Plan how a system behaves when it is asked next.

        :param fault: one of :data:`~.faults.FAULTS`
        :param times: how often; 0 from now on
        :param operation: the only one that the plan is for
        :param seconds: how long it is slow
        :raise ValueError: there is no such system, operation or fault
        """
        one_of(operation, (EVERY, *self.operations(system)))
        self.plan.add(system, operation, Behaviour(fault, seconds), times)

    def forget(self):
        """Let everything work again; what was done stays."""
        self.plan.forget()

    def asked(self, **wanted):
        """Return each :class:`Asked`, in order.

        :param wanted: only those with these values, such as ``operation="label"``
        """
        return [
            asked
            for asked in list(self._asked)
            if all(getattr(asked, name) == value for name, value in wanted.items())
        ]

    def ask(self, request):
        """Ask a system, which does what it is asked for unless it is to fail.

        :return: its behaviour, and its answer
        """
        subject = self.subject(request)
        if subject is None:
            return Behaviour(), NOBODY
        asked = Asked(request, *subject)
        with self._lock:
            behaviour = self.behaviour(asked)
            asked = dataclasses.replace(asked, fault=behaviour.fault)
            answer = self.answer(asked) if asked.is_done else self.refusal(asked)
            self._asked.append(asked)
        self.when_asked(asked)
        return behaviour, answer

    def direct(self, request):
        """Return the answer to a request to the simulator itself, see the class."""
        try:
            action = getattr(self, one_of(request.path, self.actions))
        except ValueError as error:
            return as_json({"error": str(error)}, 404)
        try:
            result = action(**request.query, **request.json)
        except (AttributeError, TypeError, ValueError) as error:  # wrong arguments
            return as_json({"error": str(error)}, 400)
        return as_json({} if result is None else result)
