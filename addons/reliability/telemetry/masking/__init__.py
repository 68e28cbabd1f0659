"""Masking secrets and personal data in text before it is stored, shown or logged.

Errors and responses of partner systems may contain passwords, tokens, and the recipient
of a parcel.  The rules rather mask one word too many than one too few.

- :mod:`.engine` finds structures in a text, and what is quoted in it (:mod:`.quoting`).
- :mod:`.objects` (JSON and Python) and :mod:`.xml` show only values with names that are
  known to be harmless.  :mod:`.keys` knows the names, :mod:`.values` what becomes of a
  value.
- :mod:`.prose` is for the text around them.  It masks what has the name of a secret or
  of something personal (:mod:`.addresses`, :mod:`.assignments`, :mod:`.phrases`), what
  a format tells (:mod:`.formats`), and what needs no name: :mod:`.tokens` and
  :mod:`.numbers`.
"""

from ..storable import storable
from .engine import mask
from .values import MASK

MAX_LENGTH = 500


def masked(text: object, max_length: int = MAX_LENGTH) -> str:
    """Return text with secrets and personal data masked, and shortened.

    It never raises, also where ``str(text)`` does.

    :param text: any object, such as an error, as ``str`` shows it
    :param max_length: in characters
    """
    return _masked(text, max_length, is_name=False)


def masked_name(name: object, max_length: int = 200) -> str:
    """Return the name of a document, a parcel or a request, without secrets.

    Unlike in other text, a number is not taken for that of a card, an account or a
    phone, nor a word for a key because it looks random: tracking numbers may.
    """
    return _masked(name, max_length, is_name=True)


def without_query(url: str) -> str:
    """Return a URL without credentials and query parameters."""
    return masked(str(url).partition("?")[0])


def _masked(text: object, max_length: int, is_name: bool) -> str:
    try:
        # Masked text is shorter, so the first cut is generous.
        shown = storable(mask(storable(str(text)[: 4 * max_length]), not is_name))
    except Exception:
        # A text that cannot be masked is not shown; nothing fails because of it.
        return MASK[:max_length]
    return shown if len(shown) <= max_length else f"{shown[: max_length - 1]}…"
