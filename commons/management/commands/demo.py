"""`script/manage demo [CITY]`: load a demonstration city, then print the accounts that can enter."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from commons.demo import known_cities, load_demo
from commons.figures.facts import cities_with_facts, load_facts


class Command(BaseCommand):
    help = "Load a city of fixtures/: adds what is missing, never changes what is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("city", nargs="?", default="torino", choices=known_cities())

    def handle(self, *args: Any, city: str, **options: Any) -> None:
        added = load_demo(city)
        if city in cities_with_facts():
            added += load_facts(city)
        if added:
            counts = ", ".join(f"{name} {count}" for name, count in added.items())
            self.stdout.write(_("Demonstration of %(city)s: added %(counts)s.") % {"city": city, "counts": counts})
        else:
            self.stdout.write(_("Demonstration of %(city)s: everything is there already.") % {"city": city})
        if settings.LOOPBACK:
            call_command("demo_accounts", stdout=self.stdout)
