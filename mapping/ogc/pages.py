"""The pages of the OGC API that show records: a page of a collection, and one record."""

from django.http import HttpRequest, HttpResponse

from mapping.ogc.answers import page
from mapping.ogc.question import ItemsQuery


def items(request: HttpRequest, query: ItemsQuery) -> HttpResponse:
    return page(request, "items.html", {"layer": query.layer})


def item(request: HttpRequest, query: ItemsQuery, uid: str) -> HttpResponse:
    return page(request, "item.html", {"layer": query.layer})
