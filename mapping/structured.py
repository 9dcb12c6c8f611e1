"""What a page says of itself to machines: JSON-LD in the words of schema.org, from public attributes alone."""

import json
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commons.terms import Term
from mapping.city_words import called
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.open_text import open_text
from mapping.query import Query
from mapping.registry import Layer
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence, Precision

# What each kind of record is called by schema.org. A proposal and a pact are works about a place, not places.
TYPES = {
    "buildings": ["Place", "CivicStructure"],
    "houses": ["Place", "CivicStructure"],
    "neighbourhoods": ["AdministrativeArea"],
    "districts": ["AdministrativeArea"],
    "streets": ["Place"],
    "waters": ["Place", "BodyOfWater"],
    "organisations": ["Organization"],
    "events": ["Event"],
}
PLACES = {"buildings", "houses", "neighbourhoods", "districts", "streets", "waters"}
LONGEST = 500
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}  # nothing in it can end the element


def absolute(path: str) -> str:
    return settings.SITE_URL + path


def script(*things: dict[str, Any]) -> SafeString:
    """The things as a block of data in the page. It is no script: the content policy lets it be, and nothing runs."""
    graph = {"@context": "https://schema.org", "@graph": [without_empty(one) for one in things]}
    body = json.dumps(graph, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(body))


def without_empty(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value not in (None, "", [], {})}


def body_of(city: City) -> dict[str, Any]:
    """The public body that answers for the map of a city."""
    contact = city.profile.get("contact") or {}
    return without_empty(
        {"@type": "GovernmentOrganization", "@id": absolute(f"/{city.slug}/#body"), "name": city.body or city.name,
         "url": contact.get("url"), "areaServed": {"@type": "City", "name": city.name}}
    )  # fmt: skip


def of_site(city: City | None) -> list[dict[str, Any]]:
    """The site itself, on its first pages."""
    site = {"@type": "WebSite", "@id": absolute("/#site"), "name": "Mappa Comune", "url": absolute("/"),
            "inLanguage": [code for code, _name in settings.LANGUAGES]}  # fmt: skip
    return [site | {"publisher": body_of(city)}] if city else [site]


def of_record(record: Model, city: City) -> list[dict[str, Any]]:
    """A published record and the way to it. What its page does not say is not said here either."""
    layer = record.layer
    path = record.get_absolute_url()
    thing = {
        "@type": TYPES.get(layer, ["CreativeWork"]),
        "@id": absolute(reverse("record", args=[record.uid])),
        "url": absolute(path),
        "name": record.name,
        "description": open_text(record)[:LONGEST],
        "identifier": record.uid,
    }
    if layer not in PLACES | {"organisations"}:
        where = {"@type": "Place", "geo": point_of(record), "containedInPlace": {"@type": "City", "name": city.name}}
        thing |= {"inLanguage": record.language, "license": Licence(record.licence).url,
                  "dateModified": record.updated_at.isoformat(), "spatialCoverage": without_empty(where)}  # fmt: skip
    elif layer in PLACES:
        thing |= {"geo": point_of(record), "address": address_of(record, city),
                  "containedInPlace": {"@type": "City", "name": city.name}}  # fmt: skip
    if layer == "events":
        thing |= event_words(record)
    for name, said in (("telephone", "phone"), ("email", "email"), ("sameAs", "website")):
        if layer in {"houses", "organisations"}:
            thing[name] = getattr(record, said, "")
    return [thing, crumbs([(_("Map"), "map", [city.slug]), (city.name, "city", [city.slug])], record.name, path)]


def event_words(event: Model) -> dict[str, Any]:
    """When and where an event is, in the words of schema.org."""
    online = [{"@type": "VirtualLocation", "url": one.address} for one in event.streams.using("public")]
    there = {"@type": "Place", "name": event.address or event.name, "address": event.address}
    mode = "Mixed" if online and event.place else "Online" if online else "Offline"
    return {
        "startDate": event.starts_at.isoformat(), "endDate": event.ends_at.isoformat() if event.ends_at else None,
        "eventStatus": f"https://schema.org/Event{event.status.title()}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": [*online, *([there] if event.place or event.address else [])],
    }  # fmt: skip


def point_of(record: Model) -> dict[str, Any] | None:
    """Where it is, when that is known well enough to be sent there."""
    point = getattr(record, "label_point", None)
    if point is None or getattr(record, "precision", "") in {Precision.SCHEMATIC, Precision.NONE}:
        return None
    return {"@type": "GeoCoordinates", "latitude": round(point.y, 6), "longitude": round(point.x, 6)}


def address_of(record: Model, city: City) -> dict[str, Any] | None:
    street = getattr(record, "address", "")
    return {"@type": "PostalAddress", "streetAddress": street, "addressLocality": city.name} if street else None


def crumbs(steps: list[tuple[str, str, list[str]]], name: str, path: str) -> dict[str, Any]:
    """The way to a page: (word, route, arguments) of each step, then the page itself."""
    way = [(word, reverse(route, args=args)) for word, route, args in steps] + [(name, path)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": str(word), "item": absolute(where)}
            for place, (word, where) in enumerate(way, 1)
        ],
    }


def of_dataset(layer: Layer, city: City | None, licence: Licence, changed: Any) -> list[dict[str, Any]]:
    """A layer as a dataset, with every file it is to be had in."""
    args = [layer.slug, city.slug] if city else [layer.slug]
    path = reverse("dataset-city" if city else "dataset", args=args)
    query = Query(layer, city=city.slug if city else "")
    formats = _("Open data of Mappa Comune, in every common format.")
    thing = {
        "@type": "Dataset",
        "@id": absolute(path),
        "url": absolute(path),
        "name": f"{called(city, layer, many=True) if city else layer.title}{f', {city.name}' if city else ''}",
        "description": f"{layer.description} {formats}",
        "license": licence.url,
        "dateModified": changed.isoformat() if changed else None,
        "isAccessibleForFree": True,
        "inLanguage": get_language(),
        "spatialCoverage": {"@type": "Place", "name": city.name} if city else None,
        "creator": body_of(city) if city else {"@type": "Organization", "name": "Mappa Comune"},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": form.media_type,
                "contentUrl": absolute(query.address(form.suffix)),
            }
            for form in FORMATS.values()
        ],
    }
    return [thing, crumbs([(_("Open data"), "open-data", [])], str(layer.title), path)]


def of_catalogue() -> list[dict[str, Any]]:
    """The page of all datasets."""
    path = reverse("open-data")
    layers = [{"@type": "Dataset", "@id": absolute(reverse("dataset", args=[slug])), "name": str(layer.title),
               "description": str(layer.description), "url": absolute(reverse("dataset", args=[slug])),
               "license": Licence(layer.licence).url} for slug, layer in LAYERS.items()]  # fmt: skip
    return [{"@type": "DataCatalog", "@id": absolute(path), "url": absolute(path), "name": _("Open data"),
             "dataset": layers}]  # fmt: skip


def of_terms(terms: list[tuple[Term, str]]) -> list[dict[str, Any]]:
    """The glossary, each word with its meaning."""
    path = reverse("glossary")
    return [{"@type": "DefinedTermSet", "@id": absolute(path), "url": absolute(path), "name": _("Words of the map"),
             "hasDefinedTerm": [{"@type": "DefinedTerm", "name": word, "description": str(term.meaning),
                                 "url": absolute(f"{path}#{term.slug}")} for term, word in terms]}]  # fmt: skip
