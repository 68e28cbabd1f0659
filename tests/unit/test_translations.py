"""Translations keep what sentences contain besides words, and lack no term."""

import polib
import pytest

from setup import addons, paths, translations

WITH_TERMS = [
    addon
    for addon in addons.names(paths.ADDONS)
    if translations.template(addon).exists()
]


def test_each_addon_has_its_terms():
    assert addons.names(paths.ADDONS) == WITH_TERMS


@pytest.mark.parametrize("language", translations.LANGUAGES)
@pytest.mark.parametrize("addon", WITH_TERMS)
def test_what_is_translated_fits_its_term(addon, language):
    found = list(translations.problems(addon, language))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_each_term_is_translated(language):
    missing = list(translations.left(language))
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%(count)s transfers wait", "%(anzahl)s Transfers warten"),
        ("%(count)s transfers wait", "Transfers warten"),
        ("%s of %s", "%s von"),
        ("Slow: 5 %% of calls", "Langsam: 5 % der Aufrufe"),
        ("Show {{ name }}", "{{ nom }} anzeigen"),
        ("See <b>Platform</b>", "Siehe <i>Plattform</i>"),
        ("See <b>Platform</b>", "Siehe Plattform"),
        ('<b t-out="name"/> waits', '<b t-out="nom"/> wartet'),
        ("Name:", "Name"),
        ("It waits.", "Es wartet"),
        ("It waits", "Es wartet."),
        (" today", "heute"),
        ("One\nTwo", "Eins Zwei"),
    ],
)
def test_a_broken_translation_is_found(source, text):
    assert list(translations.term_problems(source, text))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%(a)s of %(b)s", "%(b)s, davon %(a)s"),
        ('<i title="Fine"/> See <b>this</b>', '<b>Dies</b> <i title="Gut"/>'),
        ("Services:", "Services :"),
        ("Really?", "¿De verdad?"),
        ("In two\n      lines", "In zwei Zeilen"),
    ],
)
def test_another_order_and_translated_attributes_are_not(source, text):
    assert list(translations.term_problems(source, text)) == []


class TestMerge:
    def merged(self, terms, known):
        files = []
        for entries in (terms, known):
            files.append(file := polib.POFile())
            file.extend(polib.POEntry(**entry) for entry in entries)
        return list(translations.merged(files[0], "de", files[1]))

    def test_what_is_translated_is_kept(self):
        known = [{"msgid": "Open", "msgstr": "Offen"}]
        (entry,) = self.merged([{"msgid": "Open"}], known)
        assert entry.msgstr == "Offen"

    def test_a_new_term_is_empty_and_one_that_is_gone_is_deleted(self):
        known = [{"msgid": "Open call", "msgstr": "Aufruf"}]
        (entry,) = self.merged([{"msgid": "Open calls"}], known)
        assert (entry.msgid, entry.msgstr, entry.fuzzy) == ("Open calls", "", False)

    def test_a_guess_is_not_kept(self):
        known = [{"msgid": "Open", "msgstr": "Offen", "flags": ["fuzzy"]}]
        (entry,) = self.merged([{"msgid": "Open"}], known)
        assert entry.msgstr == ""
