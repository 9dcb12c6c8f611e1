"""The landing page and the conformance classes of the OGC API."""

from typing import Any

from django.utils.translation import gettext as _

from mapping.ogc import links
from mapping.ogc.accept import HTML, JSON

FEATURES = "http://www.opengis.net/spec/ogcapi-features-"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMANCE = (
    *(f"{FEATURES}1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")),
    f"{FEATURES}2/1.0/conf/crs",
    *(
        f"{FEATURES}3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        CQL2 + name
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "array-functions",
            "property-property",
        )
    ),
    *(TILES + name for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")),
)


def landing(shown: str = JSON) -> dict[str, Any]:
    """Where everything is."""
    return {
        "title": _("The shared map of a city's commons"),
        "description": _("Public buildings, Case del Quartiere, proposals and pacts, as open layers for programs."),
        "attribution": _("Each record says where it comes from and under which licence."),
        "links": [
            *links.itself("/", shown=shown),
            links.link("service-desc", links.address("/api", f=JSON), links.OPENAPI, _("The interface, for programs")),
            links.link("service-doc", links.address("/api", f=HTML), links.PAGE, _("The interface, for people")),
            *links.both("conformance", "/conformance", _("The standards it keeps")),
            *links.both("data", "/collections", _("Layers")),
            *links.both(f"{links.REL}tilesets-vector", "/collections", _("Vector tiles of each layer")),
        ],
    }


def conformance(shown: str = JSON) -> dict[str, Any]:
    """The conformance classes of the standards that hold here."""
    return {"conformsTo": list(CONFORMANCE), "links": links.itself("/conformance", shown=shown)}
