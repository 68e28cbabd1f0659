"""Keys and tokens that are told by their looks, without a name.

Vendors' tokens are those that ``detect-secrets`` knows, and more prefixes.
"""

import base64
import binascii
import re

from detect_secrets.plugins import (
    aws,
    azure_storage_key,
    discord,
    github_token,
    gitlab_token,
    jwt,
    mailchimp,
    openai,
    pypi_token,
    sendgrid,
    slack,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)

from .values import MASK, text_before

_DETECTORS = (
    aws.AWSKeyDetector,
    azure_storage_key.AzureStorageKeyDetector,
    discord.DiscordBotTokenDetector,
    github_token.GitHubTokenDetector,
    gitlab_token.GitLabTokenDetector,
    jwt.JwtTokenDetector,
    mailchimp.MailchimpDetector,
    openai.OpenAIDetector,
    pypi_token.PypiTokenDetector,
    sendgrid.SendGridDetector,
    slack.SlackDetector,
    square_oauth.SquareOAuthDetector,
    stripe.StripeDetector,
    telegram_token.TelegramBotTokenDetector,
    twilio.TwilioKeyDetector,
)
"""Detectors of tokens that have a shape; the others look for names, as we do.

Their patterns are used, not their methods: some return only a part of a token.
"""
_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:github_pat_|xapp-|xox[a-z]\.|sk-|hf_|npm_|AIza|ya29\.|SG\.|GOCSPX-"
    r"|shp[a-z]{2}_|do[opr]_v1_|[prs]k_test_|pk_live_|whsec_|xkeysib-|key-|EZ[AT]K"
    r"|shippo_\w{4}_|amzn1?\.\w{2,4}\.|Atz[ar]\||EAA|sq0atp-|dapi|lin_api_|ATATT"
    r"|dckr_pat_|rubygems_|sntr\w{2,4}_|PMAK-|NRAK-|secret_|glsa_|hvs\.|(?:live|test)_)"
    r"(?=[^\s\d]*+\d)[\w.|-]{16,}",
    re.ASCII,
)
_TOKENS = [
    *(
        re.compile(rf"(?:{pattern.pattern})[\w=-]*", pattern.flags)
        for detector in _DETECTORS
        for pattern in detector.denylist
        if ".{0,20}?" not in pattern.pattern  # the name of a key, and its value
    ),
    _PREFIXED,
]
_LONG_WORD = re.compile(r"""[^\s"'<>(),;{}\[\]|\\]{16,}""")

_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20,}={0,2}")
_MIN_RANDOM, _MIN_RANDOM_LOWER = 20, 24
_MIN_CHANGES = 0.3
"""Changes of the kind of characters in a random word, as a part of its length; names
such as ``SaleOrder19`` have fewer."""
_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{32,}|[0-9A-F]{32,})(?![0-9A-Za-z])", re.ASCII
)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{8,}={0,2}(?![\w+/=-])")
_SAME_KIND = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_NAMED = re.compile(
    r"(?:sha-?\d*|md5|checksum|hash|etag|commit|digest|revision|fingerprint|uuid|ray"
    r"|(?:request|trace|correlation|message|transaction)[ _-]?id)\W{0,3}\Z",
    re.IGNORECASE,
)
"""What names an identifier that looks random."""


def mask_tokens(text: str) -> str:
    """Mask tokens whose shape only tokens of a vendor have."""
    return _LONG_WORD.sub(_without_tokens, text)


def mask_random_words(text: str) -> str:
    """Mask words that look random, or are credentials in base64."""
    text = _BASE64.sub(_without_base64, text)
    text = _HEX.sub(_without_hex, text)
    return _RUN.sub(_without_random, text)


def _without_tokens(found: re.Match) -> str:
    word = found[0]
    for pattern in _TOKENS:
        word = pattern.sub(MASK, word)
    return word


def _without_base64(found: re.Match) -> str:
    """Mask text in base64: a user and a password, or something longer."""
    word = found[0]
    if len(word) % 4 or word.islower() or word.isupper() or word.isdigit():
        return word
    try:
        text = base64.b64decode(word.translate(_STANDARD)).decode("ascii")
    except (binascii.Error, ValueError):
        return word
    text = text.replace("\x00", ":")  # between user and password in SMTP
    is_text = text.isprintable() and (":" in text or "=" in text or len(text) > 20)
    return MASK if is_text else word


_STANDARD = str.maketrans("-_", "+/")


def _without_hex(found: re.Match) -> str:
    word, before = found[0], text_before(found)
    is_file = before[-1:] == "/" and "://" not in before
    if word.isdigit() or word.isalpha() or is_file or _NAMED.search(before):
        return word
    return MASK


def _without_random(found: re.Match) -> str:
    run = found[0]
    if _NAMED.search(text_before(found)):
        return run
    parts = run.split("/")
    shown = [MASK if _is_random(part) else part for part in parts]
    if shown == parts and not _is_path(found, parts) and _is_random(run):
        return MASK
    return "/".join(shown)


def _is_path(found: re.Match, parts: list[str]) -> bool:
    """Return whether parts are those of a path, not of base64."""
    has_words = any(
        len(part) > 3 and part.isalpha() and part.islower() for part in parts
    )
    return has_words or not parts[0] or text_before(found)[-1:] in (".", ":", "~")


def _is_random(word: str) -> bool:
    """Return whether a word changes between kinds of characters too often for names."""
    letters = re.sub("[^A-Za-z0-9]", "", word)
    digits = sum(char.isdigit() for char in letters)
    if len(word) < _MIN_RANDOM or digits < 2 or letters.upper() == letters:
        return False
    if _HEX.fullmatch(letters):
        return False  # decided by what is before it
    if letters.islower() and (len(letters) < _MIN_RANDOM_LOWER or letters != word):
        return False
    return len(_SAME_KIND.findall(letters)) >= _MIN_CHANGES * len(letters)
