"""`script/manage person export|erase EMAIL`: what the office does when somebody asks by letter."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from people.last_administrator import LastAdministrator
from people.models import User
from people.privacy import erase_person, export_person


class Command(BaseCommand):
    help = "Export, or erase, what is kept about one person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["export", "erase"])
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="erase without asking")

    def handle(self, *args: Any, what: str, email: str, yes: bool, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email, is_active=True).exclude(email="").first()
        if user is None:
            raise CommandError(_("There is no account of %(email)s.") % {"email": email})
        if what == "export":
            self.stdout.write(json.dumps(export_person(user), ensure_ascii=False, indent=2))
            return
        asked = _("Erase everything about %(email)s? It cannot be undone. Write yes: ") % {"email": email}
        if not yes and input(asked).strip().lower() not in {"yes", "sì", "si"}:
            raise CommandError(_("Nothing was erased."))
        try:
            erase_person(user)
        except LastAdministrator as why:
            raise CommandError(str(why)) from why
        self.stdout.write(_("Erased."))
