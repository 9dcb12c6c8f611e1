"""What stands in somebody else's page: the address of a view for a frame, the code around it, and who may show it."""

from dataclasses import dataclass
from typing import Any

from csp.constants import NONE
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commons.views.explore import Gone, found
from mapping.errors import Problem
from mapping.selection import Selection
from neighbourhoods.models import City
from neighbourhoods.records import Published

WIDTH, HEIGHT = 640, 560
LEAST, MOST = 200, 2000


@dataclass(frozen=True)
class Frame:
    """A view of a city's map in a frame. `view` is its query string, from the question mark on, or empty."""

    city: City
    view: str
    title: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def address(self) -> str:
        return settings.SITE_URL + reverse("embed", args=[self.city.slug]) + self.view

    @property
    def code(self) -> SafeString:
        """The HTML to copy. What is framed can neither run over the page around it nor send who looks elsewhere."""
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
            'style="border:0;max-width:100%" sandbox="allow-same-origin allow-popups '
            'allow-popups-to-escape-sandbox"></iframe>',
            self.address, self.title, self.width, self.height,
        )  # fmt: skip


def embeddable(selection: Selection, **changes: Any) -> str:
    """The query string of a view that somebody else shows: what is chosen and where, and no page of its list."""
    query = selection.address(page=[], fragment=[], **changes)
    return "" if query == "?" else query


def framable(response: HttpResponse) -> HttpResponse:
    """Lets those of the settings, and nobody else, show an answer in a frame."""
    allowed = settings.EMBED_ORIGINS
    response._csp_replace = {"frame-ancestors": allowed or [NONE], "form-action": [NONE]}
    response.xframe_options_exempt = bool(allowed)
    return response


def public_record(model: type[Published], uid: str, city: City) -> Published | None:
    """The public record of a model with this identifier; None where there never was one, Problem (410) where it is no
    longer public."""
    try:
        return found(model, uid, city.slug)
    except Gone:
        raise Problem("gone") from None
    except Http404:
        return None
