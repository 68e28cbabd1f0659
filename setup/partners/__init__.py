"""Simulated EDI partners: they exchange documents over HTTP, and fail as planned."""

from .edifact import garbage, orders
from .simulator import Simulator

__all__ = ["Simulator", "garbage", "orders"]
