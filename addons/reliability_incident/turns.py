"""Turns: what is too expensive for all each time is done for some, and then others."""

from collections.abc import Sequence


def in_turn(items: Sequence, always: int, others: int, turn: int) -> list:
    """Return the first items, and some of the others.

    :param always: how many of the first are in every turn
    :param others: how many of the rest are in each turn
    :param turn: its number; within ``len(items)`` consecutive ones, each has its turn
    """
    first, rest = list(items[:always]), list(items[always:])
    if len(rest) <= others:
        return first + rest
    begin = turn * others % len(rest)
    return first + (rest + rest)[begin : begin + others]
