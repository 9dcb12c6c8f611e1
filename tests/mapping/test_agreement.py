"""For fifty random filter sets, times, rings, areas and viewports: list, legend, map and exports say the same as plain
Python does."""

import csv
import io
import json
import math
import re
import unicodedata
from datetime import date
from random import Random

import pytest
from django.contrib.gis.geos import GEOSGeometry

from commons.models import Building, House, Pact, Proposal
from commons.models.moving import Moving, record_states
from mapping.formats.tiles import CROWDED
from tests import factories as make
from tests.mapping.test_tiles import address
from tests.town import territory

pytestmark = pytest.mark.django_db
MODELS = {"buildings": Building, "houses": House, "proposals": Proposal, "pacts": Pact}
STATES = {"buildings": "use_status", "houses": "status", "proposals": "state", "pacts": "state"}
FILTERS = {
    "buildings": ["use_status", "condition", "cocity_type"],
    "houses": ["status", "step_free"],
    "proposals": ["state"],
    "pacts": ["state", "legal_form", "cocity_type"],
}
SEARCHED = {
    "buildings": ["name", "address", "description"],
    "houses": ["name", "address", "description", "operator"],
    "proposals": ["name", "address", "description"],
    "pacts": ["name", "address", "description", "building"],
}
WORDS = ["scuola", "Città", "PERCHÉ", "orto", "d'acqua", "via", "100%", "società", "nulla"]
HOW_MANY = 50
# Metres in a degree of longitude and of latitude at 45.06° north, on WGS 84.
DEGREE = (111_412.84 * math.cos(math.radians(45.06)) - 93.5 * math.cos(math.radians(135.18)), 111_141.5)
TIMES = {"proposals": ("submitted_on", "submitted_on"), "pacts": ("starts_on", "ends_on")}


@pytest.fixture
def crowd(town) -> dict[str, list]:
    """Two hundred records strewn over the town and beyond, of every shape, state and visibility, on a neat grid of
    thousandths of a degree so that many lie exactly on a border, a tile's edge or a box."""
    dice = Random(7)
    other = make.CityFactory(slug="latina")
    territory(make.PartitionFactory(city=other), "1", "San Salvario", (7.66, 45.04, 7.70, 45.08))
    organisations = [town.operator, make.OrganisationFactory(name="Orto segreto", visibility="hidden")]

    def place() -> GEOSGeometry | None:
        x, y = dice.randrange(7650, 7710), dice.randrange(45030, 45090)
        west, south = x / 1000, y / 1000
        east, north = (x + dice.randrange(1, 20)) / 1000, (y + dice.randrange(1, 20)) / 1000
        areas = [make.line((west, south), (east, north)), make.box(west, south, east, north)]
        shapes = [make.point(west, south)] * 4 + [*areas, None]
        return dice.choice(shapes)

    for slug, model in MODELS.items():
        for number in range(50):
            values = {name: dice.choice(model._meta.get_field(name).choices)[0] for name in FILTERS[slug]}
            values |= {"operator": dice.choice(organisations)} if slug == "houses" else {}
            values |= {"building": dice.choice([*town.buildings, *town.hidden[:2], None])} if slug == "pacts" else {}
            first = date(dice.randrange(2015, 2024), dice.randrange(1, 13), dice.choice([1, 15, 28]))
            values |= {"submitted_on": dice.choice([first, None])} if slug == "proposals" else {}
            if slug == "pacts":
                values |= {"starts_on": dice.choice([first, first, None])}
                values |= {"ends_on": dice.choice([first.replace(year=first.year + dice.randrange(1, 5)), None])}
            model.objects.create(
                city=other if number % 10 == 0 else town.city,
                name=f"{slug} {number} {dice.choice(WORDS)}",
                address=dice.choice(["", "via Po 1", "corso d’acqua 3"]),
                description=dice.choice(["", "perche no", "Un orto, una società"]),
                visibility=dice.choice(["public"] * 5 + ["hidden", "withdrawn"]),
                place=place(),
                source="tests",
                **values,
            )
        if issubclass(model, Moving):
            record_states(model, list(model.objects.values_list("pk", flat=True)))
    return {slug: list(model.objects.select_related()) for slug, model in MODELS.items()}


def plain(text: str) -> str:
    """Lower case without accents, a typographic apostrophe as a plain one."""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(one for one in parts if not unicodedata.combining(one)).lower()


def shown(record, name: str) -> str:
    """A text as the public sees it: the name of a hidden relation is nothing."""
    value = getattr(record, name)
    return value if isinstance(value, str) else value.name if value and value.visibility == "public" else ""


def matches(slug: str, record, asked: dict) -> bool:
    """What a person would say: is it public, in this city, and everything that was asked?"""
    if record.city.slug != "torino" or record.visibility != "public":
        return False
    if slug == "proposals" and record.state in Proposal.NOT_PUBLIC:
        return False
    for name in FILTERS[slug]:
        if (values := asked.get(f"{slug}.{name}")) and getattr(record, name) not in values:
            return False
    for name in ("neighbourhood", "district"):
        there = getattr(record, name)
        if (values := asked.get(name)) and (there is None or there.name not in values):
            return False
    if "datetime" in asked and slug in TIMES and not alive(record, TIMES[slug], asked["datetime"][0]):
        return False
    if "near" in asked and not metres(record.place, asked) <= float(asked["near"][0].split(",")[2]):
        return False
    if "area" in asked and not (record.place and record.place.intersects(shape(asked))):
        return False
    texts = [plain(shown(record, name)) for name in SEARCHED[slug]]
    return all(any(plain(word) in text for text in texts) for word in asked.get("q", [""])[0].split())


def alive(record, names: tuple[str, str], asked: str) -> bool:
    """Whether a record's time, with open ends where none is said, has a day in common with what is asked."""
    first, last = (date.fromisoformat(day) for day in (asked.split("/") * 2)[:2])
    begins, ends = (getattr(record, name) for name in names)
    return (begins is None or begins <= last) and (ends is None or ends >= first)


def metres(place: GEOSGeometry | None, asked: dict) -> float:
    """How far a place is from the middle of the ring, on a plane that is good for some kilometres."""
    if place is None:
        return math.inf
    x, y, _ = map(float, asked["near"][0].split(","))
    return flat(place).distance(flat(make.point(x, y)))


def flat(place: GEOSGeometry) -> GEOSGeometry:
    """A place in metres of that plane."""

    def scaled(part: list) -> list:
        return (
            [scaled(one) for one in part] if isinstance(part[0], list) else [part[0] * DEGREE[0], part[1] * DEGREE[1]]
        )

    said = json.loads(place.json)
    return GEOSGeometry(json.dumps(said | {"coordinates": scaled(said["coordinates"])}), srid=0)


def shape(asked: dict) -> GEOSGeometry:
    numbers = list(map(float, asked["area"][0].split(",")))
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    return GEOSGeometry("POLYGON((" + ",".join(f"{x} {y}" for x, y in [*corners, corners[0]]) + "))", srid=4326)


def in_doubt(records: list, asked: dict) -> bool:
    """Whether something lies so near the edge of the ring that a plane cannot say on which side."""
    radius = float(asked["near"][0].split(",")[2])
    return any(abs(metres(one.place, asked) - radius) < 3 + radius / 200 for one in records if one.place)


def overlaps(place: GEOSGeometry | None, box: tuple[float, ...] | None) -> bool:
    if place is None or box is None:
        return True
    west, south, east, north = place.extent
    return west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]


def question(dice: Random, records: list) -> dict[str, list[str]]:
    """Filters, words, layers, a time, a ring, an area and a viewport as a person may choose them, as parameters of the
    map page."""
    asked = {}
    for slug, model in MODELS.items():
        for name in FILTERS[slug]:
            if dice.random() < 0.25:
                values = [value for value, _ in model._meta.get_field(name).choices]
                asked[f"{slug}.{name}"] = dice.sample(values, dice.randint(1, 2))
    if dice.random() < 0.3:
        asked["neighbourhood"] = dice.sample(["San Salvario", "Vanchiglia", "Città Giardino"], dice.randint(1, 2))
    if dice.random() < 0.2:
        asked["district"] = [dice.choice(["Circoscrizione 7", "Circoscrizione 8"])]
    if dice.random() < 0.5:
        asked["q"] = [" ".join(dice.sample(WORDS, dice.choice([1, 1, 2])))]
    if dice.random() < 0.8:
        x, y = sorted(dice.sample(range(60), 2)), sorted(dice.sample(range(60), 2))
        edges = (7.65 + x[0] / 1000, 45.03 + y[0] / 1000, 7.65 + x[1] / 1000, 45.03 + y[1] / 1000)
        asked["bbox"] = [",".join(f"{edge:.3f}" for edge in edges)]
    if dice.random() < 0.4:
        year = dice.randrange(2014, 2026)
        asked["datetime"] = [dice.choice([f"{year}-01-01/{year}-12-31", f"{year}-06-15"])]
    ring = dice.random() < 0.2
    while ring and ("near" not in asked or in_doubt(records, asked)):
        x, y = 7.65 + dice.randrange(60_000) / 1e6, 45.03 + dice.randrange(60_000) / 1e6
        asked["near"] = [f"{x:.6f},{y:.6f},{dice.choice([250, 500, 1000, 2000])}"]
    if dice.random() < 0.2:
        x, y, wide = 7.65 + dice.randrange(40) / 1000, 45.03 + dice.randrange(40) / 1000, dice.randrange(5, 25) / 1000
        corners = [(x, y), (x + wide, y + 0.0015), (x + wide / 2, y + wide / 3), (x + wide / 4, y + wide)]
        asked["area"] = [",".join(f"{one:.6f}" for corner in corners for one in corner)]
    if dice.random() < 0.4:
        asked["layers"] = [",".join(dice.sample(list(MODELS), dice.randint(1, 3)))]
    return asked


def of_layer(slug: str, asked: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same question as parameters of one layer's data."""
    own = {name.removeprefix(f"{slug}."): values for name, values in asked.items() if name.startswith(f"{slug}.")}
    shared = ("q", "bbox", "near", "area", "datetime", "neighbourhood", "district")
    return own | {name: asked[name] for name in shared if name in asked} | {"city": ["torino"]}


class Reader:
    """A stranger who knows the addresses and nothing of the program."""

    def __init__(self, client) -> None:
        self.client = client

    def body(self, path: str, params: dict) -> bytes:
        response = self.client.get(path, params)
        assert response.status_code in {200, 204}, response.content
        return response.getvalue()

    def exports(self, slug: str, params: dict) -> tuple[dict, list[str]]:
        collection = json.loads(self.body(f"/layers/{slug}.geojson", params))
        text = self.body(f"/layers/{slug}.csv", params).decode("utf-8-sig")
        return collection, [row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))]

    def list_pages(self, asked: dict) -> tuple[list[tuple[str, str]], dict[str, int]]:
        """(layer, identifier) of every line of the list, page by page, and the counts of the legend."""
        lines, page, counts = [], 1, {}
        while True:
            text = self.body("/torino/", asked | {"fragment": ["list"], "page": [str(page)]}).decode()
            found = re.findall(r'<li class="thing" data-uid="([^"]+)" data-layer="([^"]+)"', text)
            counts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text)[1])["counts"]
            lines += [(slug, uid) for uid, slug in found]
            if "data-more" not in text:
                return lines, counts
            page += 1

    def tiles(self, slug: str, params: dict, z: int) -> list[dict]:
        """What the browser loads over the whole town: the tiles know no viewport."""
        kept = {name: values for name, values in params.items() if name != "bbox"}
        (west, north), (east, south) = address(7.64, 45.12, z), address(7.75, 45.02, z)
        found = []
        for x in range(west, east + 1):
            for y in range(north, south + 1):
                body = self.body(f"/tiles/{slug}/{z}/{x}/{y}.geojson", kept)
                found += json.loads(body)["features"] if body else []
        return found


def test_fifty_random_questions_have_one_answer_everywhere(client, crowd):
    reader, dice, seen = Reader(client), Random(2026), 0
    everything = [record for records in crowd.values() for record in records]
    for number in range(HOW_MANY):
        asked = question(dice, everything)
        box = tuple(map(float, asked["bbox"][0].split(","))) if "bbox" in asked else None
        visible = asked["layers"][0].split(",") if "layers" in asked else list(MODELS)
        lines, counts = reader.list_pages(asked)
        wanted_lines = set()
        for slug, records in crowd.items():
            everywhere = {r.uid: r.place for r in records if matches(slug, r, asked)}
            wanted = {uid for uid, place in everywhere.items() if overlaps(place, box)}
            params = of_layer(slug, asked)
            collection, rows = reader.exports(slug, params)
            ids = [feature["id"] for feature in collection["features"]]
            assert set(ids) == wanted, asked
            assert ids == rows
            assert collection["numberMatched"] == collection["numberReturned"] == counts[slug] == len(wanted)

            located = {uid for uid, place in everywhere.items() if place}
            features = reader.tiles(slug, params, 10 + number % 3)
            assert sum(feature["properties"].get("count", 1) for feature in features) == len(located)
            singles = [feature["id"] for feature in features if "id" in feature]
            assert len(singles) == len(set(singles)) and set(singles) <= located
            if len(located) <= CROWDED:
                assert {uid for uid in singles if overlaps(everywhere[uid], box)} == {
                    u for u in wanted if everywhere[u]
                }

            states = {name: n for name, n in counts.items() if name.startswith(f"{slug}.{STATES[slug]}.")}
            chosen = asked.get(f"{slug}.{STATES[slug]}", [name.rpartition(".")[2] for name in states])
            assert sum(n for name, n in states.items() if name.rpartition(".")[2] in chosen) == len(wanted)
            wanted_lines |= {(slug, uid) for uid in wanted if slug in visible}
            seen += len(wanted)
        assert len(lines) == len(set(lines))
        assert set(lines) == wanted_lines
    assert seen > 300
