"""Text that is no structure: sentences, log lines, headers, tracebacks."""

import re

from .addresses import mask_accounts, mask_queries
from .assignments import mask_assignments
from .formats import mask_formats
from .numbers import mask_numbers
from .phrases import mask_phrases
from .tokens import mask_random_words, mask_tokens
from .values import Nested

MAX_BLOCK = 2000
"""Characters that a rule reads at once, so that it never takes long: of a line that is
longer, the rest is not shown."""
_BLOCK = re.compile(
    rf".{{0,{MAX_BLOCK - 1}}}(?:\n|\Z)|(?P<start>.{{{MAX_BLOCK - 1}}})[^\n]*", re.DOTALL
)
"""Whole lines, or the start of one."""


def mask_prose(text: str, guesses: bool, nested: Nested) -> str:
    """Mask secrets and personal data in text around structures.

    :param guesses: also mask what merely looks like a key, a card or a phone number
    """

    def masked_block(found: re.Match) -> str:
        block = f"{found['start']}…" if found["start"] else found[0]
        return mask_block(block, guesses, nested)

    return _BLOCK.sub(masked_block, mask_formats(text))


def mask_block(text: str, guesses: bool, nested: Nested) -> str:
    """Mask some lines.

    What has a name is masked first: later rules would take a part of a value away from
    its name.
    """
    if not text or text.isspace():
        return text
    text = mask_queries(text, nested)
    text = mask_assignments(text)
    text = mask_phrases(text)
    text = mask_accounts(text)
    text = mask_tokens(text)
    if guesses:
        text = mask_random_words(text)
        text = mask_numbers(text)
    return text
