"""The test addon ``reliability_probe``: a measured method that a worker can die of."""

import contextlib
import http.client
import threading
import time
import xmlrpc.client

import psutil

MODEL, METHOD, OPERATION = "probe.work", "work", "probe_work"


def install(user):
    """Install it through the server, as a user does in Apps."""
    found = user.call(
        "ir.module.module", "search", [("name", "=", "reliability_probe")]
    )
    user.call("ir.module.module", "button_immediate_install", found)


def measure(user, **values):
    """Let an administrator measure its method, as in the form; return the record."""
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
    """Return the worker that burns: in a second, it takes more time than the other."""
    workers = [psutil.Process(pid) for pid in server.worker_pids()]
    before = [sum(worker.cpu_times()[:2]) for worker in workers]
    time.sleep(1)
    burnt = [sum(worker.cpu_times()[:2]) for worker in workers]
    return max(zip(workers, before, burnt, strict=True), key=lambda w: w[2] - w[1])[0]
