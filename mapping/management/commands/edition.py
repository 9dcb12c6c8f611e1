"""`edition [--out DIR] [--date DAY]`: make a dated release of all public data."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.edition.release import release
from mapping.errors import Problem


class Command(BaseCommand):
    help = "Make an edition: one dated archive with all public data, the same bytes for the same data."

    def add_arguments(self, parser: CommandParser) -> None:
        there = Path(settings.EXPORT_ROOT).parent / "editions"
        parser.add_argument("--out", metavar="DIR", type=Path, default=there, help=_("the folder, %(default)s"))
        parser.add_argument("--date", metavar="DAY", type=date.fromisoformat, help=_("today, if not said"))

    def handle(self, *args: Any, out: Path, date: date | None, **options: Any) -> None:
        try:
            path = release(out, date or timezone.localdate())
        except (Problem, OSError) as error:
            raise CommandError(getattr(error, "detail", "") or str(error)) from error
        self.stdout.write(_("Edition written: %(path)s") % {"path": path})
