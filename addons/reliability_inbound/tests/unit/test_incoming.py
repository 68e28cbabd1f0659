"""What is read of a request: no more than allowed, and only once."""

import io

import pytest
from reliability_inbound.incoming import IncomingRequest
from reliability_inbound.problems import Problem
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

LIMIT = 100


class Endless(io.RawIOBase):
    """A body without an end, which counts how much of it was read."""

    taken = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        buffer[:] = b" " * len(buffer)
        self.taken += len(buffer)
        return len(buffer)


def incoming(content=b"{}", headers=(), environ=()):
    builder = EnvironBuilder(
        method="POST",
        input_stream=io.BytesIO(content),
        headers={
            "Content-Type": "application/json",
            **dict(headers),
        },
        environ_overrides=dict(environ),
    )
    return IncomingRequest(Request(builder.get_environ()))


def chunked(stream):
    """Return a request whose length is not known before."""
    request = incoming(environ={"wsgi.input_terminated": True, "wsgi.input": stream})
    del request._request.environ["CONTENT_LENGTH"]
    return request


def problem_of(request):
    with pytest.raises(Problem) as caught:
        request.read(LIMIT)
    return caught.value.status


class TestBody:
    """A body is read up to the limit of its kind."""

    def test_a_body_is_read_once(self):
        request = incoming(b"{}")
        assert request.read(LIMIT) == request.read(LIMIT) == b"{}"

    def test_a_body_up_to_the_limit_is_read(self):
        content = b" " * LIMIT
        assert incoming(content).read(LIMIT) == content
        assert chunked(io.BytesIO(content)).read(LIMIT) == content

    def test_a_body_that_declares_more_is_not_read(self):
        stream = Endless()
        length = {"CONTENT_LENGTH": str(LIMIT + 1), "wsgi.input": stream}
        assert problem_of(incoming(environ=length)) == 413
        assert stream.taken == 0

    def test_a_body_without_a_length_is_read_up_to_the_limit(self):
        stream = Endless()
        assert problem_of(chunked(stream)) == 413
        assert stream.taken == LIMIT + 1

    def test_a_body_that_ends_early_is_incomplete(self):
        assert problem_of(incoming(b"{}", environ={"CONTENT_LENGTH": "50"})) == 400

    def test_an_error_of_the_connection_is_an_incomplete_body(self):
        class Broken(Endless):
            def readinto(self, buffer):
                raise OSError("Invalid chunk header")

        assert problem_of(chunked(Broken())) == 400

    def test_a_body_is_declared_as_json(self):
        for declared in ("application/json", "application/json; charset=utf-8"):
            assert incoming(headers={"Content-Type": declared}).read(LIMIT)
        for declared in ("", "text/plain", "application/x-www-form-urlencoded", "json"):
            assert problem_of(incoming(headers={"Content-Type": declared})) == 415

    def test_a_body_is_not_compressed(self):
        assert incoming(headers={"Content-Encoding": "identity"}).read(LIMIT)
        assert problem_of(incoming(headers={"Content-Encoding": "gzip"})) == 415


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer 0123456789abcdef", "0123456789abcdef"),
        ("bearer  0123456789abcdef ", "0123456789abcdef"),
        ("Basic 0123456789abcdef", ""),
        ("0123456789abcdef", ""),
        ("Bearer", ""),
        ("Bearer 0123", ""),
        ("Bearer 01234567 89abcdef", ""),
        ("Bearer " + "a" * 201, ""),
        ("Bearer \xff1234567890", ""),
    ],
)
def test_the_api_key_is_a_bearer_token(header, token):
    assert incoming(headers={"Authorization": header}).token == token


class TestIdempotencyKey:
    """One key, with quotes as the IETF writes it, and without."""

    def key(self, header):
        return incoming(headers={"Idempotency-Key": header}).idempotency_key

    def test_without_the_header_there_is_none(self):
        assert incoming().idempotency_key == ""

    def test_quotes_are_no_part_of_it(self):
        assert self.key("a b") == self.key('"a b"') == self.key(' "a b" ') == "a b"

    @pytest.mark.parametrize("header", ["", '""', "a" * 256, "a\xff", "a\tb"])
    def test_it_is_printable_and_not_too_long(self, header):
        with pytest.raises(Problem) as caught:
            self.key(header)
        assert caught.value.status == 400
