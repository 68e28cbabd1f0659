"""Everything in the menu opens, for everybody who has it there, on each screen."""

import pytest
from walking import Walk, menus, open_everything

from setup import demo_server

UNTIL = demo_server.ALL
SCREENS = [(1366, 900), (820, 1180), (390, 844)]
MENUS = {"warehouse": 20, "ops": 23, "admin": 51}
"""How many entries of the menu each user has."""


@pytest.mark.parametrize("login", demo_server.USERS)
def test_everything_in_the_menu_opens(open_page, login):
    page = open_page(login)
    Walk(page).arrive()
    assert len(menus(page)) == MENUS[login]
    assert open_everything(page, SCREENS) == []
