"""`load_edition FILE`: load an edition into an empty database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mapping.edition.load import EditionRefused, load_edition


class Command(BaseCommand):
    help = "Load an edition into an empty database: all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            counts = load_edition(file)
        except EditionRefused as error:
            raise CommandError(str(error)) from error
        said = ", ".join(f"{name} {count}" for name, count in counts.items())
        self.stdout.write(_("Loaded: %(counts)s.") % {"counts": said})
