"""The desk in a browser: it can be read by all, worked by keyboard, and a step is made on the record's page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from commons.pacting import open_pact
from tests import factories as make
from tests.browser.conftest import PHONE, press
from tests.commons.desk.cast import approved, cast, reviewed, signed, submitted
from tests.commons.test_files import PDF_BYTES


def violations(page) -> list[str]:
    """What axe finds on the page."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    "look",
    [{}, {"viewport": PHONE}, {"color_scheme": "dark"}],
    ids=["desktop", "phone", "dark"],
)
def test_the_desk_can_be_read_by_all(open_page, transactional_db, look):
    who = cast()
    one = reviewed(who)
    submitted(who, name="Nuova")
    submitted(who, name="Lunghissima" * 15)
    make.BuildingFactory(city=who.city, name="Capannone" * 20)
    make.OrganisationFactory(city=who.city, name="Associazione" * 16, verified=False, description="Orti. " * 300)
    rooms = ("map/", "organisations/", "buildings/", "protocol/", "funnel/", "moderation/", "calls/new/", "why/")
    for path in ("", f"proposals/{one.uid}/", *rooms):
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


def test_the_queue_on_a_phone_is_read_without_pushing_it_sideways(open_page, transactional_db):
    who = cast()
    reviewed(who, name="Lunghissima" * 15)
    page = open_page("/en/torino/desk/", user=who.sara, viewport={"width": 360, "height": 740})
    region = page.locator(".table-scroll")
    assert region.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    expect(page.locator("table.queue thead th").first).to_have_count(1)
    assert (
        page.locator("td[data-label=State]")
        .evaluate("n => getComputedStyle(n, '::before').content")
        .startswith('"State')
    )


def test_the_rest_of_the_menu_opens_by_keyboard_without_a_script(open_page, transactional_db):
    who = cast()
    page = open_page("/en/torino/desk/", user=who.sara, java_script_enabled=False)
    page.locator(".desk-more > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Outcomes").click()
    page.wait_for_url("**/desk/funnel/")
    expect(page.locator(".desk-more > summary")).to_have_text("Outcomes")


def test_a_signed_pact_is_put_on_the_desk_and_read_on_its_page(open_page, transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    who = cast()
    pact = signed(who, open_pact([approved(who)], by=who.sara))
    page = open_page(f"/en/torino/desk/pacts/{pact.uid}/", user=who.sara, allowed=("400",), java_script_enabled=False)
    page.locator("summary", has_text="Add the paper (PDF)").click()
    page.locator("#signed_pact-file").set_input_files({"name": "p.pdf", "mimeType": "", "buffer": b"<html>"})
    page.get_by_role("button", name="Add the paper (PDF)").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the file again")
    page.locator("#signed_pact-file").set_input_files({"name": "p.pdf", "mimeType": "", "buffer": PDF_BYTES})
    page.get_by_role("button", name="Add the paper (PDF)").click()
    expect(page.get_by_text("The paper is kept.")).to_be_visible()
    stranger = open_page(f"/en/torino/pacts/{pact.uid}/")
    link = stranger.get_by_role("link", name="Read what was signed (PDF)")
    expect(link).to_be_visible()
    assert stranger.request.get(link.get_attribute("href")).body() == PDF_BYTES
