"""Takes pictures of every kind of page, wide, on a phone and in the dark, so that a change of looks can be reviewed.

`script/screenshots [NAME …]`, all when none is named; a name also stands for those that begin with it. The pictures lie
in `var/screenshots/`, with an `index.html` to look through them. The data are the demonstration, a city of three
thousand buildings and a city with nothing, in a database of their own. `--pictures` writes those of the README.
"""

import argparse
import html
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)
NAME = "mappa_screens"
FOLDER = ROOT / "var" / "screenshots"
README = ROOT / "docs" / "pictures"
THOUSANDS = 3_000
PATIENCE = 120_000  # milliseconds: a busy machine is slow, not wrong
KINDS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "dark-phone": {
        "viewport": {"width": 360, "height": 740},
        "has_touch": True,
        "is_mobile": True,
        "color_scheme": "dark",
    },
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/screenshots", description="Take pictures of every kind of page.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these, and those that begin with them")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help=f"{', '.join(KINDS)}; all")
    parser.add_argument("--pictures", action="store_true", help="write those of the README, in docs/pictures/")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use a kept one")
    return parser.parse_args()


def prepare() -> dict[str, str]:
    """The cities and the people, where they are not there yet, and what the addresses name."""
    import django
    from django.core.management import call_command

    django.setup()
    from bench import data
    from bench.data import geos, shapely
    from commons.demo import load_demo
    from neighbourhoods.models import City
    from script.screens import EMPTY

    call_command("migrate", verbosity=0)
    if not City.objects.exists():
        load_demo("torino")
        data.load(THOUSANDS)
        City.objects.create(slug=EMPTY, name="Vuota", envelope=geos(shapely.box(7.6, 45.0, 7.7, 45.1)), crs=[32632])
        with open(os.devnull, "w") as nowhere:
            call_command("demo_accounts", stdout=nowhere)
    return known()


def known() -> dict[str, str]:
    """The identifiers of the demonstration's records by what they show, and the address of a person's draft."""
    from commons.models import Building, House, Pact, Proposal
    from neighbourhoods.models import Neighbourhood, Street
    from people.models import Organisation

    records = {
        "building": (Building, "scuola-tre-gelsi"), "long": (Building, "nome-lunghissimo"),
        "nowhere": (Building, "via-onorato-vigliani-102"), "house": (House, "san-salvario"),
        "pact": (Pact, "patto-cumiana-15"), "renewed": (Pact, "patto-serra-2018"),
        "proposal": (Proposal, "doposcuola-tre-gelsi"), "organisation": (Organisation, "liberitutti"),
        "neighbourhood": (Neighbourhood, "neighbourhood-18"), "quiet": (Neighbourhood, "neighbourhood-21"),
        "district": (Neighbourhood, "district-6"), "street": (Street, "streets-Via Po"),
    }  # fmt: skip
    found = {name: model.objects.get(source_id=source_id).uid for name, (model, source_id) in records.items()}
    waiting = Proposal.objects.exclude(state="draft").order_by("pk").first()
    gone = Building.objects.filter(city__slug="metropoli").order_by("pk").first()
    Building.objects.filter(pk=gone.pk).update(visibility="hidden")
    return found | {"waiting": waiting.uid, "gone": gone.uid, "draft": draft(found["building"])}


def draft(building: str) -> str:
    """The address of the draft of somebody who is signed in, begun where there is none."""
    from django.test import Client

    from commons.models import Proposal

    person = people()["person"]
    if not (proposal := Proposal.objects.filter(author=person, state="draft").first()):
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(person)
        client.post(f"/torino/propose/?building={building}", {"name": "Una sala prove nel cortile"})
        proposal = Proposal.objects.get(author=person, state="draft")
    return f"/torino/propose/{proposal.uid}/"


def people() -> dict[str, Any]:
    """Who looks: somebody without a role, and the office."""
    from people.models import User

    person, _made = User.objects.get_or_create(username="persona", defaults={"display_name": "Dora Esempio"})
    return {"person": person, "office": User.objects.get(username="ufficio")}


def cookie(user: Any) -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


@contextmanager
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox"])
        yield started
        started.close()


def still(page: "Page") -> None:
    """Waits until nothing is loading or moving."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(250)


def take(chromium: "Browser", site: str, kind: str, screens: list[Any], where: dict[str, str]) -> Iterator[Path]:
    """One picture after another of one kind; a page that cannot be shown ends the run with its name."""
    from script.screens import address

    signed = {name: cookie(user) | {"url": site} for name, user in people().items()}
    for screen in screens:
        context = chromium.new_context(base_url=site, locale="it-IT", reduced_motion="reduce", **KINDS[kind])
        if screen.who:
            context.add_cookies([signed[screen.who]])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address(screen, where))
        still(page)
        if screen.offline:
            page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
            page.wait_for_timeout(4_000)  # the worker keeps what the page is made of
            context.set_offline(True)
            page.reload()
            page.wait_for_timeout(1_500)
        if screen.press:
            page.locator(screen.press).first.click()
            still(page)
        path = FOLDER / kind / f"{screen.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=page.locator("body.map-page").count() == 0)
        context.close()
        yield path


def index() -> None:
    """A page with all the pictures that are there, one row a page."""
    kinds = [kind for kind in KINDS if (FOLDER / kind).is_dir()]
    names = sorted({path.stem for kind in kinds for path in (FOLDER / kind).glob("*.png")})
    rows = []
    for name in names:
        shown = [kind for kind in kinds if (FOLDER / kind / f"{name}.png").exists()]
        pictures = "".join(
            f'<figure><a href="{kind}/{name}.png"><img src="{kind}/{name}.png" alt="" loading="lazy"></a>'
            f"<figcaption>{kind}</figcaption></figure>"
            for kind in shown
        )
        rows.append(f'<section id="{name}"><h2>{html.escape(name)}</h2><div>{pictures}</div></section>')
    style = (
        "body{font:16px system-ui;margin:24px;background:#ddd}div{display:flex;gap:16px;align-items:start;"
        "overflow:auto}figure{margin:0}img{max-height:480px;max-width:520px;border:1px solid #888}"
    )
    FOLDER.joinpath("index.html").write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Screenshots</title><style>{style}</style>"
        f"<h1>{len(names)} pages</h1>{''.join(rows)}"
    )


def pictures() -> None:
    """Those that the README shows, packed small."""
    from PIL import Image

    from script.screens import PICTURES

    README.mkdir(parents=True, exist_ok=True)
    for name, kind in PICTURES.items():
        with Image.open(FOLDER / kind / f"{name}.png") as image:
            high = min(image.height, KINDS[kind]["viewport"]["height"])
            small = image.convert("RGB").crop((0, 0, image.width, high))
            small.save(README / f"{name}-{kind}.webp", quality=82, method=6)


def main() -> int:
    chosen_ = arguments()
    from bench.front import free_port
    from bench.own import database
    from bench.server import gunicorn
    from script.screens import PICTURES, chosen

    port = free_port()
    os.environ["SITE_URL"] = site = f"http://127.0.0.1:{port}"
    screens = [one for one in chosen([]) if one.name in PICTURES] if chosen_.pictures else chosen(chosen_.names)
    with database(NAME, chosen_.keep):
        where = prepare()
        with gunicorn(port, 2, 4), browser() as chromium:
            for kind in chosen_.kinds:
                for path in take(chromium, site, kind, screens, where):
                    print(path.relative_to(ROOT), flush=True)
        from django.db import connections

        connections.close_all()
    index()
    if chosen_.pictures:
        pictures()
    print(f"{FOLDER / 'index.html'}")
    return 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapping.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs its own loop in this thread
    sys.exit(main())
