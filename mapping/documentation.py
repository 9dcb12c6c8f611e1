"""The pages of `docs/` that are derived from tables."""

from collections.abc import Iterator

from django.utils import translation

from mapping.errors import PROBLEMS
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.registry import Attribute, Layer

HEAD = """# Layers

Written by `script/manage document` from `LAYERS` in `mapping/layers/`; a test holds that it is up to date.

Every layer can be asked for `city`, `bbox`, `near`, `area`, `datetime`, `q`, `limit`, `cursor`, `crs`, `zoom` and its
own filters: the README says what each means.

`near=longitude,latitude,metres` asks for what reaches into a ring of 1 to 50,000 metres, as the crow flies on the
ellipsoid; `area=longitude,latitude,longitude,latitude,…` for what has a point in common with an area of 3 to 100
corners, whose sides do not cross. A line or an area counts by its nearest part; what has no place is in neither.
Tiles and feeds take both.
"""


PROBLEMS_HEAD = """# Problems

Written by `script/manage document` from `PROBLEMS` in `mapping/errors.py`. Errors of data addresses are documents of
the type `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, and `errors` with the `parameter`
or `field` that is wrong. Programs may rely on `type` and `status`; `detail` is for people.

| type | status | title |
|---|---|---|
"""


FORMATS_HEAD = """# Formats

Written by `script/manage document` from `FORMATS` in `mapping/formats/__init__.py`; a test holds that it is up to date.

Every layer is at `/layers/<layer>.<suffix>` in each of these, with the parameters of every layer (`docs/layers.md`).
What an export cannot hold is its loss; everything else is exactly what the database has: numbers, days, moments, yes
and no, texts, the difference between an empty text and a missing value, and every coordinate. In a coordinate system
other than CRS84 (`crs=EPSG:n`, as `/layers.json` lists them) x comes before y. Exported and imported again, a layer is
unchanged.

| suffix | what | media type | GDAL driver | `crs` | losses |
|---|---|---|---|---|---|
"""

FORMATS_FOOT = """
Large files are made in the background ([operations](operations.md#files-of-layers)).

## What a file says of itself

Every record carries its own licence, attribution and source. The file as a whole says title, description, address,
licence, and whose records are in it: KML in its description, Excel in its sheet `metadata`, GeoPackage in
`gpkg_metadata` (as QGIS reads it, and as Dublin Core terms), Shapefile in `README.txt` and a `.qmd`, FlatGeobuf in its
header, GeoParquet in the metadata of its schema.

## QGIS

A GeoPackage opens in QGIS with the look of the map: the marks and colours of the legend are inside, by state
(`layer_styles`, QML and SLD); a Shapefile has a `.qml` beside it. Edit it, add and delete, save, and import the same
file again (`script/manage import_layer LAYER FILE --dry-run` shows first what would change): records are known by
their `id`, whatever QGIS does to the order, to the types of geometry or to other columns, and only what was edited is
a change. A record that was added gets a new identity. Columns that are computed here (`url`, `neighbourhood`,
`district`, `placement`, `updated_at` and the like) are not read back. A CSV or Excel file in another system than CRS84
needs `--crs`. An archive with several Shapefiles is imported one after the other, with `--sublayer`.
"""


def formats_page() -> str:
    """Markdown of every format: what it is and what it loses."""
    with translation.override("en"):
        rows = [
            f"| `.{form.suffix}` | {form.title} | `{form.media_type}` | {form.driver} | "
            f"{'any' if form.any_crs else 'CRS84'} | {form.losses or 'none'} |"
            for form in FORMATS.values()
        ]
    return FORMATS_HEAD + "\n".join(rows) + "\n" + FORMATS_FOOT


def problems_page() -> str:
    """Markdown of every kind of problem document."""
    rows = [f"| `/problems/{kind}` | {status} | {title} |" for kind, (status, title) in PROBLEMS.items()]
    return PROBLEMS_HEAD + "\n".join(rows) + "\n"


def layers_page() -> str:
    """Markdown of every layer: what it is, its addresses, what each attribute means. In English, like the code."""
    with translation.override("en"):
        return "\n".join([HEAD, *(line for layer in LAYERS.values() for line in layer_section(layer))])


def layer_section(layer: Layer) -> Iterator[str]:
    names = {attribute.path: attribute.name for attribute in layer.published}
    yield f"## `{layer.slug}`: {layer.title}\n"
    yield f"{layer.description} Licence: {layer.licence} unless a record says otherwise.\n"
    files = ", ".join(f"`/layers/{layer.slug}.{suffix}`" for suffix in FORMATS)
    tiles = f"`/tiles/{layer.slug}/{{z}}/{{x}}/{{y}}.mvt`, `….geojson`"
    yield f"{files}, {tiles}; for zooms {layer.zoom[0]} to {layer.zoom[1]}.\n"
    if layer.temporal:
        first, last = (names.get(path, path) for path in layer.temporal)
        until = "the first day it no longer holds" if layer.until else "included"
        yield f"`datetime` asks for what was so between `{first}` and `{last}` ({until}).\n"
    yield "| attribute | meaning | type | use |\n|---|---|---|---|"
    for attribute in layer.published:
        yield f"| `{attribute.name}` | {attribute.title} | {kind(attribute)} | {use(attribute)} |"
    yield "| `url` | Page of the record | uri | |\n"


def kind(attribute: Attribute) -> str:
    if not attribute.choices:
        return attribute.type
    return ", ".join(f"`{value}` {label}" for value, label in attribute.choices.choices)


def use(attribute: Attribute) -> str:
    words = {"filter": attribute.filter, "search": attribute.search}
    return ", ".join(word for word, wanted in words.items() if wanted)
