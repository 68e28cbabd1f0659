"""Use the test addon ``reliability_probe``, whose method can kill a worker."""

import contextlib
import http.client
import threading
import xmlrpc.client

import psutil
from waiting import wait_until

MODEL, METHOD, OPERATION = "probe.work", "work", "probe_work"
SECONDS_OF_A_BURNING_WORKER = 1.0


def measure(user, **values):
    """Create an operation for its method, as an administrator does; return the id.

    :param values: fields of the operation, instead of the probe's
    """
    operation = {
        "name": "Probe",
        "code": OPERATION,
        "service_id": user.ref("reliability.service_platform"),
        "model": MODEL,
        "method": METHOD,
        **values,
    }
    return user.call("reliability.operation", "create", operation)


def work(user, kind="nothing", amount=0):
    """Call the method; return whether there was a response."""
    lost = (OSError, http.client.HTTPException, xmlrpc.client.Fault)
    with contextlib.suppress(*lost):
        return user.call(MODEL, METHOD, [], kind, amount)
    return False


def working(user, kind="nothing", amount=0):
    """Call the method in a thread; return the thread."""
    thread = threading.Thread(target=work, args=(user, kind, amount), daemon=True)
    thread.start()
    return thread


def busy_worker(server):
    """Return the worker that runs ``burn``: the first to compute for so long."""
    before = {psutil.Process(pid): _computed(pid) for pid in server.worker_pids()}
    return wait_until(
        lambda: next(
            (
                worker
                for worker, seconds in before.items()
                if _computed(worker.pid) - seconds > SECONDS_OF_A_BURNING_WORKER
            ),
            None,
        ),
        "no worker is busy",
    )


def _computed(pid):
    """Return the processor time of a process, in seconds."""
    return sum(psutil.Process(pid).cpu_times()[:2])
