"""KML 2.2, for Google Earth and telephones: every published property as typed data, colours by the legend."""

from collections.abc import Iterator

from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from mapping.formats.about import about, sentences
from mapping.formats.base import Format
from mapping.formats.look import colours, line_colour
from mapping.formats.rows import DIGITS, names
from mapping.query import Query

TYPES = {"integer": "int", "number": "double", "boolean": "bool"}
OWN = ("name", "description")  # what every placemark has by itself
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
END = b"</Document></kml>\n"
OPACITY = {"full": "ff", "half": "99", "dashed": "66", "hollow": "33"}


def fields(query: Query) -> dict[str, tuple[str, str]]:
    """SQL of the value, and KML type, of each property by its name."""
    types = [*(attribute.type for attribute in query.layer.published), "uri"]
    listed = enumerate(zip(names(query.layer), types, strict=True))
    return {name: (value(kind, f"t.c{number}"), TYPES.get(kind, "string")) for number, (name, kind) in listed}


def value(kind: str, column: str) -> str:
    """SQL of a value as text; moments as RFC 3339."""
    return f"trim('\"' FROM to_json({column})::text)" if kind == "date-time" else column


def element(before: str, column: str, after: str) -> str:
    """SQL of an element around a value; nothing at all where there is none."""
    return f"coalesce('{before}' || mc_xml({column}::text) || '{after}', '')"


def row(query: Query) -> str:
    """SQL of one placemark. A property without a value is left out; an empty text is there, and empty."""
    columns, state = fields(query), query.layer.legend.attribute
    parts = ["'<Placemark id=\"' || mc_xml(t.uid) || '\">'"]
    parts += [element(f"<{name}>", columns[name][0], f"</{name}>") for name in OWN if name in columns]
    parts.append(element("<styleUrl>#", columns[state][0], "</styleUrl>") if state else "'<styleUrl>#all</styleUrl>'")
    parts.append(f"'<ExtendedData><SchemaData schemaUrl=\"#{query.layer.slug}\">'")
    parts += [
        element(f'<SimpleData name="{name}">', value, "</SimpleData>")
        for name, (value, _kind) in columns.items()
        if name not in OWN
    ]
    parts.append("'</SchemaData></ExtendedData>'")
    parts.append(f"coalesce(ST_AsKML(t.g, {DIGITS}), '')")
    return " || ".join([*parts, "'</Placemark>' || chr(10)"])


def start(query: Query) -> bytes:
    """The head: what this is, under which licence, how it looks, which data each placemark carries."""
    facts = about(query)
    parts = [HEAD, f"<name>{escape(facts.title)}</name>"]
    parts.append(f"<description>{escape(sentences(facts))}</description>")
    parts += styles(query)
    parts.append(f'<Schema id="{query.layer.slug}" name="{query.layer.slug}">')
    parts += [
        f'<SimpleField type="{kind}" name="{name}"/>'
        for name, (_value, kind) in fields(query).items()
        if name not in OWN
    ]
    return "".join([*parts, "</Schema>\n"]).encode()


def styles(query: Query) -> Iterator[str]:
    """One style for each state of the legend, or one for all. KML writes colours as alpha, blue, green, red."""
    legend = query.layer.legend
    for state, fill in (legend.marks if legend.attribute else {"all": "full"}).items():
        red, green, blue = (colours()[legend.kind][start : start + 2] for start in (1, 3, 5))
        line = line_colour(legend.kind)
        edge = f"ff{line[5:7]}{line[3:5]}{line[1:3]}"
        inside = f"{OPACITY[fill]}{blue}{green}{red}"
        yield (
            f'<Style id="{escape(state)}"><IconStyle><color>{inside}</color></IconStyle>'
            f"<LineStyle><color>{edge}</color><width>2</width></LineStyle>"
            f"<PolyStyle><color>{'26' + inside[2:]}</color></PolyStyle></Style>"
        )


KML = Format(
    suffix="kml",
    title=_("KML, for Google Earth"),
    media_type="application/vnd.google-earth.kml+xml",
    row=row,
    start=start,
    end=lambda query, sums, total: END,
    download=True,
    losses=_(
        "Coordinates to six decimals, about ten centimetres. Days and moments are texts. Control characters are left "
        "out, and blanks at the ends of a text."
    ),
    driver="LIBKML",
)
