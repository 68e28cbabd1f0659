"""A body is a JSON object that can be stored, or its sender learns what is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_inbound.body import MAX_DEPTH, InvalidBody, parse

STORABLE_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def refusal(content):
    with pytest.raises(InvalidBody) as caught:
        parse(content)
    return str(caught.value)


def nested(depth):
    """Return a body with objects inside each other."""
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_an_object_is_parsed():
    assert parse('{"a": [1, 2.5, "ä", null]}'.encode()) == {"a": [1, 2.5, "ä", None]}


@pytest.mark.parametrize(
    "content", [b"[]", b'"text"', b"1", b"null", b"true"], ids=bytes.decode
)
def test_anything_else_is_refused(content):
    assert refusal(content) == "The body must be a JSON object: {...}."


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "The body is not JSON: Expecting value in line 1, column 1."),
        (b'{"a": ', "The body is not JSON: Expecting value in line 1, column 7."),
        (b"a=1&b=2", "The body is not JSON: Expecting value in line 1, column 1."),
        (b'{"a": "\xff"}', "The body is not UTF-8: see byte 7."),
        ('{"a": 1}'.encode("utf-16"), "The body is not UTF-8: see byte 0."),
        (b'{"a": NaN}', "The body has NaN, which JSON does not have."),
        (b'{"a": -Infinity}', "The body has -Infinity, which JSON does not have."),
        (b'{"a": 1e999}', "The body has a number that is too large."),
        (b'{"a": ' + b"1" * 5000 + b"}", "The body has a number with too many digits."),
        (b'{"\\u0000": 1}', "The body has a text with the character NUL (\\u0000)."),
        (
            b'{"a": ["\\ud83d"]}',
            "The body has a text with half of a surrogate pair (\\ud800 to \\udfff).",
        ),
    ],
)
def test_the_sender_learns_what_is_wrong(content, text):
    assert refusal(content) == text


def test_objects_are_nested_up_to_a_limit():
    assert parse(nested(MAX_DEPTH))
    expected = "The body is nested more than 32 levels deep."
    for depth in (MAX_DEPTH + 1, 500, 100_000):
        assert refusal(nested(depth)) == expected
    assert refusal(b"[" * 100_000) == expected


@given(st.binary())
def test_garbage_is_refused_and_nothing_else_is_raised(content):
    try:
        assert isinstance(parse(content), dict)
    except InvalidBody as error:
        assert str(error).startswith("The body ")


@given(st.dictionaries(STORABLE_TEXT, STORABLE_TEXT | st.integers() | st.booleans()))
def test_what_json_can_hold_arrives_unchanged(value):
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(JSON)
def test_what_is_parsed_can_be_stored(value):
    try:
        parsed = parse(json.dumps({"value": value}).encode())
    except InvalidBody:
        return
    text = json.dumps(parsed, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text
    text.encode()
