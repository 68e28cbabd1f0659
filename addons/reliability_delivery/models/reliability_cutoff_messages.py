"""The forecast of a truck in words, in the reader's language and time zone."""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import LazyTranslate, formatLang

from odoo.addons.reliability.api import formatting

from ..forecast import AT_RISK, DONE, IN_TIME, MISSED, NOT_STARTED

_lt = LazyTranslate(__name__)


class Sentence(NamedTuple):
    """A sentence about a truck.

    :ivar number: the one of its values that decides between one and many
    """

    number: str
    one: object
    many: object


def _same(text):
    return Sentence("left", text, text)


_SENTENCES = {
    "nothing_due": _same(_lt("No parcel is due for the truck at %(time)s")),
    "done": Sentence(
        "packed",
        _lt("The only parcel for the truck at %(time)s is packed"),
        _lt("All %(packed)s parcels for the truck at %(time)s are packed"),
    ),
    "departed_empty": _same(_lt("The truck left at %(time)s without a parcel")),
    "departed": Sentence(
        "packed",
        _lt("The truck left at %(time)s with 1 parcel"),
        _lt("The truck left at %(time)s with %(packed)s parcels"),
    ),
    "missed": Sentence(
        "left",
        _lt("1 parcel missed the truck at %(time)s: arrange another pickup"),
        _lt("%(left)s parcels missed the truck at %(time)s: arrange another pickup"),
    ),
    "in_time": Sentence(
        "left",
        _lt("1 parcel is left for the truck at %(time)s; it is packed at %(ready)s"),
        _lt(
            "%(left)s parcels are left for the truck at %(time)s; the last is packed at"
            " %(ready)s"
        ),
    ),
    "in_time_usually": Sentence(
        "left",
        _lt(
            "1 parcel is left for the truck at %(time)s; at the usual pace, it is"
            " packed at %(ready)s"
        ),
        _lt(
            "%(left)s parcels are left for the truck at %(time)s; at the usual pace,"
            " the last is packed at %(ready)s"
        ),
    ),
    "slow": Sentence(
        "left",
        _lt(
            "The last parcel will miss the truck at %(time)s: at %(pace)s an hour, it"
            " is packed at %(ready)s; add people, or arrange a later pickup"
        ),
        _lt(
            "%(missing)s of the %(left)s parcels left will miss the truck at %(time)s:"
            " at %(pace)s an hour, the last is packed at %(ready)s; add people, or"
            " arrange a later pickup"
        ),
    ),
    "stopped": Sentence(
        "left",
        _lt(
            "Nothing packed since %(since)s, and 1 parcel is left for the truck at"
            " %(time)s: add people, or arrange a later pickup"
        ),
        _lt(
            "Nothing packed since %(since)s, and %(left)s parcels are left for the"
            " truck at %(time)s: add people, or arrange a later pickup"
        ),
    ),
    "stopped_early": Sentence(
        "left",
        _lt(
            "Nothing packed since %(since)s; 1 parcel is left for the truck at %(time)s"
        ),
        _lt(
            "Nothing packed since %(since)s; %(left)s parcels are left for the truck at"
            " %(time)s"
        ),
    ),
    "not_begun": Sentence(
        "left",
        _lt(
            "1 parcel is left for the truck at %(time)s: pack it now, or arrange a"
            " later pickup"
        ),
        _lt(
            "%(left)s parcels are left for the truck at %(time)s, and none is packed"
            " yet: start now, or arrange a later pickup"
        ),
    ),
    "not_begun_early": Sentence(
        "left",
        _lt("1 parcel is left for the truck at %(time)s"),
        _lt(
            "%(left)s parcels are left for the truck at %(time)s, and none is packed"
            " yet"
        ),
    ),
    "labels_fail": Sentence(
        "left",
        _lt(
            "Nothing packed since %(since)s because labels fail, and 1 parcel is left"
            " for the truck at %(time)s: validate it again, or print its label on the"
            " carrier's website"
        ),
        _lt(
            "Nothing packed since %(since)s because labels fail, and %(left)s parcels"
            " are left for the truck at %(time)s: validate them again, or print their"
            " labels on the carrier's website"
        ),
    ),
    "labels_fail_from_start": Sentence(
        "left",
        _lt(
            "Nothing is packed yet because labels fail, and 1 parcel is left for the"
            " truck at %(time)s: validate it again, or print its label on the carrier's"
            " website"
        ),
        _lt(
            "Nothing is packed yet because labels fail, and %(left)s parcels are left"
            " for the truck at %(time)s: validate them again, or print their labels on"
            " the carrier's website"
        ),
    ),
    "unlabelled": Sentence(
        "unlabelled",
        _lt(
            "1 packed parcel for the truck at %(time)s has no label: open it and send"
            " it to the shipper"
        ),
        _lt(
            "%(unlabelled)s packed parcels for the truck at %(time)s have no label:"
            " open them and send them to the shipper"
        ),
    ),
    "unreserved": Sentence(
        "unreserved",
        _lt(
            "1 parcel for the truck at %(time)s is not reserved: check its"
            " availability, or arrange a later pickup"
        ),
        _lt(
            "%(unreserved)s parcels for the truck at %(time)s are not reserved: check"
            " their availability, or arrange a later pickup"
        ),
    ),
}
"""Without a full stop."""

_STATES = {
    "nothing_due": _lt("Nothing to do"),
    "done": _lt("Packed"),
    "in_time": _lt("In time"),
    "not_begun": _lt("Not started"),
    "stopped": _lt("Stopped"),
    "at_risk": _lt("At risk"),
    "missed": _lt("Missed"),
    "departed": _lt("Departed"),
}


def _sentence_key(forecast):
    """Return the key of the sentence that describes a forecast."""
    match forecast.state:
        case "done" if not forecast.parcels_packed:
            return "nothing_due"
        case "departed" if not forecast.parcels_packed:
            return "departed_empty"
        case "in_time" if forecast.is_usual:
            return "in_time_usually"
        case "done" | "departed" | "missed" | "in_time":
            return forecast.state
    match forecast.cause:
        case "labels_fail" if forecast.is_usual:
            return "labels_fail_from_start"
        case "stopped" | "not_begun" if forecast.state != AT_RISK:
            return f"{forecast.cause}_early"
    return forecast.cause


class ReliabilityCutoff(models.Model):
    _inherit = "reliability.cutoff"

    @api.model
    def _describe(self, forecast):
        """Return the forecast of a truck as a sentence, without a full stop.

        :param Forecast forecast: of any cutoff
        """
        values = self._texts(forecast)
        sentence = _SENTENCES[_sentence_key(forecast)]
        text = formatting.counted(values[sentence.number], sentence.one, sentence.many)
        return self.env._(text) % values

    @api.model
    def _describe_pace(self, forecast):
        """Return how fast parcels are packed, and when the last one will be; empty if
        none is left to pack.
        """
        _ = self.env._
        to_pack = forecast.parcels_left - forecast.parcels_unlabelled
        if not to_pack or forecast.state == MISSED:
            return ""
        values = self._texts(forecast)
        if forecast.parcels_per_hour and forecast.is_usual:
            return _("usually %(pace)s an hour, the last at %(ready)s", **values)
        if forecast.parcels_per_hour:
            return _("%(pace)s an hour, the last at %(ready)s", **values)
        if forecast.is_usual:
            return _("none yet")
        return _("none since %(since)s", **values)

    @api.model
    def _texts(self, forecast):
        """Return the values of a forecast as its sentences have them.

        The time zone is named where the truck's clock shows another time.
        """
        env, pace = self.env, forecast.parcels_per_hour
        since, ready = forecast.last_packed, forecast.ready_at
        return {
            "time": formatting.zoned_moment(env, forecast.departure, forecast.tz),
            "since": since and formatting.moment(env, since),
            "ready": ready and formatting.moment(env, ready),
            "pace": formatLang(env, pace, digits=0 if pace >= 1 else 1),
            "packed": forecast.parcels_packed,
            "left": forecast.parcels_left,
            "missing": forecast.parcels_missing,
            "unlabelled": forecast.parcels_unlabelled,
            "unreserved": forecast.parcels_unreserved,
        }

    @api.model
    def _state_name(self, forecast):
        """Return the state of a truck in two words."""
        state = forecast.state
        if state == DONE and not forecast.parcels_packed:
            state = "nothing_due"
        if state == IN_TIME and forecast.is_usual:
            state = NOT_STARTED  # it is not known whether today is as usual
        return self.env._(_STATES[state])

    @api.model
    def _truck_name(self, forecast):
        """Return whose truck it is."""
        names = forecast.carrier or {}
        name = names.get(self.env.lang) or names.get("en_US")
        return self._carrier_text(forecast.warehouse_id, name)

    @api.model
    def _carrier_text(self, warehouse_id, name):
        """Return a carrier's name, or which carriers have no truck of their own.

        :param str name: empty where a cutoff is for all carriers
        """
        if name:
            return name
        if self._carriers_with_own_cutoff(warehouse_id):
            return self.env._("Other carriers")
        return self.env._("All carriers")
