"""The layer that made calls slower."""

from typing import NamedTuple

from odoo.addons.reliability.api import LAYERS, LayerCosts

_MIN_CALLS = 20
"""Calls needed to know what is usual."""
_MIN_SHARE = 0.5
"""A layer is the suspect if it has more than this share of the added time."""


class Suspect(NamedTuple):
    """The layer that made calls slow.

    :ivar now: its seconds per call
    :ivar usual: its usual seconds per call; ``None`` where that is not known
    """

    layer: str
    now: float
    usual: float | None


def find_suspect(now: LayerCosts, usual: LayerCosts) -> Suspect | None:
    """Return the layer that got most of the time beyond what is usual.

    Without enough calls to know what is usual, return the layer that takes most of the
    time.

    :param now: the costs of the calls in trouble
    :param usual: the costs of calls in a longer time before
    """
    is_known = usual.calls >= _MIN_CALLS
    before = usual.layers() if is_known else dict.fromkeys(LAYERS, 0.0)
    spent = now.layers()
    added = {layer: max(0.0, spent[layer] - before[layer]) for layer in LAYERS}
    layer = max(LAYERS, key=added.__getitem__)
    if not now.calls or added[layer] <= _MIN_SHARE * sum(added.values()):
        return None
    return Suspect(layer, spent[layer], before[layer] if is_known else None)
