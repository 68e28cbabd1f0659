"""The check of words finds retired words and deep imports, and leaves English alone."""

import pytest

from setup import words


def found(text, path="addons/reliability/models/example.py"):
    """Return the problems of a file as texts."""
    return [problem for _line, problem in words.problems(path, text)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("is_told = 1", "told"),
        ("def _tell(): pass", "tell"),
        ("class ToldState: pass", "told"),
        ("def f(facts): pass", "facts"),
        ("self._note = 1", "note"),
        ("import visits as visit", "visit"),
        ("for judge in (): pass", "judge"),
        ("x = [n for place in ()]", "place"),
        ("x = lambda look: 1", "look"),
        ("def forget_all(): pass", "forget"),
    ],
)
def test_a_retired_word_in_a_name_is_found_where_it_is_defined(text, word):
    (problem,) = found(text)
    assert problem.startswith(f"'{word}' in ")
    assert "is retired: say " in problem


@pytest.mark.parametrize(
    "text",
    [
        "picking.note",
        "record.write({'note': 1})",
        "# In fact, note what he told: visit us, and look.",
        "replaced = noted_down_nowhere(placeholder=1)",
        "def forget(): pass",
        "lookup = workplace = at_most = artefact = 1",
        "def test_the_owner_is_told_of_the_fact(): pass",
        "class TestWhatIsSaid: pass",
    ],
)
def test_plain_english_and_names_of_others_are_innocent(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "# a counterpart answers",
        "# Whoever asks",
        "'in this situation'",
        "def test_a_counterpart_that_is_silent(): pass",
    ],
)
def test_words_that_are_retired_in_sentences_are_found_everywhere(text):
    assert found(text)


def test_a_phrase_is_found_across_lines():
    assert found("two of\nwhich\n", "docs/page.md") == [
        "'of\\nwhich' is retired: say a second sentence"
    ]


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("addons/a/views/v.xml", '<record id="tell_form"/>', "'tell' in tell_form"),
        ("addons/a/data/d.sql", "SELECT now() AS told -- told", "'told' in told"),
        ("addons/a/static/src/x.js", "// told\nconst told = 'told';", "'told' in told"),
        ("addons/a/models/visit.py", "", "'visit' in visit"),
    ],
)
def test_names_in_other_languages_and_of_files_are_checked(path, text, problem):
    (only,) = found(text, path)
    assert only.startswith(problem)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/x.py", "for of in (): pass"),
        ("tests/x.py", "def f(it): pass"),
        ("tests/x.py", "x = 'SELECT 1 AS of'"),
        ("addons/a/static/src/x.js", "list.map((of) => of.id); x = of => 1;"),
        ("addons/a/views/v.xml", '<t t-foreach="x" t-as="it"/>'),
    ],
)
def test_a_variable_called_of_or_it_is_found(path, text):
    assert any("a variable called" in problem for problem in found(text, path))


def test_a_loop_of_javascript_is_innocent():
    assert found("for (const day of days) {}", "addons/a/static/src/x.js") == []


class TestImports:
    CORE = "odoo.addons.reliability"

    @pytest.mark.parametrize(
        "text",
        [
            f"from {CORE}.telemetry.events import Series",
            f"from {CORE} import models",
            f"import {CORE}.models.reliability_query",
            f"def f():\n    from {CORE}.collector import outbox",
        ],
    )
    def test_addons_import_from_api_only(self, text):
        (problem,) = found(text, "addons/reliability_sale/models/sale_order.py")
        assert problem.endswith(f"import from {self.CORE}.api")

    @pytest.mark.parametrize(
        "text",
        [
            f"from {CORE}.api import Series",
            f"from {CORE} import api",
            "from odoo.addons.reliability_integration.ledger import exchange",
            "from odoo.addons.sale import models",
        ],
    )
    def test_api_and_other_addons_may_be_imported(self, text):
        assert found(text, "addons/reliability_sale/models/sale_order.py") == []

    def test_tests_may_also_import_tests(self):
        path = "addons/reliability_sale/tests/test_sale.py"
        helpers = f"from {self.CORE}.tests.common import Case"
        deep = f"from {self.CORE}.telemetry.events import Series"
        assert found(helpers, path) == []
        assert len(found(deep, path)) == 1

    def test_the_core_may_import_itself(self):
        assert found(f"from {self.CORE}.telemetry import events") == []


@pytest.mark.parametrize(
    ("path", "text", "upwards"),
    [
        ("telemetry/slots/file.py", "from ...collector.state import State", True),
        ("telemetry/slots/file.py", "from ..events import Series", False),
        ("instrumentation/install.py", "from ..collector import service", True),
        ("instrumentation/install.py", "from .. import api", True),
        ("instrumentation/call.py", "from ..telemetry.events import Event", False),
        ("collector/probes.py", "from ..instrumentation.guard import guarded", False),
        ("models/query.py", "from .. import odoo_conf", False),
    ],
)
def test_an_import_from_a_floor_above_is_found(path, text, upwards):
    assert bool(found(text, f"addons/reliability/{path}")) == upwards
