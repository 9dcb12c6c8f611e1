"""What the tests of whole pages share: every kind of page, what gets lost when it is small, a walk by keyboard."""

from types import SimpleNamespace

from django.utils import timezone
from playwright.sync_api import Locator, Page

from commons import feedback
from commons.demo import load_demo
from commons.models import Building, Call, Proposal
from people.models import Grant, Membership
from people.roles import Role
from tests import factories as make
from tests.browser.test_pages import PAGES, address

# What cannot be read or reached: text that goes over the edge or is cut, controls outside of the page.
LOST = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const scrolls = element => {
    for (let one = element; one; one = one.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(one).overflowX)) return true;
    }
    return false;
  };
  const words = element => (element.innerText || "").slice(0, 40);
  const name = element => `${element.tagName.toLowerCase()}.${element.className}: ${words(element)}`;
  const apart = ".visually-hidden, .skip, .off-page, .trap, svg, .canvas, [hidden], .leaflet-container";
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(apart)) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (style.clipPath === "inset(50%)") continue; // words for those who hear the page, beside a mark that is seen
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const control = element.matches("a[href], button, input, select, textarea, summary");
    if (!own && !control || !box.width) continue;
    if ((box.right > wide + 1 || box.left < -1) && !scrolls(element)) found.push(`outside: ${name(element)}`);
    const hides = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
    const cut = hides && style.display !== "inline" && element.scrollWidth > element.clientWidth + 1;
    if (own && cut) found.push(`cut: ${name(element)}`);
  }
  const over = document.documentElement.scrollWidth - wide;
  return over > 0 ? [`${over} px too wide`, ...found] : found;
}"""
FOCUS = """() => {
  const element = document.activeElement;
  const ringed = one => {
    const style = one && getComputedStyle(one);
    return style && (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none");
  };
  const near = [element, element.nextElementSibling, element.parentElement, element.closest("label, li")];
  // What the browser draws by itself inside a field of a date or an hour.
  const parts = element.matches("input[type=date], input[type=time], input[type=datetime-local]");
  return element === document.body || parts || near.some(ringed) ? "" : `no ring: ${element.outerHTML.slice(0, 120)}`;
}"""


def lost(page: Page) -> list[str]:
    """What of a page cannot be read or reached at its present size."""
    page.wait_for_load_state()
    return page.evaluate(LOST)


def tab_to(page: Page, wanted: Locator, most: int = 150) -> list[str]:
    """Presses Tab until this has the focus; what had the focus on the way without showing it."""
    hidden = []
    for _ in range(most):
        if wanted.count() and wanted.first.evaluate("element => element === document.activeElement"):
            return hidden
        page.keyboard.press("Tab")
        if said := page.evaluate(FOCUS):
            hidden.append(said)
    raise AssertionError(f"the keyboard does not reach {wanted}")


def everybody() -> dict[str, str]:
    """Every kind of page that anybody may read."""
    building = Building.objects.get(source_id="scuola-tre-gelsi")
    call = Call.objects.create(city=building.city, name="Avviso per i cortili", state=Call.State.CLOSED,
                               opens_at=timezone.now(), closes_at=timezone.now())  # fmt: skip
    found = {
        "map": "/torino/",
        "map with a place open": f"/torino/?feature={building.uid}",
        "map that finds nothing": "/torino/?q=nessunacosasimile",
        "calls": "/torino/calls/",
        "search": "/torino/search/?q=scuola",
        "search that finds nothing": "/torino/search/?q=nessunacosasimile",
        "embedded map": "/embed/torino/",
        "offline": "/offline/",
        "style": "/style/",
        "call": call.get_absolute_url(),
        "tell us": f"/torino/tell-us/?about={building.uid}",
        "told us": "/torino/tell-us/thanks/",
        "feedback": "/feedback/?page=/torino/",
        "feedback sent": f"/feedback/sent/{feedback.shown_as('2345-6789-ABCD')}/",
        "begin a proposal": "/torino/propose/",
        "propose for a building": f"/torino/propose/?building={building.uid}",
        "accessibility": "/accessibility/",
        "self-assessment": "/accessibility/self-assessment/",
        "privacy": "/privacy/",
        "glossary": "/glossary/",
        "open data": "/data/",
        "a dataset": "/data/buildings/torino/",
        "layers for programs": "/ogc/?f=html",
        "a collection": "/ogc/collections/buildings?f=html",
        "items": "/ogc/collections/buildings/items?f=html",
        "not there": "/torino/buildings/nothing/",
        "sign in": "/account/login/",
        "sign up": "/account/signup/",
        "new password": "/account/password/reset/",
    }
    return found | {name: address(name) for name in PAGES}


def cast() -> SimpleNamespace:
    """The demonstration, with somebody who writes and somebody of the office."""
    load_demo("torino")
    building = Building.objects.get(source_id="scuola-tre-gelsi")
    alice, sara = (make.UserFactory(display_name=name) for name in ("Alice", "Sara"))
    Grant.objects.create(user=sara, role=Role.STAFF, city=building.city)
    group = make.OrganisationFactory(city=building.city, name="Gruppo Gelsi")
    Membership.objects.create(user=alice, organisation=group, role=Membership.Part.REPRESENTATIVE)
    draft = Proposal.objects.create(city=building.city, author=alice, name="Orto", building=building)
    return SimpleNamespace(city=building.city, building=building, alice=alice, sara=sara, draft=draft)


def ones_own(who: SimpleNamespace) -> dict[str, str]:
    """The pages of somebody who has signed in."""
    return {
        "my things": "/me/", "what I follow": "/me/following/", "follow a view": "/torino/follow/?layers=buildings",
        "follow a building": f"/id/{who.building.uid}/follow/",
        "messages": "/messages/", "preferences": "/messages/preferences/", "my data": "/me/data/",
        "my account": "/me/account/", "my groups": "/me/organisations/", "a new group": "/me/organisations/new/",
        "e-mail addresses": "/account/email/", "second step": "/account/2fa/",
        "a draft": f"/torino/propose/{who.draft.uid}/", "sending it": f"/torino/propose/{who.draft.uid}/submit/",
        "writing together": f"/torino/propose/{who.draft.uid}/invite/",
    }  # fmt: skip


def of_the_office(who: SimpleNamespace) -> dict[str, str]:
    """The desk and what hangs on it."""
    proposal = Proposal.objects.exclude(submitted_on=None).first()
    rooms = ("", "map/", "calls/", "calls/new/", "moderation/", "organisations/", "buildings/", "protocol/", "funnel/",
             "quality/", "import/", "export/", "why/", f"proposals/{proposal.uid}/")  # fmt: skip
    found = {f"desk {room}": f"/torino/desk/{room}" for room in rooms}
    return found | {"corrections": "/torino/corrections/", "dossier": f"{who.building.get_absolute_url()}dossier/"}
