"""`tick`: writes what time changes. A timer runs it every minute; running it again changes nothing more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.clock import turn
from commons.feedback import sweep_feedback
from commons.files import sweep_files
from mapping.exporting.work import sweep_exports
from mapping.follows.rounds import go_round
from mapping.intake.rounds import due
from mapping.intake.steps import sweep_uploads
from mapping.intake.work import work
from mapping.layers import LAYERS
from mapping.models import Upload
from mapping.versions import fold, install_missing_triggers
from neighbourhoods.models import City
from people.post import send_waiting


class Command(BaseCommand):
    help = (
        "Writes what time changes: which boundaries are in force today in each city, what the calendar moves and "
        "reminds of, and the folded versions. Sends the messages that are due."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        install_missing_triggers({table for layer in LAYERS.values() for table in layer.tables})
        wrong = []
        for city in City.objects.all():
            try:
                ending, beginning = city.turn(city.today())
            except (KeyError, ValueError, OSError):
                wrong.append(city)
                continue
            for partition in ending:
                self.stdout.write(_("%(partition)s is no longer in force.") % {"partition": partition})
            for partition in beginning:
                self.stdout.write(_("%(partition)s is in force from today.") % {"partition": partition})
            if moved := turn(city, timezone.now()):
                said = {"city": city, "number": moved}
                self.stdout.write(_("%(city)s: %(number)d calls and pacts moved by the calendar.") % said)
        self.stdout.write(_("%(number)d changes folded.") % {"number": fold()})
        if told := go_round():
            self.stdout.write(_("%(number)d messages to followers.") % {"number": told})
        sweep_files()
        sweep_feedback()
        sweep_exports()
        if sent := send_waiting():
            self.stdout.write(_("%(number)d mails sent.") % {"number": sent})
        sweep_uploads()
        if (due() or Upload.objects.waiting().exists()) and (read := work()):
            self.stdout.write(_("%(number)d files read or brought in.") % {"number": read})
        if wrong:
            zones = ", ".join(f"{city} ({city.time_zone!r})" for city in wrong)
            raise CommandError(_("These cities have a time zone that is not known: %(zones)s.") % {"zones": zones})
