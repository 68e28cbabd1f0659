"""Parses the body of a message; plain Python."""

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 32
"""How many objects and lists may be inside each other."""


class InvalidBody(Exception):
    """A body that is no message; its text says why, and quotes nothing of it."""


def parse(content: bytes) -> dict[str, Any]:
    """Return the JSON object that a body consists of.

    Everything in it can be stored by PostgreSQL, and be walked through recursively.

    :raise InvalidBody: it is something else
    """
    try:
        value = json.loads(
            content.decode(), parse_float=_parse_float, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise InvalidBody(f"The body is not UTF-8: see byte {error.start}.") from None
    except json.JSONDecodeError as error:
        raise InvalidBody(
            f"The body is not JSON: {error.msg} in line {error.lineno}, column"
            f" {error.colno}."
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise InvalidBody("The body has a number with too many digits.") from None
    if not isinstance(value, dict):
        raise InvalidBody("The body must be a JSON object: {...}.")
    _check(value)
    return value


def _check(value: Any) -> None:
    """Check depth and texts, without recursion."""
    waiting = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if isinstance(part, str):
            _check_text(part)
        elif isinstance(part, dict | list):
            if depth > MAX_DEPTH:
                raise _too_deep()
            waiting += [(inner, depth + 1) for inner in part]
            if isinstance(part, dict):
                waiting += [(inner, depth + 1) for inner in part.values()]


def _check_text(text: str) -> None:
    if "\0" in text:
        raise InvalidBody("The body has a text with the character NUL (\\u0000).")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidBody(
            "The body has a text with half of a surrogate pair (\\ud800 to \\udfff)."
        ) from None


def _parse_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise InvalidBody("The body has a number that is too large.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidBody(f"The body has {name}, which JSON does not have.")


def _too_deep() -> InvalidBody:
    return InvalidBody(f"The body is nested more than {MAX_DEPTH} levels deep.")
