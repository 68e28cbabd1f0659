"""The base class of simulators: listens, plans faults, and records requests."""

import dataclasses
import threading
from functools import partial
from http.server import ThreadingHTTPServer

from .faults import DOES_IT, EVERY, SLOW, Behaviour, Plan, one_of
from .handler import Handler
from .messages import NOT_FOUND, REFUSALS, Request, as_json


@dataclasses.dataclass(frozen=True)
class HandledRequest:
    """A request to a system, and the fault with which it was handled.

    :ivar reference: the client's name for the subject, as far as known
    """

    request: Request
    system: str
    operation: str
    reference: str
    fault: str = "ok"

    @property
    def is_done(self):
        """Whether the system has carried the request out."""
        return self.fault in DOES_IT

    def as_dict(self):
        """Return the request for JSON."""
        names = ("system", "operation", "reference", "fault", "is_done")
        return {name: getattr(self, name) for name in names}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, simulator, port):
        super().__init__(("127.0.0.1", port), Handler)
        self.simulator = simulator


class HttpSimulator:
    """Simulated systems on a port; ``with`` lets them answer for the block.

    Other processes call their actions over HTTP: ``POST /simulator/<action>`` with the
    arguments as JSON, or ``GET`` with the arguments in the query.

    :param port: a free one if it is 0
    :cvar actions: names of the methods that are called over HTTP
    :ivar plan: the :class:`~.faults.Plan` of behaviours
    :ivar on_request: called with each :class:`HandledRequest` after it is carried out,
        before the answer
    """

    actions = ("behave", "forget", "asked")

    def __init__(self, port=0):
        self.plan = Plan()
        self.on_request = lambda handled: None
        self._handled = []
        self._lock = threading.Lock()
        self._server = _Server(self, port)
        # The interval, in seconds, in which the server checks whether to stop.
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
        """The port on which the systems listen."""
        return self._server.server_port

    @property
    def url(self):
        """The address of the systems, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self):
        """Wait until the systems are stopped."""
        self._thread.join()

    def operations(self, system):
        """Return the names of a system's operations.

        :raise ValueError: there is no such system
        """
        raise NotImplementedError

    def subject(self, request):
        """Return system, operation and reference of a request; ``None`` for a 404."""
        raise NotImplementedError

    def answer(self, asked):
        """Carry a request out, and return the answer; never called in parallel."""
        raise NotImplementedError

    def refusal(self, asked):
        """Return the answer to a request not carried out; ``None`` for timeouts."""
        return REFUSALS.get(asked.fault)

    def behaviour(self, asked):
        """Return the behaviour for a request: the planned one."""
        return self.plan.take(asked.system, asked.operation)

    def behave(self, system, fault, times=1, operation=EVERY, seconds=SLOW):
        """Plan the behaviour of a system for its next requests.

        :param fault: one of :data:`~.faults.FAULTS`
        :param times: number of requests; 0 for all
        :param operation: the operation, by default all
        :param seconds: delay of the answer with the fault ``slow``
        :raise ValueError: there is no such system, operation or fault
        """
        one_of(operation, (EVERY, *self.operations(system)))
        self.plan.add(system, operation, Behaviour(fault, seconds), times)

    def forget(self):
        """Remove all plans, so that systems work again; their data stays."""
        self.plan.forget()

    def asked(self, **wanted):
        """Return each :class:`HandledRequest`, in order.

        :param wanted: values of its attributes, such as ``operation="label"``
        """
        return [
            handled
            for handled in list(self._handled)
            if all(getattr(handled, name) == value for name, value in wanted.items())
        ]

    def handle(self, request):
        """Handle a request to a system: carry it out unless a fault prevents that.

        :return: the behaviour, and the answer
        """
        subject = self.subject(request)
        if subject is None:
            return Behaviour(), NOT_FOUND
        handled = HandledRequest(request, *subject)
        with self._lock:
            behaviour = self.behaviour(handled)
            handled = dataclasses.replace(handled, fault=behaviour.fault)
            answer = self.answer(handled) if handled.is_done else self.refusal(handled)
            self._handled.append(handled)
        self.on_request(handled)
        return behaviour, answer

    def direct(self, request):
        """Call the action that a request to the simulator names; return the answer."""
        try:
            action = getattr(self, one_of(request.path, self.actions))
        except ValueError as error:
            return as_json({"error": str(error)}, 404)
        try:
            result = action(**request.query, **request.json)
        except (AttributeError, TypeError, ValueError) as error:  # wrong arguments
            return as_json({"error": str(error)}, 400)
        return as_json({} if result is None else result)
