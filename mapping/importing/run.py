"""One import from file to report. A dry run takes the same road and turns back at the end."""

from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from commons.demo import known_cities, load_known
from mapping.importing import apply, child, columns, identity, own, places, register, territories
from mapping.importing.check import Plan, candidates, in_italian
from mapping.importing.messages import ImportRefused
from mapping.importing.rejection import Rejected
from mapping.importing.report import Report
from mapping.importing.request import Request, UsageError, source_name
from mapping.importing.targets import TARGETS, Target
from mapping.intake import journal
from mapping.models import ImportRun
from neighbourhoods import geometry
from neighbourhoods.models import City
from neighbourhoods.vocabulary import PartitionKind

__all__ = ["Request", "UsageError", "run", "source_name"]

LOCK = 7_308_202_641  # one import at a time in one database; any fixed number does


def run(request: Request) -> Report:
    """Import a file, and keep what came of it as an ImportRun. Raises UsageError; everything else is in the report."""
    target = None if request.register else TARGETS.get(request.layer)
    report = Report(layer=target.slug if target else request.layer, dry_run=request.dry_run)
    report.file = dict.fromkeys(("name", "sha256", "driver", "encoding", "crs", "crs_from")) | {
        "name": request.file_name
    }
    if target is None and request.register is None:
        raise UsageError(_("There is no layer %(layer)s to import into.") % {"layer": request.layer})
    city = _city(request, report)
    if request.kind and request.kind not in PartitionKind.values:
        kinds = ", ".join(PartitionKind.values)
        raise UsageError(
            _("%(kind)s is no kind of territory; there are: %(kinds)s.") % {"kind": request.kind, "kinds": kinds}
        )
    reading = None
    try:
        request.tell("read")
        reading = child.read(request.path, request.name, request.sublayer, tell=request.tell)
        with transaction.atomic():
            number = None if request.dry_run else journal.begin()
            city = _road(request, target, city, reading, report)
            journal.end()
            transaction.set_rollback(request.dry_run)
            if not request.dry_run:
                report.applied = True
                apply.look_again([target] if target else TARGETS.values(), report)
                report.run = _remember(request, report, reading, city, number)
    except ImportRefused as refusal:
        _refuse(report, refusal)
    except OperationalError as error:
        code = getattr(error.__cause__, "pgcode", None)
        if code is None:  # the database is not there: nothing could be kept either
            raise
        _refuse(report, ImportRefused("import-running" if code == "55P03" else "database-refused", detail=code))
    except DatabaseError as error:
        _refuse(report, ImportRefused("database-refused", detail=_constraint(error)))
    if not report.applied and request.keep:
        report.run = _remember(request, report, reading, city)
    return report


def _city(request: Request, report: Report) -> City | None:
    """The city that was named, or the only one; None when it is still to be made."""
    if request.city is None:
        found = list(City.objects.all()[:2])
        if len(found) != 1:
            raise UsageError(_("Say which city: --city SLUG."))
        report.city = found[0].slug
        return found[0]
    try:
        validate_slug(request.city)
    except ValidationError as error:
        raise UsageError(_("A city's short name has letters, digits and hyphens only: --city SLUG.")) from error
    report.city = request.city
    return City.objects.filter(slug=request.city).first()


def _road(request: Request, target: Target | None, city: City | None, reading: child.Reading, report: Report) -> City:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    report.notices += reading.notices
    report.columns, report.layers = columns.samples(reading), reading.layers
    report.found = len(reading.records)
    srid = _crs(request, reading, report)
    if not reading.records:
        raise ImportRefused("no-rows")
    request.tell("place", 0, len(reading.records))
    loaded = places.load(reading.records, srid)
    if target is None:
        return _register(request, city, reading, loaded, report)
    if city is None:
        city = _make_city(report.city, loaded, report)
    return _one_layer(request, target, city, reading, loaded, report)


def _register(
    request: Request, city: City | None, reading: child.Reading, loaded: dict[int, Any], report: Report
) -> City:
    """Rows of several layers. A city whose profile is known is made with it, not round the data."""
    if city is None and report.city in known_cities():
        city, report.city_created = load_known(report.city), True
    city = city or _make_city(report.city, loaded, report)
    said = {"file": request.file_name, "day": f"{city.today():%d/%m/%Y}"}
    known = request.preset_mapping | request.mapping
    work = register.Work(
        request.register, city, request.source_name, reading,
        identity.by_column(request.id_column or "Id"), {name: column for name, column in known.items() if column},
        request.constants, places.Frame(_shape(city), city.national),
        in_italian(lambda: _("From the file %(file)s, read on %(day)s.") % said),
    )  # fmt: skip
    register.write(work, loaded, request.close_missing, report)
    return city


def _one_layer(
    request: Request, target: Target, city: City, reading: child.Reading, loaded: dict[int, Any], report: Report
) -> City:
    remembered = ImportRun.objects.last_mapping(target.slug, city, reading.fields)
    report.mapping = own.resolve(
        target, reading.fields, request.mapping, request.preset_mapping, remembered.mapping if remembered else None
    )
    if target.role and "code" in report.mapping and "code" not in (request.mapping | request.preset_mapping):
        _only_a_true_code(reading, report.mapping)
    rule = identity.choose(
        reading, target, report.mapping, request.id_column, remembered.identity if remembered else None, city
    )
    report.identity = rule.rule
    used = {*report.mapping.values(), *reading.place_columns, rule.rule.removeprefix("column:")}
    report.unused_columns = [name for name in reading.fields if name not in used]
    partition = None
    if target.role:
        apply.relocate_later()
        partition = territories.partition_for(city, target, request.kind, request.valid_from, report)
    plan = Plan(
        own.widened(target) if rule.own else target,
        report.mapping,
        rule,
        places.Frame(_shape(city), city.national),
        request.constants,
        in_italian(lambda: PartitionKind(partition.kind).label if partition else target.noun),
    )
    request.tell("check", 0, len(reading.records))
    found, keys = candidates(reading, plan, loaded, report)
    reading.records.clear()  # everything that is needed of them stands in the candidates
    loaded.clear()
    if not found and not request.dry_run:
        raise ImportRefused("nothing-applied")
    if "state" in target.defaults and "state" not in report.mapping:
        label = target.model._meta.get_field("state").choices
        report.notices.append(("state-default", {"state": str(dict(label)[target.defaults["state"]])}))
    store = apply.Store(target, city, request.source_name, partition)
    store.tell = request.tell
    if partition:
        store.suffix = territories.identifiers(partition, store.source)
    if rule.own:
        own.settle(store, found, reading.driver)
    store.write(found, rule.own, report)
    store.gone(keys, rule.own, request.close_missing, report)
    if target.role:
        said = any(code.startswith("partition-") for code, _params in report.notices)
        closed = request.close_missing and report.gone
        apply.relocate(city, changed=bool(said or report.created or report.updated or closed))
    return city


def _crs(request: Request, reading: child.Reading, report: Report) -> int | None:
    """The number of the file's CRS, else of `--crs`; None when there is nothing to place."""
    if reading.crs is None and request.crs:
        reading.crs, reading.crs_from = request.crs.strip().upper(), "option"
    elif reading.crs is None and own.in_degrees(reading):
        reading.crs, reading.crs_from = "CRS84", "columns"
    elif request.crs and reading.crs and request.crs.strip().upper() != reading.crs:
        report.notices.append(("crs-option-ignored", {"crs": reading.crs}))
    report.file = {name: getattr(reading, name) for name in report.file}
    if all(record.wkb is None for record in reading.records):
        return None
    if reading.crs is None:
        raise ImportRefused("crs-missing")
    return places.srid_of(reading.crs)


def _make_city(slug: str, loaded: dict[int, Any], report: Report) -> City:
    located = [place for place in loaded.values() if not isinstance(place, Rejected) and geometry.on_globe(place)]
    if not located:
        raise ImportRefused("city-without-extent", city=slug)
    box = geometry.extent(located)
    city = City.objects.create(
        slug=slug,
        name=slug.replace("-", " ").title(),
        envelope=apply.geos(box),
        national=places.ITALY.covers(box),
    )
    report.city_created = True
    report.notices.append(("city-created", {"city": slug}))
    return city


def _only_a_true_code(reading: child.Reading, mapping: dict[str, str]) -> None:
    """A guessed code that is missing or doubled somewhere is none: try the columns made for it, else do without."""
    rows = [record for record in reading.records if not record.rejected]
    if not columns.filled_once(mapping["code"], rows):
        better = [name for name in columns.identifier_columns(reading.fields, rows) if name not in mapping.values()]
        if better:
            mapping["code"] = better[0]
        else:
            del mapping["code"]


def _shape(city: City) -> Any:
    envelope: GEOSGeometry = city.envelope
    return shapely.from_wkb(bytes(envelope.wkb))


def _refuse(report: Report, refusal: ImportRefused) -> None:
    """Nothing was written: the counts say so. What was rejected row by row stays, because it is the reason."""
    report.error, report.applied = refusal, False
    report.created = report.updated = report.unchanged = report.gone = 0
    report.city_created = False
    report.remarks = [remark for remark in report.remarks if remark.outcome == "rejected"]
    report.rejected = report.rows_in if refusal.code == "nothing-applied" else 0
    report.rows_in = report.rejected
    if not report.rejected:
        report.remarks = []


def _constraint(error: Exception) -> str:
    diagnostics = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnostics, "constraint_name", None) or getattr(error.__cause__, "pgcode", None) or "")


def _remember(
    request: Request, report: Report, reading: child.Reading | None, city: City | None, number: int | None = None
) -> ImportRun:
    return ImportRun.objects.create(
        pk=number,
        user=request.user,
        city=City.objects.filter(pk=city.pk).first() if city and city.pk else None,
        layer=report.layer,
        source=request.source_name,
        file_name=request.file_name[:300],
        sha256=report.file["sha256"] or (reading.sha256 if reading else ""),
        columns=sorted(reading.fields) if reading else [],
        mapping=report.mapping,
        identity=report.identity,
        dry_run=report.dry_run,
        applied=report.applied,
        report=report.as_json(rows=1000),
    )
