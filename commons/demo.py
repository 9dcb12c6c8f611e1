"""Loads a city of `fixtures/`: its profile, a schema of its territories drawn by hand, known facts and examples.

A record is known by (city, source, source_id). What is missing is added; what is there is left as staff left it.
Files: `fixtures/cities/<slug>.json` (the profile), `fixtures/<slug>/schema.json` (territories, waters, streets) and
any `fixtures/<slug>/*.json` that names a `model`, or the model whose records it gives `parts_of`.
"""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import shapely
from django.apps import apps
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import models, transaction
from shapely.geometry import LineString, MultiPolygon, Polygon, box, shape

from commons.models.moving import Moving, record_states
from neighbourhoods.models import City, Neighbourhood, Partition, Street, Water
from neighbourhoods.records import imported_uid
from neighbourhoods.vocabulary import Precision, Role

FIXTURES = settings.BASE_DIR / "fixtures"
SCHEMA_SOURCE = "schema"
# A record may point at records of the models before its own, and at its own.
ORDER = (
    "people.organisation", "commons.building", "commons.house", "commons.pact", "commons.proposal",
    "commons.laboratory", "commons.need", "commons.project", "commons.idea", "commons.event", "commons.newsitem",
)  # fmt: skip


def known_cities() -> list[str]:
    """The slugs of the cities that `fixtures/` can load."""
    return sorted(path.stem for path in (FIXTURES / "cities").glob("*.json"))


@transaction.atomic
def load_demo(slug: str) -> Counter[str]:
    """Add what is missing of a city; returns how many were added, by model name (`schema` for drawn things)."""
    added: Counter[str] = Counter()
    city, created = load_city(profile(slug))
    added["city"] += created
    folder = FIXTURES / slug
    if (folder / "schema.json").exists():
        added["schema"] = load_schema(city, read(folder / "schema.json"))
    files = [content for path in sorted(folder.glob("*.json")) if "model" in (content := read(path))]
    for content in sorted(files, key=lambda content: ORDER.index(content["model"])):
        model = apps.get_model(content["model"])
        added[model._meta.model_name] += load_records(city, model, content)
    for content in (content for path in sorted(folder.glob("*.json")) if "parts_of" in (content := read(path))):
        added["part"] += load_parts(city, apps.get_model(content["parts_of"]), content["records"])
    return +added


def load_parts(city: City, model: type[models.Model], records: list[dict[str, Any]]) -> int:
    """Parts of records that are there, such as the rooms of a house; returns how many were added. A record that has
    parts of a kind keeps its own."""
    added = 0
    for said in records:
        whole = model.objects.filter(city=city, source_id=said["source_id"]).first()
        for name, rows in said.items():
            if whole is None or name == "source_id" or getattr(whole, name).exists():
                continue
            for row in rows:
                part = getattr(whole, name).model(**{getattr(whole, name).field.name: whole}, **row)
                part.full_clean()
                part.save()
            added += len(rows)
    return added


def load_known(slug: str) -> City:
    """The city of this name with its profile and nothing else of it."""
    return load_city(profile(slug))[0]


def profile(slug: str) -> dict[str, Any]:
    """What is known of a city: its names, bounds, words and procedure."""
    return read(FIXTURES / "cities" / f"{slug}.json")


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def load_city(content: dict[str, Any]) -> tuple[City, bool]:
    """The city, made if it is not there. Of a city that is there, only missing keys of the profile are added.

    Raises ValidationError for a profile that cannot be lived by."""
    City(profile=content["profile"]).clean()
    defaults = content | {"envelope": geometry(box(*content["envelope"]))}
    city, created = City.objects.get_or_create(slug=content["slug"], defaults=defaults)
    merged = with_missing(city.profile, content["profile"])
    if merged != city.profile:
        city.profile = merged
        city.clean()
        city.save(update_fields=["profile"])
    return city, created


def with_missing(have: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """`have`, and what only `wanted` has, at every depth."""
    merged = wanted | have
    for key in have.keys() & wanted.keys():
        if isinstance(have[key], dict) and isinstance(wanted[key], dict):
            merged[key] = with_missing(have[key], wanted[key])
    return merged


def load_schema(city: City, schema: dict[str, Any]) -> int:
    """Territories, waters and streets drawn by hand; returns how many were added."""
    said = {name: schema[name] for name in ("licence", "attribution", "source_note")}
    said |= {"source": SCHEMA_SOURCE, "precision": Precision.SCHEMATIC}
    added = load_territories(city, schema, said)
    for kind, model in (("waters", Water), ("streets", Street)):
        lines = [
            said | {"source_id": f"{kind}-{one['name']}", "name": one["name"], "place": path(schema, one["path"])}
            for one in schema[kind]
        ]
        added += add_missing(city, model, lines)
    return added


def load_territories(city: City, schema: dict[str, Any], said: dict[str, Any]) -> int:
    """Neighbourhoods and districts; a district is the union of its neighbourhoods.

    A role that another partition of the city plays already, for example the official one, stays with it.
    """
    shapes = territories(schema)
    parents: dict[str, Neighbourhood] = {}
    added = 0
    for wanted in schema["partitions"]:
        role = Role(wanted["role"])
        if city.partitions.filter(role=role, current=True).exclude(name=wanted["name"], schematic=True).exists():
            continue
        partition, _ = Partition.objects.get_or_create(
            city=city, name=wanted["name"], schematic=True, defaults={"role": role, "kind": wanted["kind"]}
        )
        entries = [
            said
            | {"source_id": f"{wanted['kind']}-{one['code']}", "partition": partition, "boundary": boundary}
            | {"code": one["code"], "name": one["name"], "parent": parents.get(one.get("district", ""))}
            for one, boundary in shapes[role]
        ]
        added += add_missing(city, Neighbourhood, entries)
        if role == Role.DISTRICT:
            parents = {territory.code: territory for territory in partition.territories.all()}
    return added


def territories(schema: dict[str, Any]) -> dict[Role, list[tuple[dict[str, Any], GEOSGeometry]]]:
    """What is drawn for each role: the entry of the schema and its MultiPolygon."""
    rings = [(one, Polygon([schema["vertices"][name] for name in one["ring"]])) for one in schema["neighbourhoods"]]
    whole = [
        (one, shapely.union_all([ring for part, ring in rings if part["district"] == one["code"]]))
        for one in schema["districts"]
    ]
    return {
        role: [(one, geometry(MultiPolygon([drawn]))) for one, drawn in drawings]
        for role, drawings in ((Role.DISTRICT, whole), (Role.PRIMARY, rings))
    }


def path(schema: dict[str, Any], points: list[str | list[float]]) -> GEOSGeometry:
    """A line through named vertices and plain positions."""
    return geometry(LineString([schema["vertices"][point] if isinstance(point, str) else point for point in points]))


def load_records(city: City, model: type[models.Model], content: dict[str, Any]) -> int:
    """Records of one file; a reference is the `source_id` of another record of the city."""
    return add_missing(city, model, [content["defaults"] | record for record in content["records"]])


def add_missing(city: City, model: type[models.Model], records: list[dict[str, Any]]) -> int:
    """Insert the records whose (source, source_id) the city lacks; returns how many."""
    known = set(model.objects.filter(city=city).values_list("source", "source_id"))
    missing = [record for record in records if (record["source"], record["source_id"]) not in known]
    added = []
    for record in missing:
        uid = imported_uid(city.slug, record["source"], record["source_id"])
        instance = model(city=city, uid=uid)
        many, parts = {}, {}
        for name, value in record.items():
            field = model._meta.get_field(name)
            if field.one_to_many:
                parts[name] = value
            elif field.many_to_many:
                many[name] = [referred(city, field, one) for one in value]
            else:
                setattr(instance, name, converted(city, field, value))
        instance.save(force_insert=True)
        for name, instances in many.items():
            getattr(instance, name).set(instances)
        for name, rows in parts.items():
            for row in rows:
                getattr(instance, name).create(**row)
        added.append(instance.pk)
    if issubclass(model, Moving):
        record_states(model, added)
    return len(missing)


def converted(city: City, field: models.Field, value: Any) -> Any:
    """A value of a fixture as its field wants it: dates, GeoJSON geometries, references by `source_id`."""
    if isinstance(value, models.Model | GEOSGeometry) or value is None:
        return value
    if field.is_relation:
        return referred(city, field, value)
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value)
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    if field.name == "place":
        return geometry(shape(value))
    return value


def referred(city: City, field: models.Field, source_id: str) -> models.Model:
    return field.related_model.objects.get(city=city, source_id=source_id)


def geometry(drawn: shapely.Geometry) -> GEOSGeometry:
    """A Shapely geometry of EPSG:4326 for the database, its outer rings counter-clockwise."""
    return GEOSGeometry(memoryview(shapely.to_wkb(shapely.orient_polygons(drawn))), srid=4326)
