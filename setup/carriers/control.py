"""``/simulator/...``: plans faults and tells of parcels, also from other processes.

``POST behave`` {carrier, operation, fault, times, seconds}, ``POST forget``, ``POST
move`` {number, state}, ``GET parcels?reference=&carrier=``, ``GET
asked?carrier=&operation=``.
"""

from .protocol import as_json

NAME = "simulator"


def answer(simulator, request):
    """Do what is asked of the simulator itself."""
    act = _ACTIONS.get((request.method, request.path))
    if act is None:
        return as_json({"error": __doc__}, 404)
    try:
        return as_json(act(simulator, request))
    except (TypeError, ValueError) as error:  # what is asked makes no sense
        return as_json({"error": str(error)}, 400)


def _behave(simulator, request):
    simulator.behave(**request.json)
    return {}


def _forget(simulator, _request):
    simulator.forget()
    return {}


def _move(simulator, request):
    return simulator.move(**request.json).as_dict()


def _parcels(simulator, request):
    return [parcel.as_dict() for parcel in simulator.parcels(**request.query)]


def _asked(simulator, request):
    return [asked._asdict() for asked in simulator.asked(**request.query)]


_ACTIONS = {
    ("POST", "behave"): _behave,
    ("POST", "forget"): _forget,
    ("POST", "move"): _move,
    ("GET", "parcels"): _parcels,
    ("GET", "asked"): _asked,
}
