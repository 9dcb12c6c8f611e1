"""The pages of `docs/` that are derived from tables."""

from collections.abc import Iterator

from django.utils import translation

from mapping.errors import PROBLEMS
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.registry import Attribute, Layer

HEAD = """# Layers

Written by `script/manage document` from `LAYERS` in `mapping/layers.py`; a test holds that it is up to date.

Every layer can be asked for `city`, `bbox`, `datetime`, `q`, `limit`, `cursor`, `crs`, `zoom` and its own filters:
the README says what each means.
"""


PROBLEMS_HEAD = """# Problems

Written by `script/manage document` from `PROBLEMS` in `mapping/errors.py`. Errors of data addresses are documents of
the type `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, and `errors` with the `parameter`
or `field` that is wrong. Programs may rely on `type` and `status`; `detail` is for people.

| type | status | title |
|---|---|---|
"""


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
