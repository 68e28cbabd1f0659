"""Values that follow their name without a sign: ``password 'x'``, ``--token x``."""

import re

from .keys import Kind, kind_in_prose, kind_of
from .values import MASK, is_code, is_complaint, is_placeholder, is_unusual

_STRING = r""""[^"\n]+(?:"|\Z)|'[^'\n]+(?:'|\Z)"""
_NAME = r"[^\W\d][\w.-]*+"
_PHRASE = re.compile(
    rf"(?<![\w.$-])(?P<key>(?:{_NAME}[ ])??{_NAME})(?<! from)(?<! to)"
    r"(?:[ \t]{1,8}+(?:(?:is|was|of|equals|es|ist|lautet|est|->)[: ] ?)?|[\[(])"
    rf"""(?P<value>{_STRING}|(?=\S{{0,99}}?(?:[\d=+~!#$&]|(?-i:[a-z][A-Z])))[^\s"']+)""",
    re.IGNORECASE,
)
"""One or two words, and a string or a word that is none of a sentence."""
_OPTION = re.compile(
    rf"(?<!\S)--?(?P<key>[a-z][\w-]{{0,40}}+)[ =](?P<value>{_STRING}|\S+)",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"""[(\[]\s{0,5}(["'])(?P<key>[\w.-]{1,60}+)\1\s{0,5},\s{0,5}"""
    r"""(?:(["'])[\w=<>! ]{1,12}\3\s{0,5},\s{0,5})?"""
    rf"""(?P<value>{_STRING})\s{{0,5}}(?:[)\]]|\Z)"""
)
"""A key and its value, or a condition of a domain."""
_SCHEMES = frozenset("basic digest negotiate ntlm".split())
"""Words before credentials in ``Authorization`` that name no secret themselves."""
_COMMON = frozenset("name user users username login client".split())
"""Words before many other strings: ``name 'x' is not defined``."""
_OF_PEOPLE = frozenset("first last full".split())


def mask_phrases(text: str) -> str:
    """Mask values after the word for a secret or for something personal.

    A word that may belong to the sentence stays: ``password is wrong``.
    """
    if "'" in text or '"' in text:
        text = _PAIR.sub(_without_value_of_key, text)
    if "-" in text:
        text = _OPTION.sub(_without_option, text)
    return _PHRASE.sub(_without_value_of_phrase, text)


def _without_value_of_key(found: re.Match) -> str:
    is_masked = kind_of(found["key"]) in (Kind.SECRET, Kind.PERSON)
    return _without_value(found) if is_masked else found[0]


def _without_option(found: re.Match) -> str:
    is_pair = found["key"] in ("u", "user") and ":" in found["value"]
    is_masked = is_pair or kind_of(found["key"]) is Kind.SECRET
    return _without_value(found) if is_masked else found[0]


def _without_value_of_phrase(found: re.Match) -> str:
    key, value = found["key"], found["value"]
    is_string = value[0] in "\"'"
    if kind_in_prose(key) is Kind.SECRET or key.split()[-1].lower() in _SCHEMES:
        is_masked = is_string or is_unusual(value) and not is_code(value)
    else:
        is_masked = is_string and _is_of_person(key)
    return _without_value(found) if is_masked else found[0]


def _is_of_person(key: str) -> bool:
    *before, head = key.lower().split()
    if head not in _COMMON:
        return kind_in_prose(key) is Kind.PERSON
    return bool(before) and (
        before[0] in _OF_PEOPLE or kind_in_prose(before[0]) is Kind.PERSON
    )


def _without_value(found: re.Match) -> str:
    value = found["value"]
    contents = value.strip("\"'")
    if is_complaint(contents) or is_placeholder(contents):
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    before = found[0][: found.start("value") - found.start()]
    after = found[0][found.end("value") - found.start() :]
    return f"{before}{quote}{MASK}{quote}{after}"
