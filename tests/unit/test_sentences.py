"""Each sentence on a screen is one whole template, which can be translated."""

import ast
import textwrap

import pytest

from setup import sentences


def test_no_addon_puts_a_sentence_together():
    found = sentences.in_addons()
    assert not found, "\n".join("{}:{}: {}".format(*problem) for problem in found)


def in_python(text, *others):
    """Return the problems of a module, beside other modules."""
    trees = [ast.parse(textwrap.dedent(code)) for code in (text, *others)]
    flow = sentences.Flow(trees)
    return [problem for _line, problem in flow.problems(trees[0])]


class TestPython:
    @pytest.mark.parametrize(
        "expression",
        [
            "f'{_(\"Two transfers wait\")}, {late}'",
            '_("Two transfers wait") + ", one is late"',
            '"%s!" % _("Two transfers wait")',
            '"%s: %s" % (name, _("Two transfers wait"))',
            '_("%s transfers wait") % count',
            '_("Two transfers wait").lower()',
            '_("Two transfers wait").capitalize()',
            '_("{} transfers wait").format(count)',
            '_("%(state)s since today", state=record._state_name().lower())',
            '_("Two transfers " + verb)',
            '_(f"{count} transfers wait")',
            '_("%(text)s, because %(cause)s", text=name, cause=_("labels are late"))',
            '"; ".join([_("Two transfers are late"), _("One label is missing")])',
            '"; ".join(_("Transfer %s is late", name) for name in names)',
        ],
    )
    def test_a_glued_sentence_is_found(self, expression):
        assert len(in_python(f"text = {expression}")) == 1

    @pytest.mark.parametrize(
        "expression",
        [
            '_("%(count)s transfers wait", count=count)',
            '_("%(state)s since %(time)s", state=_("Not started"), time=time)',
            '", ".join([_("Other carriers"), name])',
            '"\\n".join([_("Two transfers are late"), _("One label is missing")])',
            'paragraph(_("Two transfers are late"), _("One label is missing"))',
            'env._(LAZY) % {"time": time}',
            'Markup("<b>%s</b>") % _("Two transfers are late")',
        ],
    )
    def test_whole_sentences_with_names_and_numbers_are_not(self, expression):
        assert in_python(f"text = {expression}") == []

    def test_a_sentence_is_followed_through_variables_and_methods(self):
        problem = """
            def _describe(self):
                waiting = self._describe_backlog()
                return self.env._("%(text)s, for %(age)s", text=waiting)
        """
        elsewhere = """
            def _describe_backlog(self):
                values = {"count": 2}
                text = self.env._("%(count)s e-mails wait to be sent", **values)
                return text
        """
        assert len(in_python(problem, elsewhere)) == 1
        assert in_python(problem) == []

    def test_a_sentence_is_followed_into_a_dict_of_values(self):
        problem = """
            def _describe(self):
                values = {"text": self.env._("Two transfers are late"), "age": 2}
                return self.env._("%(text)s, the oldest for %(age)s", **values)
        """
        assert len(in_python(problem)) == 1

    def test_a_name_and_a_colon_may_precede_a_sentence(self):
        heading = """
            def _describe(self):
                text = self.env._("Two transfers are late")
                return self.env._("%(where)s: %(text)s", where=self.name, text=text)
        """
        assert in_python(heading) == []
        assert len(in_python(heading.replace(": %(text)s", " (%(text)s)"))) == 1


class TestJavaScript:
    @pytest.mark.parametrize(
        "code",
        [
            "_t(name)",
            "_t(`${count} failed`)",
            '_t("Failed: " + name)',
            '_t("Failed") + name',
            'name + _t("Failed")',
            '_t("Failed").toLowerCase()',
            '`${_t("Failed")} today`',
            "`${name}, ${time}`",
        ],
    )
    def test_a_glued_sentence_is_found(self, code):
        found = list(sentences.javascript_problems(f"const text = {code};"))
        assert len(found) == 1

    @pytest.mark.parametrize(
        "code",
        [
            '_t("%(done)s of %(total)s", { done: f(1 + 2), total })',
            '_t(\n    "Failed"\n)',
            "`o_rel_state o_rel_${state}`",
            "// _t(name) + `${name}, ${time}`",
        ],
    )
    def test_whole_sentences_and_classes_are_not(self, code):
        assert list(sentences.javascript_problems(f"const text = {code};")) == []


class TestTemplates:
    @pytest.mark.parametrize(
        "template",
        [
            '<p><t t-out="count"/> failed</p>',
            '<p>Failed (<t t-out="count"/>)</p>',
            '<p><t t-if="x"><t t-out="count"/></t> failed</p>',
            '<p><span t-out="count"/><span> today</span></p>',
            '<div>By <field name="hour"/>, usually</div>',
            "<b t-att-title=\"count + ' failed'\"/>",
            '<b t-att-aria-label="`${count} failed`"/>',
        ],
    )
    def test_a_piece_of_a_sentence_beside_a_value_is_found(self, template):
        assert list(sentences.xml_problems(template))

    @pytest.mark.parametrize(
        "template",
        [
            '<p>Earlier attempts: <t t-out="count"/></p>',
            '<p><i class="fa"/><t t-out="text"/></p>',
            '<div><h2>Services</h2><span t-out="progress"/></div>',
            '<div><field name="threshold"/><span>seconds</span></div>',
            '<record><field name="name">service</field></record>',
            "<b t-att-class=\"'fa fa-' + icon\"/>",
        ],
    )
    def test_labels_units_and_data_are_not(self, template):
        assert list(sentences.xml_problems(template)) == []
