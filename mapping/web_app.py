"""The installable web app: its manifest, the service worker that keeps what was seen, and the page without network."""

import json
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from mapping.layers import LAYERS
from neighbourhoods.models import City

WORKER = settings.BASE_DIR / "static" / "js" / "app" / "worker.js"
PAPER, BAND = "#faf8f4", "#1b2a33"  # of static/css/tokens.css; the window around the app knows no tokens
# What a page without network is made of. What a map is made of, it tells the worker itself.
SHELL = (
    "sheets/page.css", "img/icon.svg", "img/scenes.svg", "js/app/app.js", "js/app/copies.js", "js/app/offline.js",
    "js/lib/dom.js", "js/lib/words.js", "npm/titillium/titillium-web-latin-600-normal.woff2",
)  # fmt: skip
ICONS = (
    ("img/icon-192.png", 192, "any"),
    ("img/icon-512.png", 512, "any"),
    ("img/icon-maskable-512.png", 512, "maskable"),
)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the browser is told when somebody puts the map among their apps."""
    icons = [
        {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    document = {
        "id": "/",
        "name": "Mappa Comune",
        "short_name": "Mappa Comune",
        "description": _("Public buildings, Case del Quartiere, proposals and pacts, neighbourhood by neighbourhood."),
        "lang": "it",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": BAND,
        "icons": [{"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}, *icons],
    }
    return fresh(json.dumps(document, ensure_ascii=False), "application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of this release: `static/js/app/worker.js` with what it must know before it."""
    known = {
        "RELEASE": settings.RELEASE,
        "SHELL": [static(name) for name in SHELL],
        "OFFLINE": {language: offline_address(language) for language, _name in settings.LANGUAGES},
        "PLACES": places(),
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in known.items()]
    return fresh("\n".join([*lines, WORKER.read_text()]), "text/javascript")


def places() -> list[str]:
    """The paths of the pages that say only what is public: a city's map, the city, and its published records."""
    slugs = "|".join(
        re.escape(slug) for slug in City.objects.using("public").order_by("slug").values_list("slug", flat=True)
    )
    rooms = "|".join(LAYERS)
    return [rf"^/(?:en/)?(?:{slugs})/(?:about/|(?:{rooms})/[^/]+/)?$"] if slugs else []


def offline_address(language: str) -> str:
    with override(language):
        return reverse("offline")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a browser without network shows where it has kept nothing. It says nothing of anybody: drafts come from the
    browser's own memory."""
    return render(request, "mapping/offline.html", {"city": None, "user": None, "messages": None})


def fresh(text: str, media: str) -> HttpResponse:
    """An answer that is asked for again each time."""
    return HttpResponse(text, content_type=f"{media}; charset=utf-8", headers={"Cache-Control": "no-cache"})
