"""What QGIS reads beside the data: the look of a layer (QML, SLD) and its metadata (QMD), from LAYERS."""

import base64
import json
from collections.abc import Iterator

from django.utils import translation
from django.utils.html import escape

from mapping.formats.about import LANGUAGE, Survey, sentences
from mapping.formats.files import Making
from mapping.formats.look import line_colour, mark
from mapping.registry import Layer

VERSION = "3.28.0"
FAMILY = {"points": "points", "multipoints": "points", "lines": "lines", "areas": "areas"}
SYMBOL = {"points": "marker", "lines": "line", "areas": "fill"}
NUMBER = {"points": "0", "lines": "1", "areas": "2"}
OPACITY = {"full": 0.45, "half": 0.25, "dashed": 0.08, "hollow": 0.15}
DASHED = "dash"
GROUND = ("territory", "street", "water")
SLD_SHAPES = {
    "building": "square", "house": "triangle", "proposal": "cross", "pact": "circle", "event": "star",
    "need": "x", "project": "square", "idea": "triangle", "figure": "square",
}  # fmt: skip


def families(seen: Survey) -> list[str]:
    """Points, lines and areas, as far as there are any: that of the most records first."""
    counts: dict[str, int] = {}
    for kind, count in seen.kinds.items():
        if kind:
            family = "points" if "POINT" in kind else "lines" if "LINE" in kind else "areas"
            counts[family] = counts.get(family, 0) + count
    return sorted(counts, key=lambda family: -counts[family]) or ["points"]


def states(layer: Layer) -> list[tuple[str, str, str]]:
    """Value, word and fill of each state of the legend; one without value where a layer has no states."""
    if not layer.legend.attribute:
        return [("", str(layer.title), "full")]
    choices = layer.attribute(layer.legend.attribute).choices
    words = dict(choices.choices) if choices else {}
    return [(state, str(words.get(state, state)), fill) for state, fill in layer.legend.marks.items()]


def options(**values: object) -> str:
    """The properties of one symbol layer as QGIS writes them."""
    listed = "".join(
        f'<Option type="QString" name="{name}" value="{escape(str(value))}"/>' for name, value in values.items()
    )
    return f'<Option type="Map">{listed}</Option>'


def rgba(colour: str, opacity: float = 1) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"


def symbol(name: str, layer: Layer, family: str, fill: str) -> str:
    """One symbol: our own mark for points, the colour of the kind for lines and areas."""
    kind, colour = layer.legend.kind, line_colour(layer.legend.kind)
    if family == "points":
        picture = base64.b64encode(mark(kind, fill).encode()).decode()
        inside = ("SvgMarker", options(name=f"base64:{picture}", size="7", size_unit="MM"))
    elif family == "lines":
        width = "1.2" if kind == "water" else "0.5"
        style = DASHED if fill == "dashed" else "solid"
        inside = ("SimpleLine", options(line_color=rgba(colour), line_width=width, line_style=style, capstyle="round"))
    else:
        opacity = {"territory": 0, "water": 1}.get(kind, OPACITY[fill])
        style = DASHED if fill == "dashed" else "solid"
        inside = (
            "SimpleFill",
            options(
                color=rgba(colour, opacity), style="solid", outline_color=rgba(colour), outline_width="0.5",
                outline_style=style,
            ),
        )  # fmt: skip
    kind_of, properties = inside
    return (
        f'<symbol type="{SYMBOL[family]}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{kind_of}" enabled="1" locked="0" pass="0">{properties}</layer></symbol>'
    )


def qml(layer: Layer, family: str) -> str:
    """The look of a layer in QGIS: categories by the state of its legend, or one symbol."""
    with translation.override(LANGUAGE):
        listed = states(layer)
        symbols = "".join(symbol(str(n), layer, family, fill) for n, (_value, _word, fill) in enumerate(listed))
        if layer.legend.attribute:
            categories = "".join(
                f'<category symbol="{n}" value="{escape(value)}" label="{escape(word)}" render="true" type="string"/>'
                for n, (value, word, _fill) in enumerate(listed)
            )
            head = f'type="categorizedSymbol" attr="{escape(layer.legend.attribute)}"'
            inside = f"<categories>{categories}</categories><symbols>{symbols}</symbols>"
        else:
            head, inside = 'type="singleSymbol"', f"<symbols>{symbols}</symbols>"
        aliases = "".join(
            f'<alias field="{escape(one.name)}" index="{n}" name="{escape(str(one.title))}"/>'
            for n, one in enumerate(layer.published, start=1)
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="{VERSION}" styleCategories="Symbology|Labeling|Fields" labelsEnabled="{int(labelled(layer))}">'
        f'<renderer-v2 {head} enableorderby="0" forceraster="0" symbollevels="0">{inside}<rotation/>'
        f"<sizescale/></renderer-v2>{labels(layer)}<aliases>{aliases}</aliases>"
        f"<layerGeometryType>{NUMBER[family]}</layerGeometryType></qgis>"
    )


def labelled(layer: Layer) -> bool:
    """Territories carry their names on our map."""
    return layer.legend.kind == "territory"


def labels(layer: Layer) -> str:
    if not labelled(layer):
        return ""
    return (
        '<labeling type="simple"><settings calloutType="simple"><text-style fieldName="name" fontSize="9" '
        'fontSizeUnit="Point" fontWeight="75" textColor="76,91,100,255"><text-buffer bufferDraw="1" bufferSize="0.8" '
        'bufferColor="250,248,244,255"/></text-style></settings></labeling>'
    )


def sld(layer: Layer, family: str) -> str:
    """The same look for other programs, as far as Styled Layer Descriptor 1.0 goes."""
    with translation.override(LANGUAGE):
        rules = "".join(sld_rules(layer, family))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" '
        'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer>'
        f"<Name>{escape(layer.slug)}</Name><UserStyle><FeatureTypeStyle>{rules}</FeatureTypeStyle></UserStyle>"
        "</NamedLayer></StyledLayerDescriptor>"
    )


def sld_rules(layer: Layer, family: str) -> Iterator[str]:
    colour = line_colour(layer.legend.kind)
    for value, word, fill in states(layer):
        opacity = 0 if layer.legend.kind == "territory" else 1 if layer.legend.kind == "water" else OPACITY[fill]
        dashes = '<CssParameter name="stroke-dasharray">4 3</CssParameter>' if fill == "dashed" else ""
        stroke = f'<Stroke><CssParameter name="stroke">{colour}</CssParameter>{dashes}</Stroke>'
        inside = (
            f'<Fill><CssParameter name="fill">{colour}</CssParameter>'
            f'<CssParameter name="fill-opacity">{opacity}</CssParameter></Fill>{stroke}'
        )
        shape = SLD_SHAPES.get(layer.legend.kind, "circle")
        drawn = {
            "points": f"<PointSymbolizer><Graphic><Mark><WellKnownName>{shape}</WellKnownName>{inside}</Mark>"
            "<Size>18</Size></Graphic></PointSymbolizer>",
            "lines": f"<LineSymbolizer>{stroke}</LineSymbolizer>",
            "areas": f"<PolygonSymbolizer>{inside}</PolygonSymbolizer>",
        }[family]
        only = (
            f"<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{escape(layer.legend.attribute)}</ogc:PropertyName>"
            f"<ogc:Literal>{escape(value)}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
            if value
            else ""
        )
        yield f"<Rule><Name>{escape(word)}</Name>{only}{drawn}</Rule>"


def plain_facts(making: Making) -> dict[str, str]:
    """The facts of an export as names and texts, for formats whose metadata are pairs."""
    one = making.about
    found = {
        "title": one.title, "description": one.description, "source": one.address, "created": one.made,
        "licence": one.licence, "licence_url": one.licence_url, "attribution": one.attribution,
        "credits": json.dumps([[c.licence, c.attribution, c.count] for c in one.credits], ensure_ascii=False),
    }  # fmt: skip
    return found | ({"reserved": "true"} if one.reserved else {})


def terms(making: Making) -> str:
    """The facts as Dublin Core terms in JSON."""
    one = making.about
    said = {
        "dct:title": one.title, "dct:description": one.description, "dct:source": one.address, "dct:created": one.made,
        "dct:license": one.licence_url, "dct:rights": sentences(one), "dct:accessRights": access(one.reserved),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False)


def access(reserved: bool) -> str:
    """The European Union's word for who may have it."""
    kind = "RESTRICTED" if reserved else "PUBLIC"
    return f"http://publications.europa.eu/resource/authority/access-right/{kind}"


def metadata(making: Making) -> str:
    """The metadata of a layer as QGIS shows them."""
    one, box = making.about, making.survey.box
    spatial = (
        f'<spatial minx="{box[0]}" miny="{box[1]}" maxx="{box[2]}" maxy="{box[3]}" crs="EPSG:4326" dimensions="2" '
        'minz="0" maxz="0"/>'
        if box
        else ""
    )
    rights = "".join(f"<rights>{escape(c.attribution)}</rights>" for c in one.credits if c.attribution)
    licences = dict.fromkeys([f"{one.licence} {one.licence_url}", *(f"{c.licence} {c.url}" for c in one.credits)])
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="{VERSION}"><identifier>{escape(one.address)}</identifier><language>ITA</language>'
        f"<type>dataset</type><title>{escape(one.title)}</title><abstract>{escape(sentences(one))}</abstract>"
        f'<links><link name="{escape(one.title)}" type="WWW:LINK" url="{escape(one.address)}" description="" format="" '
        f'mimeType="" size=""/></links><dates><date type="Published" value="{escape(one.made)}"/></dates>'
        f"{rights}{''.join(f'<license>{escape(licence)}</license>' for licence in licences)}"
        f"<encoding>UTF-8</encoding><extent>{spatial}</extent></qgis>"
    )
