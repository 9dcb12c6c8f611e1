"""`script/manage facts [CITY …]`: load the facts that are known of cities, each with its source."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from commons.figures.facts import cities_with_facts, load_facts


class Command(BaseCommand):
    help = "Load the programmes and published figures of fixtures/facts/: adds what is missing, changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cities", metavar="CITY", nargs="*", help=", ".join(cities_with_facts()))

    def handle(self, *args: Any, cities: list[str], **options: Any) -> None:
        unknown = set(cities) - set(cities_with_facts())
        if unknown:
            self.stderr.write(_("No facts are known of: %(cities)s.") % {"cities": ", ".join(sorted(unknown))})
            raise SystemExit(2)
        for slug in cities or cities_with_facts():
            added = load_facts(slug)
            counts = ", ".join(f"{name} {count}" for name, count in added.items()) or _("everything is there already")
            self.stdout.write(f"{slug}: {counts}")
