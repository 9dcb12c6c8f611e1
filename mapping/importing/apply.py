"""Writing candidates: created, updated, unchanged, gone. Always inside the caller's transaction."""

from collections.abc import Iterable
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import BinaryField, Func, Model, QuerySet
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from commons.models.moving import Moving, record_states
from commons.models.steps import Step
from mapping.importing.changes import SHOWN
from mapping.importing.check import Candidate
from mapping.importing.progress import silent
from mapping.importing.report import Report
from mapping.importing.targets import Target
from neighbourhoods.geometry import same
from neighbourhoods.models import City, Partition
from neighbourhoods.records import imported_uid
from neighbourhoods.vocabulary import Visibility

BATCH = 500
CHUNK = 2000  # what is looked up, compared and written together
MANY = 1000  # records after which what PostgreSQL has noted of a table is no longer true of it


class Store:
    """The records of one layer and one source in one city, or of one partition: looked up and written in chunks."""

    def __init__(self, target: Target, city: City, source: str, partition: Partition | None = None) -> None:
        self.target = target
        self.city = city
        self.source = source
        self.partition = partition
        self.suffix = ""
        self.note = ""  # the words of the step that records a state
        self.tell = silent

    def scope(self) -> QuerySet:
        """What belongs to the source: the records that can be gone."""
        rows = self.target.model.objects.filter(city=self.city)
        return rows.filter(partition=self.partition) if self.partition else rows.filter(source=self.source)

    def key_of(self, record: Model) -> str:
        """The identifier of a stored record as the file would write it."""
        return record.code if self.partition else record.source_id

    def existing(self, keys: Iterable[str], own: bool) -> dict[str, Model]:
        """Identifier → stored record with its place as `wkb`, of these identifiers. With `own`, uids count first."""
        wanted = list(keys)
        named = {"code__in" if self.partition else "source_id__in": wanted}
        found = {self.key_of(record): record for record in self._read(self.scope().filter(**named))}
        if own:
            published = self.target.model.objects.filter(city=self.city, uid__in=wanted)
            found |= {record.uid: record for record in self._read(published)}
        return found

    def _read(self, rows: QuerySet) -> Iterable[Model]:
        column = self.target.geometry
        place = Func(column, function="ST_AsBinary", output_field=BinaryField())
        return rows.defer(column, "label_point").annotate(wkb=place).order_by("pk").iterator(chunk_size=2000)

    def new(self, candidate: Candidate) -> Model:
        """A record that does not exist yet; nothing typed stays in fields that the database computes."""
        key = candidate.key + self.suffix
        values: dict[str, Any] = dict(self.target.defaults) | candidate.values
        record = self.target.model(city=self.city, source=self.source, source_id=key, **values)
        record.uid = imported_uid(self.city.slug, self.source, key)
        if self.partition:
            record.partition = self.partition
        setattr(record, self.target.geometry, geos(candidate.place))
        return record

    def write(self, candidates: list[Candidate], own: bool, report: Report) -> None:
        """Create what is new, update what differs, leave alone what is the same; counts go into the report.

        A chunk at a time, so that memory does not grow with what is stored."""
        fields = sorted({name for candidate in candidates for name in candidate.values})
        moved_here = self._moved_here()
        states_kept = 0
        for start in range(0, len(candidates), CHUNK):
            self.tell("write", start, len(candidates))
            chunk = candidates[start : start + CHUNK]
            existing = self.existing([candidate.key for candidate in chunk], own)
            states_kept += self._keep_states(chunk, existing, moved_here)
            self._write(chunk, existing, fields, report)
        report.unchanged = len(candidates) - report.created - report.updated
        if states_kept:
            report.notices.append(("state-kept", {"count": states_kept}))

    def _write(
        self, candidates: list[Candidate], existing: dict[str, Model], fields: list[str], report: Report
    ) -> None:
        created: list[Model] = []
        changed: dict[bool, list[Model]] = {True: [], False: []}
        note = report.changes.note
        for candidate in candidates:
            record = existing.get(candidate.key)
            if record is None:
                created.append(self.new(candidate))
                note("new", candidate.key, created[-1].name, created[-1].uid, candidate.place)
                continue
            stored = shapely.from_wkb(bytes(record.wkb)) if record.wkb is not None else None
            moved = not same(stored, candidate.place)
            differing = self._differing(record, candidate.values)
            if differing or moved:
                setattr(record, self.target.geometry, geos(candidate.place if moved else stored))
                changed[moved].append(record)
                was = stored if moved else None
                note("changed", candidate.key, record.name, record.uid, candidate.place, differing, was)
        self.target.model.objects.bulk_create(created, batch_size=BATCH)
        for moved, records in changed.items():
            columns = [*fields, "visibility", "updated_at", *([self.target.geometry] if moved else [])]
            self._update(records, columns)
        if issubclass(self.target.model, Moving):
            keys = [record.pk for record in (*created, *changed[True], *changed[False])]
            record_states(self.target.model, keys, self.note)
        report.created += len(created)
        report.updated += len(changed[True]) + len(changed[False])

    def _moved_here(self) -> set[int]:
        """The records that somebody has moved here: they have their own history."""
        if not issubclass(self.target.model, Moving):
            return set()
        steps = Step.objects.exclude(move="recorded").filter(**{f"{self.target.model.machine}__city": self.city})
        return set(steps.values_list(f"{self.target.model.machine}_id", flat=True))

    def _keep_states(self, candidates: list[Candidate], existing: dict[str, Model], moved: set[int]) -> int:
        """A file says nothing any more about the state of what was moved here; how many times it said another."""
        kept = [one for one in candidates if one.key in existing and existing[one.key].pk in moved]
        return sum(one.values.pop("state", None) not in {None, existing[one.key].state} for one in kept)

    def _differing(self, record: Model, values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Set the values on the record; field → old and new of those that differ. One that was withdrawn comes back."""
        wanted = values
        if record.visibility == Visibility.WITHDRAWN:
            wanted = {"visibility": Visibility.PUBLIC.value} | values
        differing = {}
        for name, value in wanted.items():
            if (old := getattr(record, name)) != value:
                differing[name] = (old, value)
                setattr(record, name, value)
        return differing

    def _update(self, records: list[Model], columns: list[str]) -> None:
        """One statement per batch: an insert that always meets its uid and becomes an update."""
        now = timezone.now()
        for record in records:
            record.updated_at = now
        self.target.model.objects.bulk_create(
            records, batch_size=BATCH, update_conflicts=True, unique_fields=["uid"], update_fields=columns
        )

    def gone(self, keys: set[str], own: bool, close: bool, report: Report) -> None:
        """Count the records of the source that are no longer in the file; withdraw them when asked. None is deleted."""
        rows = self.scope().exclude(visibility=Visibility.WITHDRAWN)
        column = "code" if self.partition else "source_id"
        missing = [pk for pk, uid, key in rows.values_list("pk", "uid", column) if key not in keys and uid not in keys]
        report.gone = len(missing)
        shown = rows.filter(pk__in=missing[:SHOWN]).order_by("pk").values_list("uid", column, "name", "label_point")
        for uid, key, name, at in shown if missing else ():
            report.changes.note("gone", key, name, uid, at and shapely.Point(at.x, at.y))
        if missing and close and not own:
            self.target.model.objects.filter(pk__in=missing).update(
                visibility=Visibility.WITHDRAWN, updated_at=timezone.now()
            )
        if missing:
            report.notices.append(("records-closed" if close and not own else "records-kept", {"count": len(missing)}))


def look_again(targets: Iterable[Target], report: Report) -> None:
    """Lets PostgreSQL look at tables that many records came into, before anybody reads them. It does so by itself a
    minute or more later; until then it would think the tables empty, and a search would read them row by row."""
    if report.created + report.updated < MANY:
        return
    with connection.cursor() as cursor:
        for table in sorted({target.model._meta.db_table for target in targets}):
            cursor.execute(f"ANALYZE {table}")


def geos(place: BaseGeometry | None) -> GEOSGeometry | None:
    """The same geometry for Django, EPSG:4326."""
    return None if place is None else GEOSGeometry(memoryview(shapely.to_wkb(place)), srid=4326)


def relocate_later() -> None:
    """Until the end of this transaction boundaries may change without every record being asked again each time."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL mappa.relocate = 'later'")


def relocate(city: City, changed: bool) -> None:
    """Ask every record of a city again where it lies, once, if its boundaries have changed; then as always."""
    with connection.cursor() as cursor:
        if changed:
            cursor.execute("SELECT mc_relocate(ARRAY[%s]::bigint[])", [city.pk])
        cursor.execute("SET LOCAL mappa.relocate = ''")
