"""What a person does on the map page, in words that tests share."""

import time

from playwright.sync_api import Page

# Asked again and again in the page: for a while nothing moves, nothing is asked for, and what is open is shown.
STILL = """asked => {
  const city = document.querySelector("city-map");
  const quiet = document.readyState === "complete" && city?.map && city.things
    && city.querySelector("[data-found]")?.getAttribute("aria-busy") === "false"
    && !city.map._animatingZoom && !city.map._panAnim?._inProgress
    && (!city.state.feature || city.panel.open?.uid === city.state.feature);
  const before = window.stillSince?.asked === asked ? window.stillSince.times : 0;
  window.stillSince = { asked, times: quiet ? before + 1 : 0 };
  return window.stillSince.times > 6;
}"""


def settled(page: Page) -> Page:
    """Waits until list and map say the same thing again."""
    page.wait_for_function(STILL, arg=time.monotonic(), polling=50)
    return page


def listed(page: Page) -> set[str]:
    """The uids in the list, every page of it."""
    while page.locator("[data-more]").count():
        shown = page.locator("[data-uid]").count()
        page.click("[data-more]")
        page.wait_for_function("n => document.querySelectorAll('[data-places] [data-uid]').length > n", arg=shown)
    return set(page.eval_on_selector_all("[data-places] [data-uid]", "all => all.map(one => one.dataset.uid)"))


def located(page: Page) -> set[str]:
    """The uids in the list that have a place."""
    listed(page)
    return set(page.eval_on_selector_all("[data-places] [data-point]", "all => all.map(one => one.dataset.uid)"))


def drawn(page: Page) -> set[str]:
    """The uids that the map draws, alone or in a group."""
    return set(page.evaluate("document.querySelector('city-map').things.map(thing => thing.key)"))


def exported(page: Page) -> set[str]:
    """The ids of everything that the download links of the page give."""
    ids = set()
    for link in page.locator("[data-export$='.geojson']").all():
        answer = page.request.get(link.get_attribute("href"))
        ids |= {feature["id"] for feature in answer.json()["features"]}
    return ids


def names(page: Page) -> list[str]:
    """The names in the list. A page that is still on its way is waited for: without a script nothing else says it."""
    page.wait_for_load_state()
    return page.locator("[data-places] .thing-name").all_text_contents()


def counts(page: Page) -> dict[str, int]:
    """What the legend says of each layer that is on the map."""
    said = page.locator(".layer:has(input:checked) .layer-count").all()
    return {one.get_attribute("data-count"): int(one.text_content()) for one in said}


def view(page: Page) -> list[float]:
    """West, south, east, north of what the map shows."""
    box = page.evaluate("document.querySelector('city-map').map.getBounds().toBBoxString()")
    return [float(degrees) for degrees in box.split(",")]
