"""The test addon ``reliability_probe``: a measured method that a worker can die of."""

import contextlib
import http.client
import threading
import xmlrpc.client

import psutil
from waiting import wait_until

MODEL, METHOD, OPERATION = "probe.work", "work", "probe_work"
SECONDS_OF_A_BURNING_WORKER = 1.0


def measure(user, **values):
    """Let an administrator measure its method, as in the form; return the record.

    :param values: of the operation, instead of those of the probe
    """
    platform = user.call(
        "ir.model.data", "check_object_reference", "reliability", "service_platform"
    )[1]
    operation = {
        "name": "Probe",
        "code": OPERATION,
        "service_id": platform,
        "model": MODEL,
        "method": METHOD,
        **values,
    }
    return user.call("reliability.operation", "create", operation)


def work(user, kind="nothing", amount=0):
    """Call the method; return whether it was answered."""
    lost = (OSError, http.client.HTTPException, xmlrpc.client.Fault)
    with contextlib.suppress(*lost):
        return user.call(MODEL, METHOD, [], kind, amount)
    return False


def working(user, kind="nothing", amount=0):
    """Call the method from a thread, which is returned."""
    thread = threading.Thread(target=work, args=(user, kind, amount), daemon=True)
    thread.start()
    return thread


def busy_worker(server):
    """Return the worker that burns: it is the first to compute for so long."""
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
    """Return the seconds of a processor that a process has taken."""
    return sum(psutil.Process(pid).cpu_times()[:2])
