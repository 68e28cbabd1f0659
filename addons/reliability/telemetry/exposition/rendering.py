"""Rendering metric families as the text that Prometheus reads."""

from collections.abc import Callable, Collection, Iterable, Iterator

from prometheus_client.core import Metric

from . import Histograms, registry_of


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


def named(
    metric_families: Iterable[Metric | Histograms], names: Collection[str]
) -> Iterator[Metric | Histograms]:
    """Yield the families and samples with these names; all if there are none."""
    for family in metric_families:
        if not names or family.name in names:
            yield family
        else:
            metric = family.metric() if isinstance(family, Histograms) else family
            yield from registry_of([metric]).restricted_registry(names).collect()
