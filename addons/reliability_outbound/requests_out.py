"""One request to a system outside Odoo: short, not redirected, accepted or an error.

An address may contain a secret anywhere, so errors name its host only.
"""

from urllib.parse import urlsplit

import requests

TIMEOUTS = 2.0, 5.0
"""Seconds to connect, and to wait for each part of the answer."""
_USER_AGENT = {"User-Agent": "odoo-reliability"}
_LATER = (408, 429)
"""Statuses that ask for another try."""


class Refused(Exception):
    """The system refuses the request itself: a status from 400 to 499."""


class NotAccepted(Exception):
    """The system cannot accept the request now, or has another address."""


def request(method: str, url: str, **kwargs) -> requests.Response:
    """Send a request that must be accepted.

    :param kwargs: of :func:`requests.request`
    :raise Refused, NotAccepted: it was not; the text is the status
    :raise requests.RequestException: there was no complete answer
    """
    headers = _USER_AGENT | kwargs.pop("headers", {})
    kwargs |= {"headers": headers, "allow_redirects": False}
    try:
        answer = requests.request(method, url, timeout=TIMEOUTS, **kwargs)
    except requests.RequestException as error:
        host = urlsplit(url).hostname
        raise type(error)(f"{host} did not answer the request") from None
    status = answer.status_code
    if 200 <= status < 300:
        return answer
    answer.close()
    is_refusal = 400 <= status < 500 and status not in _LATER
    raise (Refused if is_refusal else NotAccepted)(f"HTTP status {status}")
