"""Redirects OCA's connectors to the simulator: by their addresses, not their code."""

import sys

_MODELS = "odoo.addons.delivery_{0}.models.{1}"


def redirect(address):
    """Redirect the loaded connectors to the simulator at an address."""
    for (connector, module), change in _CHANGES.items():
        loaded = sys.modules.get(_MODELS.format(connector, module))
        if loaded:
            change(loaded, f"{address}/{connector}/")


def _dhl_parcel(module, base):
    module.DHL_PATH = f"{base}cimapi/api/v1/customer/"


def _correos_express(module, base):
    module.TEST_PATH = f"{base}wsps/"
    module.PROD_PATH = f"{base}wspsc/"


def _mrw(module, base):
    for environment in ("test", "prod"):
        module.MRW_API_URL[environment] = f"{base}MRWEnvio.asmx?WSDL"
        module.MRW_TRACKING_API_URL[environment] = f"{base}TrackingService.svc?wsdl"


def _seur_atlas(module, base):
    domain = base.partition("://")[2].rstrip("/")
    module.ATLAS_API_DOMAINS.update(test=domain, prod=domain)
    module.SeurAtlasRequest.api_url = _HttpUrl()


class _HttpUrl:
    """Descriptor of an URL that the connector builds with HTTPS and calls with HTTP.

    The connector has no constant for the URL: it builds it from the domain, and this
    attribute is the only point between the two.
    """

    def __get__(self, request, _owner):
        return self if request is None else vars(request)["api_url"]

    def __set__(self, request, url):
        vars(request)["api_url"] = url.replace("https://", "http://", 1)


_CHANGES = {
    ("dhl_parcel", "dhl_parcel_request"): _dhl_parcel,
    ("correos_express", "correos_express_request"): _correos_express,
    ("mrw", "mrw_request"): _mrw,
    ("seur_atlas", "seur_request_atlas"): _seur_atlas,
}
