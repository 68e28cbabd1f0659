"""The translations of our addons: their terms, and what is wrong with a translation.

Odoo's own exporter finds the terms: ``i18n/<addon>.pot``.  They are merged into the
file of each language, ``i18n/de.po``: new terms are empty, terms that are gone are
deleted.  Neither has dates, so that a file changes only where its terms do.
"""

import io
import os
import re
import sys
import tarfile
from collections import Counter

import polib

from . import addons, databases, odoo_config, paths, testing
from .steps import say

LANGUAGES = ("de", "es", "fr")
_HEADER = {
    "Project-Id-Version": "Odoo Server 19.0",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
_PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}
_OF_TESTS = re.compile(r"code:addons/[^/]+/tests/")
_TAG = re.compile(r"<[^<>]+>")
_TRANSLATED_ATTRIBUTE = re.compile(
    r"""\b(title|aria-label|placeholder|alt|string)=("[^"]*"|'[^']*')"""
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdrf%]|\{\{.*?\}\}|\$\{.*?\}")
_LINE_BREAK = re.compile(r"\n(?! )")
"""Others are of the layout of XML."""
_ENDS = (".", ":", "…", "?", "!")


def template(addon):
    """Return the file of an addon's terms."""
    return paths.ADDONS / addon / "i18n" / f"{addon}.pot"


def translation(addon, language):
    """Return the file of an addon's translations."""
    return paths.ADDONS / addon / "i18n" / f"{language}.po"


def export(env, modules):
    """Return the terms of installed addons, as Odoo exports them.

    :return: addon → `polib.POFile`, without addons that have no terms
    """
    from odoo.tools.translate import trans_export

    exported = io.BytesIO()
    trans_export(None, list(modules), exported, "tgz", env)
    exported.seek(0)
    found = {}
    with tarfile.open(fileobj=exported) as archive:
        for member in archive.getmembers():
            terms = polib.pofile(archive.extractfile(member).read().decode())
            entries = [entry for entry in map(_without_tests, terms) if entry]
            found[member.name.split("/")[0]] = _file(entries)
    return {addon: terms for addon, terms in found.items() if len(terms)}


def _without_tests(entry):
    """Return an entry without its occurrences in tests; ``None`` if it has no other."""
    entry.occurrences = [
        one for one in entry.occurrences if not _OF_TESTS.match(one[0])
    ]
    return entry if entry.occurrences else None


def _file(entries, language=""):
    terms = polib.POFile()
    terms.metadata = {**_HEADER}
    if language:
        more = {"Language": language, "Plural-Forms": _PLURALS[language]}
        terms.metadata |= more
    terms.extend(entries)
    return terms


def merged(terms, language, known):
    """Return the terms with the translations that are known.

    :param known: a `polib.POFile`; its terms that are gone are left out
    """
    translated = {entry.msgid: entry.msgstr for entry in known if not entry.fuzzy}
    entries = [
        polib.POEntry(
            msgid=entry.msgid,
            msgstr=translated.get(entry.msgid, ""),
            comment=entry.comment,
            occurrences=entry.occurrences,
        )
        for entry in terms
    ]
    return _file(entries, language)


def write(exported):
    """Write the terms of addons, and merge them into each language."""
    for addon, terms in sorted(exported.items()):
        template(addon).parent.mkdir(exist_ok=True)
        terms.save(str(template(addon)))
        missing = {}
        for language in LANGUAGES:
            file = translation(addon, language)
            known = polib.pofile(str(file)) if file.exists() else ()
            translated = merged(terms, language, known)
            translated.save(str(file))
            missing[language] = len(translated.untranslated_entries())
        left = ", ".join(f"{language} {count}" for language, count in missing.items())
        say(f"   {addon}: {len(terms)} terms; not translated: {left}")


def problems(addon, language):
    """Yield what is wrong with an addon's translation into a language, term by term.

    Terms that are not translated are not among them.
    """
    file = translation(addon, language)
    if not file.exists():
        yield f"there is no {file.name}"
        return
    terms, translated = polib.pofile(str(template(addon))), polib.pofile(str(file))
    yield from differences(terms, translated)
    for entry in translated:
        if entry.fuzzy or entry.obsolete:
            yield f"{entry.msgid!r} is marked as fuzzy or obsolete"
        elif entry.msgstr:
            for problem in term_problems(entry.msgid, entry.msgstr):
                yield f"{entry.msgid!r} → {entry.msgstr!r}: {problem}"


def differences(terms, others):
    """Yield the terms that only one of two files has."""
    here, there = ({entry.msgid for entry in one} for one in (terms, others))
    yield from (f"lacks {term!r}" for term in sorted(here - there))
    yield from (f"has {term!r}, which is gone" for term in sorted(there - here))


def term_problems(source, text):
    """Yield what a translation has not in common with its source, and must have."""
    for what, parts in (
        ("placeholders", _PLACEHOLDER.findall),
        ("tags", _tags),
        ("line breaks", _LINE_BREAK.findall),
    ):
        if Counter(parts(source)) != Counter(parts(text)):
            yield f"has other {what}"
    if _margins(source) != _margins(text):
        yield "begins or ends with other blanks"
    if _end(source) != _end(text):
        yield "ends with another punctuation mark"


def _tags(text):
    return [_TRANSLATED_ATTRIBUTE.sub(r"\1", tag) for tag in _TAG.findall(text)]


def _margins(text):
    return text[: -len(text.lstrip())], text[len(text.rstrip()) :]


def _end(text):
    last = text.rstrip()[-1:]
    return last if last in _ENDS else ""


def update():
    """Export the terms of all addons, and merge them into each language."""
    with testing.in_workplace("translations"):
        config = paths.RUN / "translations" / "odoo.conf"
        odoo_config.write(config, {"db_name": databases.INVOICING})
        program = testing.start(["-m", "setup.translations", str(config)])
        return testing.wait_for(program)


def main(config_file):
    """Export from a database that has all addons; run by Odoo's Python."""
    from odoo import SUPERUSER_ID, api
    from odoo.orm.registry import Registry
    from odoo.tools import config

    config.parse_config(["-c", config_file, "--logfile", os.devnull])
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        write(export(env, addons.names(paths.ADDONS)))


def left(language):
    """Yield the terms that are not translated, each after its addon."""
    for addon in addons.names(paths.ADDONS):
        for entry in polib.pofile(str(translation(addon, language))):
            if not entry.msgstr:
                yield f"{addon}: {entry.msgid!r}"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["left", language]:
            print("\n".join(left(language)))
        case [config_file]:
            main(config_file)
