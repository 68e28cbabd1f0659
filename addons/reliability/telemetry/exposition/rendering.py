"""From what is shown to the text that Prometheus reads."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import parse_qs

from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder, gzip_accepted

from . import Histograms, registry_of

_FAST = 1
"""A level of compression: a scrape is short-lived, and all its lines are alike."""


def render(families: Iterable[Metric | Histograms], encoder: Callable) -> bytes:
    """Return what an encoder of prometheus_client makes of families, byte for byte.

    :param encoder: ``generate_latest``, or another as ``choose_encoder`` gives it
    """
    end = encoder(registry_of([]))
    return b"".join([*_rendered(families, encoder, end), end])


def _rendered(
    families: Iterable[Metric | Histograms], encoder: Callable, end: bytes
) -> Iterator[bytes]:
    def encoded(metric: Metric) -> bytes:
        return encoder(registry_of([metric])).removesuffix(end)

    for family in families:
        if not isinstance(family, Histograms):
            yield encoded(family)
            continue
        head = encoded(family.head())
        # One is rendered both ways: a client may want other names for everything.
        if head + family.lines(1).encode() == encoded(family.metric(1)):
            yield head + family.lines().encode()
        else:
            yield encoded(family.metric())


def answer(
    families: Iterable[Metric | Histograms], environ: dict
) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body for a client, in the format that it asks for.

    As prometheus_client's own application, which renders all of it every time.
    """
    encoder, content_type = choose_encoder(environ.get("HTTP_ACCEPT", ""))
    headers = [("Content-Type", content_type)]
    names = parse_qs(environ.get("QUERY_STRING", "")).get("name[]")
    if names:
        metrics = (f.metric() if isinstance(f, Histograms) else f for f in families)
        body = encoder(registry_of(metrics).restricted_registry(names))
    else:
        body = render(families, encoder)
    if gzip_accepted(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = gzip.compress(body, _FAST)
        headers.append(("Content-Encoding", "gzip"))
    return headers, body
