"""The whole way of a file through the import pages, with a real browser: drop, look, map columns, bring in, undo."""

import re
import threading

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from commons.models import Building
from mapping.intake.work import work
from mapping.models import ImportRun
from people.models import Grant
from people.roles import Role
from tests.browser.conftest import PHONE
from tests.factories import CityFactory, NeighbourhoodFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = "codice;nome;altro nome;latitudine;longitudine\n1;Uno;Ex scuola;45.07;7.68\n2;Due;Ex bagni;45.08;7.69\n"
PAGE = "/en/torino/desk/import/"


@pytest.fixture
def stefano(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    city = CityFactory()
    NeighbourhoodFactory(city=city, half=0.05)
    person = UserFactory(username="stefano")
    Grant.objects.create(user=person, role=Role.STAFF, city=city)
    return person


def do_what_waits() -> None:
    """The work of the process that the page would start, in a thread with a connection of its own."""

    def there() -> None:
        work()
        connections.close_all()

    thread = threading.Thread(target=there)
    thread.start()
    thread.join()


def drop(page: Page, name: str, text: str) -> None:
    """A file falls from the desktop onto the form."""
    given = page.evaluate_handle(
        """([name, text]) => { const one = new DataTransfer();
           one.items.add(new File([text], name, { type: "text/csv" })); return one; }""",
        [name, text],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("[data-drop]", event, {"dataTransfer": given})


def test_a_dropped_file_is_looked_at_mapped_brought_in_and_undone(stefano, open_page):
    page = open_page(PAGE, user=stefano)
    drop(page, "edifici.csv", ROWS)
    expect(page.locator("[data-drop-name]")).to_have_text("edifici.csv")
    page.get_by_label("What does it hold?").select_option("buildings")
    page.get_by_role("button", name="Look what is in it").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    do_what_waits()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.locator('[data-count="created"]')).to_have_text("2")
    expect(page.locator(".intake-plan circle.mark-new")).to_have_count(3)  # two records and the key
    page.get_by_label("Name", exact=True).select_option("altro nome")
    page.get_by_role("button", name="Look again with these choices").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    do_what_waits()
    expect(page.get_by_text("Ex scuola").first).to_be_visible()
    page.get_by_role("button", name="Bring it in").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    do_what_waits()
    expect(page).to_have_url(re.compile(r"/runs/"))
    assert set(Building.objects.public().values_list("name", flat=True)) == {"Ex scuola", "Ex bagni"}
    page.get_by_role("button", name="Undo the whole import").click()
    expect(page.get_by_text("The import is undone")).to_be_visible()
    assert not Building.objects.public().exists()
    assert ImportRun.objects.get().undone_by == stefano


def test_it_works_on_a_phone_without_a_script_and_by_keyboard(stefano, open_page, tmp_path):
    path = tmp_path / "edifici.csv"
    path.write_text(ROWS)
    page = open_page(PAGE, user=stefano, viewport=PHONE | {"width": 320}, java_script_enabled=False)
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_label("What does it hold?").select_option("buildings")
    page.get_by_role("button", name="Look what is in it").press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    do_what_waits()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible(timeout=15_000)  # comes by itself
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Bring it in").press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    do_what_waits()
    expect(page.get_by_role("button", name="Undo the whole import")).to_be_visible(timeout=15_000)
    assert Building.objects.public().count() == 2
