"""The stage of the way from a proposal to a renewed pact: a city, who plays in it, and what they do on its pages."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from commons.demo import load_demo, load_known
from commons.models import Building, House
from neighbourhoods.models import City
from people.models import Grant, Membership, Organisation, User
from people.roles import Role
from tests import factories as make
from tests.browser.conftest import press

PASSWORD = "a long enough password"
PATTERN = "%Y-%m-%d"


@dataclass
class Stage:
    """Alice represents the group, Carlo lives near, Ada is the architect of the neighbourhood, Sara is of the office,
    Rita records decisions. `pages` are their five browsers."""

    city: City
    building: Building
    house: House
    group: Organisation
    people: dict[str, User]
    pages: dict[str, Page] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return datetime.now(ZoneInfo(self.city.time_zone))

    def day(self, ahead: int = 0) -> str:
        return (self.city.today() + timedelta(days=ahead)).strftime(PATTERN)

    def moment(self, **ahead: int) -> str:
        return (self.now + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def torino() -> Stage:
    """The demonstration city, with an empty school in it."""
    load_demo("torino")
    building = Building.objects.get(source_id="scuola-tre-gelsi")
    return cast_in(building, House.objects.get(source_id="bagni-pubblici-via-aglie"))


def reggio_emilia() -> Stage:
    """A city of which only the profile is known, with one neighbourhood, an empty building and a house."""
    city, at = load_known("reggio-emilia"), {"x": 10.63, "y": 44.70}
    make.NeighbourhoodFactory(city=city, name="Ospizio", code="1", half=0.02, **at)
    building = make.BuildingFactory(city=city, name="Ex latteria di via Emilia", **at)
    return cast_in(building, make.HouseFactory(city=city, name="Casa di Quartiere Ospizio", **at))


def cast_in(building: Building, house: House) -> Stage:
    building.refresh_from_db()
    city = building.city
    people = {
        name: make.UserFactory(username=name, display_name=name.title())
        for name in ("alice", "carlo", "ada", "sara", "rita")
    }
    for name, role, area in (
        ("sara", Role.STAFF, None), ("rita", Role.RECORDER, None), ("ada", Role.ARCHITECT, building.neighbourhood),
    ):  # fmt: skip
        Grant.objects.create(user=people[name], role=role, city=city, territory=area)
    group = make.OrganisationFactory(city=city, name="Amici della corte")
    Membership.objects.create(user=people["alice"], organisation=group, role=Membership.Part.REPRESENTATIVE)
    return Stage(city, building, house, group, people)


def fill(within: Locator, **typed: str) -> None:
    """Types into the fields of a form by their names, whatever they are made of."""
    for name, text in typed.items():
        one = within.locator(f"[name={name}]:not([type=hidden])").first
        match one.evaluate("node => node.type"):
            case "select-one":
                one.select_option(label=text)
            case "checkbox" | "radio":
                one.check()
            case _:
                one.fill(text)


def take(page: Page, label: str, **typed: str) -> None:
    """A step, or something beside the steps, on the desk's page of a record: opened, filled in and sent."""
    card = page.locator("details.move").filter(has=page.get_by_text(label, exact=True))
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    fill(card, **typed)
    press(card.get_by_role("button", name=label))
    expect(page.locator("main [role=status]").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def state(page: Page) -> str:
    return page.locator(".desk-state").inner_text()


def from_queue(page: Page, stage: Stage, name: str, kind: str = "proposals") -> None:
    """From the queue of the desk to the page of a record."""
    page.goto(f"/en/{stage.city.slug}/desk/?kind={kind}")
    press(page.get_by_role("link", name=name, exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def sign_in(page: Page, user: User) -> None:
    """By the form, where somebody was asked to."""
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page.locator("form").filter(has=page.locator("[name=password]")).get_by_role("button"))


def years_later(day: date, years: int) -> str:
    return day.replace(year=day.year + years).strftime(PATTERN) if day.day != 29 else f"{day.year + years}-02-28"


def uid_in(address: str) -> str:
    """The identifier in an address of a page."""
    return re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", address).group()
