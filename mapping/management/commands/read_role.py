"""`read_role NAME [--new-password] [--drop]`: a PostgreSQL role that reads the open layers and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, connection
from django.utils.translation import gettext as _

from mapping.layers import LAYERS
from mapping.reading import SCHEMA, NotOurs, drop_reader, make_reader, readers


class Command(BaseCommand):
    help = "Makes a PostgreSQL role that reads the open layers and nothing else, or brings it up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", nargs="?", help=_("the role; without it, the roles there are"))
        parser.add_argument("--new-password", action="store_true", help=_("give it a new password"))
        parser.add_argument("--drop", action="store_true", help=_("take the role away"))

    def handle(self, *args: Any, **given: Any) -> None:
        if not given["name"]:
            with connection.cursor() as cursor:
                for name in readers(cursor):
                    self.stdout.write(name)
            return
        try:
            if given["drop"]:
                drop_reader(given["name"])
                self.stdout.write(_("The role %(name)s is gone.") % {"name": given["name"]})
                return
            password = make_reader(given["name"], given["new_password"])
        except NotOurs as error:
            raise CommandError(str(error), returncode=2) from error
        except ProgrammingError as error:
            more = _("The role of the program needs CREATEROLE, or a superuser runs this command.")
            raise CommandError(f"{str(error).strip()} {more}", returncode=1) from error
        said = {"name": given["name"], "number": len(LAYERS), "schema": SCHEMA}
        self.stdout.write(_("%(name)s reads the %(number)d layers of the schema %(schema)s.") % said)
        if password:
            self.stdout.write(_("Password, shown only now: %(password)s") % {"password": password})
