"""Which partition official boundaries go into: the one in force, a new edition of it, or the first official one."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mapping.importing.check import in_italian
from mapping.importing.report import Report
from mapping.importing.targets import Target
from neighbourhoods.models import City, Neighbourhood, Partition
from neighbourhoods.vocabulary import PartitionKind, Role

NAMES = {
    PartitionKind.DISTRICT: _("Districts"),
    PartitionKind.NEIGHBOURHOOD: _("Neighbourhoods"),
    PartitionKind.STATISTICAL_ZONE: _("Statistical zones"),
    PartitionKind.AREA: _("Areas"),
}
DEFAULT_KINDS = {Role.PRIMARY: PartitionKind.NEIGHBOURHOOD, Role.DISTRICT: PartitionKind.DISTRICT}


def partition_for(city: City, target: Target, kind: str | None, valid_from: date | None, report: Report) -> Partition:
    """The official partition that takes the boundaries; closes the one it replaces, and says so in the report.

    A partition in force is updated in place, unless it is schematic, or of another kind, or `valid_from` is later than
    its own first day. What is replaced ends on that day, or today; one that begins in the future waits for its day.
    """
    today = timezone.localdate()
    current = city.partitions.filter(role=target.role, current=True).first()
    wanted = kind or (current.kind if current else DEFAULT_KINDS[target.role])
    waiting = city.partitions.filter(role=target.role, kind=wanted, schematic=False, current=False)
    if valid_from and (edition := waiting.filter(valid_from=valid_from).first()):
        return edition
    if current and not current.schematic and current.kind == wanted:
        later = valid_from is not None and (current.valid_from is None or valid_from > current.valid_from)
        if not later:
            return current
    begins = valid_from if valid_from and valid_from > today else None
    if current:
        _close(current, valid_from or today, waits=begins is not None, report=report)
    partition = Partition.objects.create(
        city=city,
        kind=wanted,
        role=target.role,
        name=_name(wanted),
        schematic=False,
        valid_from=valid_from,
        current=begins is None,
    )
    report.notices.append(("partition-created", {"name": partition.name}))
    if begins:
        report.notices.append(("partition-future", {"name": partition.name, "day": begins.isoformat()}))
    return partition


def _close(partition: Partition, day: date, waits: bool, report: Report) -> None:
    partition.valid_to = max(filter(None, (day, partition.valid_from)))
    partition.current = waits
    partition.save(update_fields=["valid_to", "current"])
    report.notices.append(("partition-closed", {"name": partition.name}))


def _name(kind: str) -> str:
    return in_italian(lambda: NAMES[PartitionKind(kind)])


def identifiers(partition: Partition, source: str) -> str:
    """What is added to a code so that the same code in another partition or edition keeps an identity of its own."""
    others = Neighbourhood.objects.filter(city=partition.city, source=source).exclude(partition=partition)
    if not others.exists():
        return ""
    return f"@{partition.kind}-{partition.valid_from or partition.pk}"
