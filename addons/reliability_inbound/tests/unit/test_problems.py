"""Answers are JSON, and problems are those of RFC 9457."""

import json

from reliability_inbound import problems


def test_a_problem_says_what_to_do():
    answer = problems.too_many_messages(600, 17).answer()
    assert json.loads(answer.body) == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "With one API key, at most 600 messages are received in a minute."
        " Send this one again later.",
    }
    assert answer.status == 429
    assert dict(answer.headers) == {
        "Content-Type": "application/problem+json",
        "Retry-After": "17",
    }


def test_a_result_is_part_of_the_answer():
    answer = problems.processed('{"row": 1}')
    assert json.loads(answer.body) == {"status": "processed", "result": {"row": 1}}
    assert answer.headers == (("Content-Type", "application/json"),)
