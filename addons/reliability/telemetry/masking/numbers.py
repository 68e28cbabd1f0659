"""Numbers of people: accounts, cards and phones.

``python-stdnum`` checks the digits of accounts and cards.  Its module ``iban`` is not
used: Odoo imports the package in a way that hides the files of data beside it.
"""

import re

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from .values import MASK, text_before

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}[ -]?(?:[A-Z0-9]{4}[ -]?){2,7}[A-Z0-9]{0,4}"
    r"(?![A-Za-z0-9])|(?<![a-z0-9])[a-z]{2}\d{2}[a-z0-9]{11,30}(?![A-Za-z0-9])"
)
_MANY_DIGITS = re.compile(
    r"\d[\d ()/.-]{4,}\d|[A-Za-z]{2}\d{2}[ -]?[A-Z0-9]{4}", re.ASCII
)
_IBAN_LENGTHS = {
    entry[:2]: int(entry[2:])
    for entry in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24"
        " DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28"
        " HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20"
        " LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25"
        " QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29"
        " VA22 VG24 XK20"
    ).split()
}
_AFTER_IBAN = re.compile(
    r"(\bIBAN\b\W{0,3})[A-Z]{2}\d{2}[A-Z0-9 ]{8,40}", re.IGNORECASE
)
"""A number that is called an IBAN is masked though its digits are wrong."""
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){13,18}(?![\w-])")
_ISSUER = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|35\d{14}|6(?:011|5\d\d|4[4-9]\d)\d{12}|(?:50|5[6-9]|6\d)\d{14,17}"
)
_PHONE = re.compile(
    r"(?<![\w.+])\+\d[\d ()/.-]{6,}\d"
    r"|(?<![\w/.+-])00[1-9]\d[\d ()/.-]{5,}\d"
    r"|(?<![\w/.+-])\(?0\d{1,4}\)?[ /-]{1,3}\d[\d /-]{4,}\d"
)
_MAX_PHONE_DIGITS = 17
"""15 by the standard of phone numbers, and ``00``."""
_DATE = re.compile(r"\d{2}([/-])\d{2}\1\d{4}|\d{4}-\d{2}")
_AFTER_PHONE = re.compile(
    r"((?<!\w)(?:tele)?(?:phone|tel|fon|fax|mobile|cell|handy|m[oó]vil|gsm|tel[eé]fono"
    r"|telefon|tlf|tfno)\b(?: (?:number|no|nr))?[^\w\n(+]{0,4})"
    r"\(?\+?\d[\d ()/.-]{5,}\d",
    re.IGNORECASE,
)
_OF_GOODS = re.compile(
    r"(?:track\w*|parcels?|shipments?|orders?|invoices?|sscc|awb|waybill|barcodes?|ean"
    r"|gtin|gln|number|no\.?|nr\.?|reference|ref|transfer|picking|envio|envío|bulto"
    r"|pedido|sendung\w*|paket\w*)\W{0,3}\Z",
    re.IGNORECASE,
)
"""Words before a number that is none of a person."""


def mask_numbers(text: str) -> str:
    """Mask numbers of accounts, cards and phones."""
    if not _MANY_DIGITS.search(text):
        return text
    text = _AFTER_IBAN.sub(rf"\1{MASK}", text)
    text = _IBAN.sub(_without_iban, text)
    text = _CARD.sub(_without_card, text)
    text = _AFTER_PHONE.sub(rf"\1{MASK}", text)
    return _PHONE.sub(_without_phone, text)


def _without_iban(found: re.Match) -> str:
    """Mask an IBAN; words in capitals may follow it."""
    length = _IBAN_LENGTHS.get(found[0][:2].upper(), 0)
    written = re.match(rf"(?:[ -]?[^ -]){{{length}}}", found[0]) if length else None
    number = re.sub("[ -]", "", written[0]).upper() if written else ""
    if not number or not mod_97_10.is_valid(number[4:] + number[:4]):
        return found[0]
    return MASK + found[0][len(written[0]) :]


def _without_card(found: re.Match) -> str:
    digits = re.sub("[ -]", "", found[0])
    is_card = _ISSUER.fullmatch(digits) and luhn.is_valid(digits)
    return MASK if is_card and not _is_of_goods(found) else found[0]


def _without_phone(found: re.Match) -> str:
    is_long = sum(map(str.isdigit, found[0])) > _MAX_PHONE_DIGITS
    is_other = is_long or _DATE.match(found[0]) or _is_of_goods(found)
    return found[0] if is_other else MASK


def _is_of_goods(found: re.Match) -> bool:
    return bool(_OF_GOODS.search(text_before(found)))
