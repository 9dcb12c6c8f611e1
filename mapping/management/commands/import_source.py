"""`import_source NAME [FILE]`: bring in a known dataset, with its columns, licence and kind already known."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mapping.importing import options
from mapping.sources import SOURCES


class Command(BaseCommand):
    help = "Import a known dataset. Without FILE: say where it is published."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", choices=sorted(SOURCES), help=_("one of: %(choices)s"))
        parser.add_argument("file", metavar="FILE", type=Path, nargs="?")
        options.add(parser)

    def handle(self, *args: Any, **given: Any) -> None:
        source = SOURCES[given["name"]]
        if given["file"] is None:
            text = _("%(title)s: download it from %(page)s (%(format)s), then add the FILE to this command.")
            facts = {"title": source.title, "page": source.page, "format": source.format}
            raise CommandError(text % facts, returncode=2)
        request = options.request(source.layer, given["file"], given)
        request.city = request.city or source.city
        request.source = source.name
        request.preset_mapping = dict(source.mapping)
        request.id_column = request.id_column or source.id_column
        request.kind = request.kind or source.kind
        request.constants = source.constants()
        request.register = source.register
        options.carry_out(self, request, given["report"])
