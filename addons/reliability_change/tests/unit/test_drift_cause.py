"""What differs in production is named by what it means, not by a number of settings."""

import pytest
from reliability_change.drift_cause import (
    GONE,
    OTHER,
    PENDING_KEY,
    PENDING_RESTART,
    SWITCHED_OFF,
    TEST_MODE,
    cause_of,
)
from reliability_change.drift_key import key_of, split


@pytest.mark.parametrize(
    ("source", "key", "before", "after", "cause"),
    [
        ("carriers", "7: production", "true", "false", TEST_MODE),
        ("carriers", "7: production", "false", "true", OTHER),
        ("payment_providers", "7: state", "enabled", "test", TEST_MODE),
        ("payment_providers", "7: state", "enabled", "disabled", OTHER),
        ("scheduled_actions", "mail.send: active", "true", "false", SWITCHED_OFF),
        ("scheduled_actions", "mail.send: active", "true", None, OTHER),
        ("scheduled_actions", "mail.send: interval", "1 hours", "9 days", OTHER),
        ("mail_servers", "outgoing 1: active", "true", None, GONE),
        ("mail_servers", "outgoing 1: active", "true", "false", GONE),
        ("mail_servers", "outgoing 1: host", "a", None, OTHER),
        ("postgresql", PENDING_KEY, "", "shared_buffers", PENDING_RESTART),
        ("postgresql", PENDING_KEY, "shared_buffers", None, OTHER),
        ("postgresql", "work_mem", "4 B", "8 B", OTHER),
    ],
)
def test_each_difference_has_a_cause(source, key, before, after, cause):
    assert cause_of(source, key, before, after) == cause


def test_what_is_set_up_in_test_mode_is_no_alert():
    assert cause_of("carriers", "7: production", None, "false") == OTHER


def test_a_key_is_split_into_what_has_the_setting_and_its_attribute():
    assert split(key_of("sale.cron", "active")) == ("sale.cron", "active")
    assert split("workers") == ("workers", "")
