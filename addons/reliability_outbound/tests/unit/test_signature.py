"""The library of Standard Webhooks verifies what Odoo signs."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_outbound.signature import InvalidSecret, headers_of, parse_secret
from standardwebhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = json.dumps({"event": "opened", "text": "München"}, ensure_ascii=False).encode()


def signed(body=BODY, at=None):
    at = int(time.time()) if at is None else at
    return headers_of(parse_secret(SECRET), "message-1", at, body)


def test_the_receiver_verifies_it():
    assert Webhook(SECRET).verify(BODY.decode(), signed())["event"] == "opened"


def test_a_changed_body_is_found():
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY.decode() + " ", signed())


def test_an_old_message_is_found():
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY.decode(), signed(at=1_000_000_000))


@pytest.mark.parametrize(
    "text",
    ["", "whsec_", "a password", "whsec_****", "whsec_" + "YWJj", "schlüssel" * 4]
    + [base64.b64encode(bytes(65)).decode()],
)
def test_a_weak_secret_signs_nothing(text):
    with pytest.raises(InvalidSecret):
        parse_secret(text)


@given(st.binary(min_size=24, max_size=64))
def test_any_key_of_the_right_length(key):
    text = base64.b64encode(key).decode()
    assert parse_secret(text) == parse_secret(f"whsec_{text}") == key
