"""EDI documents were exchanged: one partner is silent, one sends garbage."""

import re

import pytest
from accessibility import is_wider_than_screen, low_contrast_texts, unnamed_elements
from playwright.sync_api import expect

from setup import demo_server

UNTIL = demo_server.EXCHANGED

SILENT = re.compile(
    r"No ORDERS from Acme Corporation since .*; on \w+s the first arrives by "
)
FAILED = re.compile(r"\d+ EDI documents failed")
NOT_ANSWERED = re.compile(r"A document that was sent 5 h .* ago is not acknowledged")
TWICE = re.compile("A document was received twice")
SCREENS = {"desktop": (1440, 900), "phone": (390, 844)}


@pytest.mark.parametrize("text", [SILENT, FAILED, NOT_ANSWERED, TWICE])
def test_the_alert_is_shown(open_page, text):
    page = open_page("ops")
    page.locator(".o_rel_alert").first.wait_for()
    if page.get_by_text("Show all").count():
        page.get_by_text("Show all").click()
    expect(page.locator(".o_rel_alert", has_text=text)).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_an_unreadable_document_says_what_to_do(open_page, screen):
    width, height = SCREENS[screen]
    page = open_page("ops", "/odoo/edi-documents", width=width, height=height)
    page.get_by_text("ORD-0917").first.click()
    warning = ".o_form_view .alert-danger"
    expect(page.locator(warning)).to_contain_text("The document cannot be read")
    expect(page.locator(warning)).to_contain_text("Send the file back to ")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    assert not is_wider_than_screen(page)
    assert unnamed_elements(page, warning) == []
    assert low_contrast_texts(page, warning) == []


def test_an_order_is_found_by_the_partners_number(open_page):
    page = open_page("ops", "/odoo/edi-documents")
    page.locator(".o_data_row").first.wait_for()
    page.get_by_role("searchbox").fill("PO-20481")
    page.locator(".o_searchview_autocomplete").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".o_data_row")).to_have_count(2)


def test_the_calendar_shows_the_silent_partner(open_page):
    page = open_page("ops", "/odoo/edi-calendar")
    expect(page.get_by_text("No ORDERS · Acme").first).to_be_visible()
