"""What a scrape asks for: format, compression, names of metrics, and a database.

A header never makes a scrape fail.  What is malformed, unknown or of a version that we
do not speak counts as not sent, and a client that accepts nothing of ours gets the
oldest text format, as RFC 9110 allows.
"""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qs

from prometheus_client.exposition import choose_encoder
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

_OFFERS = (
    ("text/plain", "0.0.4"),
    ("application/openmetrics-text", "1.0.0"),
    ("text/plain", "1.0.0"),
)
"""Media types and versions; the first is for clients that accept everything."""
_ESCAPINGS = ("allow-utf-8", "underscores", "dots", "values")


class Format(NamedTuple):
    """A format of ``/metrics``.

    :ivar encoder: renders a registry of prometheus_client
    :ivar content_type: its header
    """

    encoder: Callable
    content_type: str


PLAIN = Format(*choose_encoder(""))
"""The text format 0.0.4, which every version of Prometheus reads."""


class Wanted(NamedTuple):
    """What a request wants to have.

    :ivar accept: its header ``Accept``
    :ivar gzip: whether it prefers a compressed body
    :ivar names: names of families or samples; all if there are none
    :ivar databases: names of databases; all that the token opens if there are none
    """

    accept: str
    gzip: bool
    names: frozenset[str]
    databases: frozenset[str] = frozenset()

    @classmethod
    def from_environ(cls, environ: dict) -> "Wanted":
        """Return what a WSGI request wants to have."""
        encodings = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING", ""))
        query = parse_qs(environ.get("QUERY_STRING", ""))
        return cls(
            accept=environ.get("HTTP_ACCEPT", ""),
            gzip=encodings.best_match(("gzip", "identity")) == "gzip",
            names=frozenset(query.get("name[]", ())),
            databases=frozenset(query.get("db", ())),
        )

    def format(self) -> Format:
        """Return the format that the client likes best, of those that we speak."""
        ranges = [
            _Range(*parse_options_header(text), quality)
            for text, quality in parse_accept_header(self.accept, MIMEAccept)
        ]
        best, best_rank = PLAIN, (0.0, 0)
        for media_type, version in _OFFERS:
            matching = [found for found in ranges if found.matches(media_type, version)]
            if not matching:
                continue
            closest = max(matching, key=lambda found: found.specificity)
            rank = closest.quality, closest.specificity
            if closest.quality and rank > best_rank:
                best, best_rank = closest.format(media_type, version), rank
        return best


class _Range(NamedTuple):
    """One media range of a header ``Accept``, such as ``text/*;q=0.5``."""

    media_range: str
    parameters: dict[str, str]
    quality: float

    def matches(self, media_type: str, version: str) -> bool:
        main_type, _slash, _subtype = media_type.partition("/")
        known = (media_type, f"{main_type}/*", "*/*")
        return (
            self.media_range.lower() in known
            and self.parameters.get("version", version) == version
        )

    @property
    def specificity(self) -> int:
        """The closest range decides on the quality of a media type."""
        return ("version" in self.parameters) - self.media_range.count("*")

    def format(self, media_type: str, version: str) -> Format:
        """Return a format by a header that prometheus_client reads correctly."""
        escaping = self.parameters.get("escaping", "")
        header = f"{media_type};version={version}"
        if escaping in _ESCAPINGS:
            header += f";escaping={escaping}"
        return Format(*choose_encoder(header))
