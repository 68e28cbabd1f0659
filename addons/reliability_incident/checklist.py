"""Checklists: the list items of a procedure, as steps to tick."""

from typing import NamedTuple

from lxml import html

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ol", "ul")
_BLOCKS = ("br", "div", "p")


class Step(NamedTuple):
    """Something to do.

    :ivar section: the heading above its list; empty without one
    :ivar text: the list item, without the lists within it
    """

    section: str
    text: str


def steps_of(procedure: str) -> list[Step]:
    """Return the list items of a procedure, in their order.

    :param procedure: HTML; texts that are in no list are no steps
    """
    if not (procedure or "").strip():
        return []
    section, steps = "", []
    for element in html.fragment_fromstring(procedure, create_parent="div").iter():
        if element.tag in _HEADINGS:
            section = _clean(element.text_content())
        elif element.tag == "li" and (text := _clean(_own_text(element))):
            steps.append(Step(section, text))
    return steps


def _own_text(element: html.HtmlElement) -> str:
    """Return the text of a list item; the items of a list within it are steps, too."""
    texts = [element.text or ""]
    for child in element:
        if child.tag not in _LISTS and isinstance(child.tag, str):
            texts += [_own_text(child), " " if child.tag in _BLOCKS else ""]
        texts.append(child.tail or "")
    return "".join(texts)


def _clean(text: str) -> str:
    return " ".join(text.split())
