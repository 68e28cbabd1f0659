"""System parameters: their keys, their defaults, and the only parser of their texts.

Administrators can store any text as a system parameter, also outside of Settings.  The
screen, the code, the collector and SQL must read the same from it.
"""

from datetime import datetime
from typing import NamedTuple

NO = ("", "0", "f", "false", "n", "no", "off")
"""Texts that mean no, as Odoo's ``str2bool``; in SQL, too."""


class SwitchParameter(NamedTuple):
    """A system parameter that is on or off.

    :ivar key: of the system parameter
    :ivar default: whether it is on where it is missing
    """

    key: str
    default: bool = False

    def parse(self, text: str | bool | None) -> bool:
        """Return whether it is on: any text that does not mean no."""
        text = str(text or "").strip().lower()
        return text not in NO if text else self.default


class NumberParameter(NamedTuple):
    """A system parameter with a whole number.

    :ivar key: of the system parameter
    :ivar default: replaces a missing or invalid value
    :ivar maximum, minimum: bounds of valid numbers
    """

    key: str
    default: int
    maximum: int
    minimum: int = 1

    def parse(self, text: str | bool | None) -> int:
        """Return the number; the default replaces an invalid text."""
        text = str(text or "")
        number = int(text) if text.isdecimal() and len(text) < 20 else None
        return number if number is not None and self.allows(number) else self.default

    def allows(self, number: int) -> bool:
        """Return whether a number is within the bounds."""
        return self.minimum <= number <= self.maximum


class MomentParameter(NamedTuple):
    """A system parameter with a moment in UTC, as Odoo stores it.

    :ivar key: of the system parameter
    """

    key: str

    def parse(self, text: str | bool | None) -> datetime | None:
        """Return the moment; ``None`` where there is no valid one."""
        try:
            return datetime.strptime(str(text or ""), "%Y-%m-%d %H:%M:%S")
        except ValueError:
            return None


Parameter = SwitchParameter | NumberParameter | MomentParameter
