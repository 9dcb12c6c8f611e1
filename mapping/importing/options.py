"""The options that every import command takes, and what it prints and returns."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mapping.importing.messages import ImportRefused
from mapping.importing.report import Report
from mapping.importing.run import Request, UsageError, run


def _pair(text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(_("%(text)s: write FIELD=COLUMN.") % {"text": text})
    return name.strip(), column.strip()


def add(parser: CommandParser) -> None:
    """The options of the contract; `docs/importing.md` explains each."""
    parser.add_argument("--city", metavar="SLUG", help=_("the city; made around the data when it does not exist"))
    parser.add_argument("--crs", metavar="EPSG:n", help=_("the coordinate system, when the file does not say"))
    parser.add_argument(
        "--map", metavar="FIELD=COLUMN", nargs="+", action="extend", type=_pair, default=[], dest="pairs"
    )
    parser.add_argument("--id", metavar="COLUMN", dest="id_column", help=_("the column that identifies a row"))
    parser.add_argument("--kind", help=_("district, neighbourhood, statistical_zone or area"))
    parser.add_argument("--valid-from", metavar="DATE", type=date.fromisoformat, help=_("a new edition from this day"))
    parser.add_argument("--missing", choices=("keep", "close"), default="keep", help=_("what is no longer in the file"))
    parser.add_argument("--sublayer", metavar="NAME", help=_("which layer, when the file holds several"))
    parser.add_argument("--dry-run", action="store_true", help=_("show what would happen and write nothing"))
    parser.add_argument("--report", metavar="FILE", type=Path, help=_("write the report as JSON"))


def request(layer: str, path: Path, options: dict[str, Any]) -> Request:
    """What the options ask for."""
    return Request(
        layer=layer,
        path=path,
        city=options["city"],
        crs=options["crs"],
        mapping=dict(options["pairs"]),
        id_column=options["id_column"],
        kind=options["kind"],
        valid_from=options["valid_from"],
        close_missing=options["missing"] == "close",
        dry_run=options["dry_run"],
        sublayer=options["sublayer"],
    )


def carry_out(command: BaseCommand, asked: Request, report_path: Path | None) -> None:
    """Import, print, write the report whatever happens. Exit code 0, 1 (nothing applied) or 2 (usage)."""
    _writable(report_path)
    try:
        report = run(asked)
    except UsageError as error:
        report = Report(layer=asked.layer, city=asked.city or "", dry_run=asked.dry_run)
        report.error = ImportRefused("usage", detail=str(error))
        _write(report, report_path)
        raise CommandError(str(error), returncode=2) from error
    _write(report, report_path)
    for line in report.lines():
        command.stdout.write(line)
    if report.error:
        raise CommandError(str(report.error), returncode=1)


def _writable(path: Path | None) -> None:
    """Before anything is imported: a report that cannot be written is a usage error."""
    try:
        if path:
            path.open("a").close()
    except OSError as error:
        raise CommandError(
            _("The report cannot be written: %(why)s") % {"why": error.strerror}, returncode=2
        ) from error


def _write(report: Report, path: Path | None) -> None:
    if path:
        report.write(path)
