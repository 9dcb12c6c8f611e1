"""`work_imports`: reads and brings in the files that wait on the import pages. The pages start it by themselves."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mapping.intake.work import limit_memory, work


class Command(BaseCommand):
    help = "Does what waits on the import pages, unless another process is at it."

    def handle(self, *args: Any, **options: Any) -> None:
        limit_memory()
        if done := work():
            self.stdout.write(_("%(number)d files read or brought in.") % {"number": done})
