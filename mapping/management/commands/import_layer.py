"""`import_layer LAYER FILE`: bring a file into a layer; see docs/importing.md."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from mapping.importing import options
from mapping.importing.targets import TARGETS


class Command(BaseCommand):
    help = "Import a file (GeoJSON, CSV, zipped Shapefile, GeoPackage, KML, GML) into a layer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("layer", metavar="LAYER", choices=sorted(TARGETS), help=_("one of: %(choices)s"))
        parser.add_argument("file", metavar="FILE", type=Path)
        options.add(parser)

    def handle(self, *args: Any, **given: Any) -> None:
        options.carry_out(self, options.request(given["layer"], given["file"], given), given["report"])
