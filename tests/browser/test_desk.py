"""The desk in a browser: it can be read by all, worked by keyboard, and a step is made on the record's page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, press
from tests.commons.desk.cast import cast, reviewed, submitted


def violations(page) -> list[str]:
    """What axe finds on the page."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


@pytest.mark.parametrize("look", [{}, {"viewport": PHONE}, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
def test_the_desk_can_be_read_by_all(open_page, transactional_db, look):
    who = cast()
    one = reviewed(who)
    submitted(who, name="Nuova")
    for path in ("", f"proposals/{one.uid}/", "funnel/", "moderation/", "calls/new/", "why/"):
        page = open_page(f"/en/torino/desk/{path}", user=who.sara, **look)
        assert violations(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_a_step_is_made_on_the_page_and_a_refusal_keeps_the_words(open_page, transactional_db):
    who = cast()
    one = reviewed(who)
    page = open_page(f"/en/torino/desk/proposals/{one.uid}/", user=who.sara, allowed=("400",))
    page.get_by_text("Ask for changes", exact=True).first.click()
    page.locator("#move-ask_changes-note").fill("Chi annaffia d'estate?")
    press(page.get_by_role("button", name="Ask for changes"))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#move-ask_changes-note")).to_have_value("Chi annaffia d'estate?")
    page.locator("#move-ask_changes-reply_by").fill(str(who.city.today()))
    press(page.get_by_role("button", name="Ask for changes"))
    expect(page.get_by_text("Done.")).to_be_visible()
    one.refresh_from_db()
    assert one.state == "needs_changes"
