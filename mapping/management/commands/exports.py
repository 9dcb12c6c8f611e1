"""`exports`: makes the large files that people have asked for, and ends. The web server and `tick` start it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mapping.exporting.work import work_off


class Command(BaseCommand):
    help = "Makes the large exports that wait, one after the other, and ends. Does nothing where another one is at it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("%(number)d exports made.") % {"number": work_off()})
