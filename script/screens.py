"""What `script/screenshots` takes pictures of: a name, an address, and who looks. A new kind of page is one line here.

Addresses hold `{building}`, `{draft}` and the like, which `addresses` finds in the demonstration.
"""

from collections.abc import Mapping
from dataclasses import dataclass

EMPTY = "vuota"


@dataclass(frozen=True)
class Screen:
    """One page to look at. `who` is "", "person" or "office"; `press` is what is clicked before the picture."""

    name: str
    path: str
    who: str = ""
    press: str = ""
    offline: bool = False


MAP = (
    Screen("map", "/torino/"),
    Screen("map-a-place-open", "/torino/?feature={building}"),
    Screen("map-a-neighbourhood-open", "/torino/?feature={neighbourhood}"),
    Screen("map-filters-open", "/torino/", press=".filters summary"),
    Screen("map-searched", "/torino/?q=scuola"),
    Screen("map-nothing-found", "/torino/?q=zzzzzz"),
    Screen("map-without-places", f"/{EMPTY}/"),
    Screen("map-of-thousands", "/metropoli/"),
)
RECORDS = (
    Screen("city", "/torino/about/"),
    Screen("neighbourhood", "/id/{neighbourhood}"),
    Screen("neighbourhood-empty", "/id/{quiet}"),
    Screen("district", "/id/{district}"),
    Screen("building", "/id/{building}"),
    Screen("building-long-name", "/id/{long}"),
    Screen("building-nowhere", "/id/{nowhere}"),
    Screen("house", "/id/{house}"),
    Screen("proposal", "/id/{proposal}"),
    Screen("pact", "/id/{pact}"),
    Screen("pact-renewed", "/id/{renewed}"),
    Screen("organisation", "/id/{organisation}"),
    Screen("street", "/id/{street}"),
    Screen("city-empty", f"/{EMPTY}/about/"),
    Screen("city-of-thousands", "/metropoli/about/"),
)
DOING = (
    Screen("propose", "/torino/propose/?building={building}"),
    Screen("propose-drafts", "/torino/propose/", "person"),
    Screen("draft", "{draft}", "person"),
    Screen("draft-refused", "{draft}", "person", press="button[formaction]"),
    Screen("calls", "/torino/calls/"),
    Screen("tell-us", "/torino/tell-us/?about={building}"),
    Screen("sign-in", "/account/login/"),
    Screen("sign-up", "/account/signup/"),
    Screen("me", "/me/", "person"),
    Screen("account", "/me/account/", "person"),
    Screen("messages", "/messages/", "person"),
    Screen("organisations", "/me/organisations/", "person"),
)
OFFICE = (
    Screen("desk", "/torino/desk/", "office"),
    Screen("desk-map", "/torino/desk/map/", "office"),
    Screen("desk-proposal", "/torino/desk/proposals/{waiting}/", "office"),
    Screen("desk-buildings", "/torino/desk/buildings/", "office"),
    Screen("desk-funnel", "/torino/desk/funnel/", "office"),
    Screen("desk-quality", "/torino/desk/quality/", "office"),
    Screen("desk-import", "/torino/desk/import/", "office"),
    Screen("desk-export", "/torino/desk/export/", "office"),
)
DATA = (
    Screen("open-data", "/data/"),
    Screen("dataset", "/data/buildings/"),
    Screen("ogc", "/ogc/?f=html"),
    Screen("ogc-items", "/ogc/collections/buildings/items?f=html&limit=10"),
)
DUTIES = (
    Screen("cities", "/"),
    Screen("accessibility", "/accessibility/"),
    Screen("privacy", "/privacy/"),
    Screen("style", "/style/"),
    Screen("style-english", "/en/style/"),
)
TROUBLE = (
    Screen("trouble-400", "/torino/?bbox=no"),
    Screen("trouble-403", "/torino/desk/", "person"),
    Screen("trouble-404", "/torino/nowhere/at/all/"),
    Screen("trouble-410", "/id/{gone}"),
    Screen("trouble-offline", "/en/offline/"),
    Screen("map-offline", "/torino/", offline=True),
)
SCREENS: tuple[Screen, ...] = (*MAP, *RECORDS, *DOING, *OFFICE, *DATA, *DUTIES, *TROUBLE)
# What the README shows.
PICTURES = {"map": "desktop", "building": "phone", "neighbourhood": "dark"}


def chosen(words: list[str]) -> list[Screen]:
    """The screens whose name begins with one of these words; all of them for none."""
    return [screen for screen in SCREENS if not words or screen.name.startswith(tuple(words))]


def address(screen: Screen, known: Mapping[str, str]) -> str:
    """The address of a screen, with what was found put in."""
    return screen.path.format_map(known)
