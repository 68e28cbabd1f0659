"""EDI partners on loopback: they exchange documents over HTTP, and fail as told."""

from .edifact import garbage, orders
from .simulator import Simulator

__all__ = ["Simulator", "garbage", "orders"]
