"""How to use a layer in other programs: texts to copy, with real addresses. The tests run what can be run."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from mapping.query import Query
from mapping.registry import Layer

PYTHON = """import json
from urllib.request import urlopen

with urlopen("{geojson}") as answer:
    data = json.load(answer)
for feature in data["features"]:
    print(feature["id"], feature["properties"]["name"])
"""
GEOPANDAS = """import geopandas

places = geopandas.read_file("{geojson}")
places.to_crs(32632).plot()
"""
R = """library(sf)

places <- read_sf("{geojson}")
plot(st_geometry(places))
"""
OGR = """ogr2ogr {name}.gpkg "{geojson}"
"""


@dataclass(frozen=True)
class Way:
    """One program: what to do in it, step by step, and what to copy (a title, a text)."""

    name: str
    title: str
    steps: tuple[str, ...]
    copies: tuple[tuple[str, str], ...]


def ways(query: Query, described: dict[str, Any]) -> list[Way]:
    """How to use what a query finds; `described` is the layer's entry of /layers.json."""
    base, slug = settings.SITE_URL, query.layer.slug
    geojson, csv = (base + query.address(suffix) for suffix in ("geojson", "csv"))
    name = "-".join(filter(None, [query.city, slug]))
    collection = base + described["collection"] if described["collection"] else ""
    only = f"?city={query.city}" if query.city else ""
    tiles = f"{base}/tiles/{slug}/{{z}}/{{x}}/{{y}}.mvt{only}"
    open_services = ((_("Connection of OGC API – Features"), f"{base}/ogc/"),) if collection else ()
    return [
        Way("qgis", "QGIS", qgis_steps(bool(collection)), (
            (_("Address of the data"), geojson), *open_services,
            (_("Vector tiles"), tiles),
        )),
        Way("python", "Python", (_("The first text needs nothing but Python, the second the package geopandas."),), (
            (_("With Python alone"), PYTHON.format(geojson=geojson)), ("geopandas", GEOPANDAS.format(geojson=geojson)),
        )),
        Way("r", "R", (_("Install the package sf once: install.packages('sf')."),), (
            ("sf", R.format(geojson=geojson)),
        )),
        Way("ogr", "GDAL", (_("GDAL turns it into any other format, here a GeoPackage."),), (
            ("ogr2ogr", OGR.format(name=name, geojson=geojson)),
        )),
        Way("spreadsheet", _("A spreadsheet"), sheet_steps(), (
            (_("Address of the table"), csv), ("Google Sheets", f'=IMPORTDATA("{csv}")'),
        )),
        Way("programs", _("Your own program"), (_("Addresses that stay the same."),), tuple(
            (title, address) for title, address in (
                (_("List of layers, columns and values"), f"{base}/layers.json"), (_("Data"), geojson),
                (_("OGC collection"), collection), (_("Tiles"), tiles),
                (_("Description of the tiles"), base + described["tiles"]),
                (_("Changes, as a feed"), base + feed_path(query.layer, query.city)),
                (_("Catalogue (DCAT-AP_IT)"), f"{base}/catalog.ttl"),
            ) if address
        )),
    ]  # fmt: skip


def qgis_steps(services: bool) -> tuple[str, ...]:
    steps = (
        _("Open Layer, then Add layer, then Add vector layer."),
        _("Choose Protocol: HTTP(S), paste the address of the data, then Add."),
    )
    more = _("For large layers make a new connection of OGC API – Features instead: it reads only what you look at.")
    return (*steps, more) if services else steps


def sheet_steps() -> tuple[str, ...]:
    return (
        _("LibreOffice: open the CSV file; choose UTF-8 and the comma."),
        _("Excel: Data, From Text/CSV; or open the file, which says itself that it is UTF-8."),
    )


def feed_path(layer: Layer, city: str) -> str:
    return reverse("changes", args=[layer.slug]) + (f"?city={city}" if city else "")
