"""Rendering metric families as the text that Prometheus reads."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import parse_qs

from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder, gzip_accepted

from . import Histograms, registry_of

_GZIP_LEVEL = 1
"""The fastest level: the lines of a scrape are alike, so they compress well anyway."""


def render(metric_families: Iterable[Metric | Histograms], encoder: Callable) -> bytes:
    """Return families as an encoder of prometheus_client renders them, byte for byte.

    :param encoder: ``generate_latest``, or an encoder that ``choose_encoder`` returns
    """
    end = encoder(registry_of([]))
    return b"".join([*_rendered(metric_families, encoder, end), end])


def _rendered(
    metric_families: Iterable[Metric | Histograms], encoder: Callable, end: bytes
) -> Iterator[bytes]:
    def encoded(metric: Metric) -> bytes:
        return encoder(registry_of([metric])).removesuffix(end)

    for family in metric_families:
        if not isinstance(family, Histograms):
            yield encoded(family)
            continue
        head = encoded(family.head())
        # The first one is rendered both ways: the client's format may escape names.
        if head + family.lines(1).encode() == encoded(family.metric(1)):
            yield head + family.lines().encode()
        else:
            yield encoded(family.metric())


def response_for(
    metric_families: Iterable[Metric | Histograms], environ: dict
) -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers and body of a response, in the format that the client accepts.

    As prometheus_client's own application does, which renders everything every time.

    :param environ: of WSGI
    """
    encoder, content_type = choose_encoder(environ.get("HTTP_ACCEPT", ""))
    headers = [("Content-Type", content_type)]
    names = parse_qs(environ.get("QUERY_STRING", "")).get("name[]")
    if names:
        metrics = (
            one.metric() if isinstance(one, Histograms) else one
            for one in metric_families
        )
        body = encoder(registry_of(metrics).restricted_registry(names))
    else:
        body = render(metric_families, encoder)
    if gzip_accepted(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = gzip.compress(body, _GZIP_LEVEL)
        headers.append(("Content-Encoding", "gzip"))
    return headers, body
