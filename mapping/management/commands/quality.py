"""`quality CITY [--csv] [--check NAME]`: what is wrong in the data of a city."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commons.desk.door import Desk
from mapping.quality.checks import CHECKS
from mapping.quality.report import Finding, Result, as_csv, read_report
from neighbourhoods.models import City
from people.models import User
from people.roles import Role


class Command(BaseCommand):
    help = "Says what is wrong or doubtful in the data of a city."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("city", metavar="CITY")
        parser.add_argument("--check", choices=[check.name for check in CHECKS], default="")
        parser.add_argument("--csv", action="store_true", help=_("as a table"))

    def handle(self, *args: Any, **given: Any) -> None:
        city = City.objects.filter(slug=given["city"]).first()
        if city is None:
            raise CommandError(_("There is no city %(slug)s.") % {"slug": given["city"]}, returncode=2)
        # Whoever can run this can do everything: an administrator, who sees the links of one.
        administrator = User(is_staff=True, is_superuser=True, is_active=True)
        results = read_report(Desk(city, administrator, frozenset({Role.ADMIN}), None), given["check"])
        if given["csv"]:
            self.stdout.write(as_csv(results, settings.SITE_URL), ending="")
            return
        for result in results:
            self.stdout.write(f"{result.check.title}: {result.count}")
            for one in result.findings:
                self.stdout.write(f"  {sentence(result, one)}")
            if result.more:
                self.stdout.write("  " + _("and %(number)d more") % {"number": result.more})


def sentence(result: Result, one: Finding) -> str:
    """One finding in a line."""
    names = " / ".join(subject.name for subject in (one.subject, one.other) if subject)
    amount = f", {one.amount} {result.check.unit}" if one.amount is not None and result.check.unit else ""
    return f"{one.subject.layer.slug} {one.subject.uid} {names}{amount}: {settings.SITE_URL}{one.subject.edit}"
