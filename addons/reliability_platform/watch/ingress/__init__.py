"""The ingress in front of Odoo: HAProxy, nginx, or Traefik 2 and 3."""

from collections.abc import Mapping

from ..watch import Watch
from .addresses import ingresses
from .ingress_watch import IngressWatch


def make_watches(options: Mapping[str, str]) -> list[Watch]:
    """Return a watch for each ingress.

    :param options: of section ``[reliability]``
    """
    return [IngressWatch(ingress) for ingress in ingresses(options)]
