"""EDI documents were exchanged: one partner is silent, one sends garbage."""

import re

import pytest
from accessibility import (
    is_wider_than_screen,
    low_contrast_texts,
    small_targets,
    unnamed_elements,
)
from playwright.sync_api import expect

from setup import demo_server

UNTIL = demo_server.ALL

SILENT = re.compile(
    r"No ORDERS from Acme Corporation since .*; on \w+s the first arrives by "
)
UNKNOWN = re.compile(r"Azure Interior: \d+ ORDERS .*PO-20482.*product")
FAULTY = re.compile(r"Gemini Furniture: 2 ORDERS .*ORD-0917.*fault")
NOT_SENT = re.compile(r"Acme Corporation: WH-OUT-00042\S* is not sent")
NOT_ANSWERED = re.compile(r"Azure Interior has not acknowledged INV-2026-00017.*5 h")
TWICE = re.compile(r"Azure Interior sent PO-20481 twice: S\d+ and S\d+")
ALERTS = [SILENT, UNKNOWN, FAULTY, NOT_SENT, NOT_ANSWERED, TWICE]
SCREENS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
CALENDAR = ".o_reliability_edi_table"
MARKS = f"{CALENDAR} .o_reliability_edi_red, {CALENDAR} .o_reliability_edi_amber"

# Community's dark style sheet has only the dark rules of addons, see
# test_accessibility.py.
DARK_PAGE = f"{CALENDAR} td {{ background-color: #262a36 !important; }}"


def test_each_partner_and_problem_is_an_alert(to_do):
    page = to_do("ops")
    for text in ALERTS:
        expect(page.locator(".o_data_row", has_text=text)).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_partners_error_page_is_no_fault_of_the_document(open_page, screen):
    width, height = SCREENS[screen]
    page = open_page("ops", "/odoo/edi-documents", width=width, height=height)
    page.get_by_text("ORD-0917").first.click()
    warning = ".o_form_view .alert-danger"
    fault = "The system of Gemini Furniture has a fault"
    expect(page.locator(warning)).to_contain_text(fault)
    expect(page.locator(warning)).to_contain_text("call Gemini Furniture")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    assert not is_wider_than_screen(page)
    assert unnamed_elements(page, warning) == []
    assert low_contrast_texts(page, warning) == []


def test_the_list_opens_on_what_is_to_be_fixed(open_page):
    page = open_page("ops", "/odoo/edi-documents")
    expect(page.locator(".o_facet_values")).to_have_text("To Fix")
    expect(page.locator(".o_data_row", has_text="PO-20482")).to_be_visible()
    expect(page.locator(".o_data_row .text-bg-success")).to_have_count(0)


def test_an_order_is_found_by_the_partners_number(open_page):
    page = open_page("ops", "/odoo/edi-documents")
    page.locator(".o_data_row").first.wait_for()
    page.locator(".o_facet_remove").click()
    page.get_by_role("searchbox").fill("PO-20481")
    page.locator(".o_searchview_autocomplete").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".o_data_row")).to_have_count(2)


def test_the_calendar_shows_the_silent_partner(open_page):
    page = open_page("ops", "/odoo/edi-calendar")
    label = re.compile(r"ORDERS from Acme Corporation, .*: none, expected by \d\d:\d\d")
    missing = page.get_by_role("button", name=label).last
    expect(missing).to_have_text("0")
    missing.click()
    expect(page.locator(".o_view_nocontent")).to_contain_text(
        "No ORDERS from Acme Corporation on"
    )


def test_a_cell_opens_the_documents_that_it_counts(open_page):
    page = open_page("ops", "/odoo/edi-calendar")
    label = re.compile(r"ORDERS from Gemini Furniture, .*: (\d+) of \d+ failed")
    failed = page.get_by_role("button", name=label).last
    count = int(failed.inner_text())
    failed.click()
    expect(page.locator(".o_data_row")).to_have_count(count)
    page.go_back()
    expect(page.get_by_role("button", name=label).last).to_be_focused()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_calendar_is_accessible(open_page, screen):
    width, height = SCREENS[screen]
    page = open_page("ops", "/odoo/edi-calendar", width=width, height=height)
    page.locator(f"{CALENDAR} tbody tr").first.wait_for()
    assert not is_wider_than_screen(page)
    assert unnamed_elements(page, CALENDAR) == []
    assert low_contrast_texts(page, CALENDAR) == []
    assert small_targets(page, CALENDAR, 24 if screen == "desktop" else 44) == []
    # The partner stays visible at the last day.
    name = page.get_by_role("rowheader", name="Acme Corporation").first
    expect(name).to_be_in_viewport()


def test_marks_have_enough_contrast_on_a_dark_page(open_page):
    page = open_page("ops", "/odoo/edi-calendar", dark=True)
    page.locator(f"{CALENDAR} tbody tr").first.wait_for()
    page.add_style_tag(content=DARK_PAGE)
    assert low_contrast_texts(page, MARKS) == []
