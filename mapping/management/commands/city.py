"""`city SLUG --name NAME [--boundary FILE]`: make a city, or change its name and bounds."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mapping.importing.cities import set_city
from mapping.importing.messages import ImportRefused
from mapping.importing.run import UsageError


class Command(BaseCommand):
    help = "Make a city, or change its name and bounds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--name", required=True)
        parser.add_argument("--boundary", metavar="FILE", type=Path, help=_("a file with the boundary of the city"))
        parser.add_argument("--crs", metavar="EPSG:n", help=_("the coordinate system, when the file does not say"))

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            created, sentence = set_city(given["slug"], given["name"], given["boundary"], given["crs"])
        except UsageError as error:
            raise CommandError(str(error), returncode=2) from error
        except ImportRefused as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write((_("City created: %s.") if created else _("City updated: %s.")) % given["name"])
        if sentence:
            self.stdout.write(sentence)
