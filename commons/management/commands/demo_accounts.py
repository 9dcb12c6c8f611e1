"""`script/manage demo_accounts`: two accounts to try the program with, on one's own computer only.

Passwords are derived from SECRET_KEY, which is random for each installation: they are kept nowhere and can be
printed again. A password that somebody changed is not reset unless `--reset` asks for it.
"""

import base64
import hashlib
import hmac
from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from neighbourhoods.models import City
from people.models import Grant, User
from people.roles import Role

ACCOUNTS = (("admin", gettext_lazy("administrator")), ("ufficio", gettext_lazy("staff of the commons office")))
OFFICE = "Ufficio beni comuni"


def demo_password(username: str) -> str:
    """Twenty letters and digits, different for each installation and account."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo account {username}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:20]


def office_permissions() -> list[Permission]:
    """What the office may do: add and change what is published, look at boundaries; delete nothing."""
    edits = Q(content_type__app_label="commons") | Q(
        content_type__app_label="people", codename__endswith="organisation"
    )
    looks = Q(content_type__app_label="neighbourhoods", codename__startswith="view_")
    return list(Permission.objects.filter(edits & ~Q(codename__startswith="delete_") | looks))


@transaction.atomic
def make_account(username: str, reset: bool) -> tuple[User, bool]:
    """The account, and whether the derived password opens it."""
    user, created = User.objects.get_or_create(
        username=username, defaults={"is_staff": True, "is_superuser": username == "admin"}
    )
    if created or reset:
        user.is_active = True
        user.set_password(demo_password(username))
        user.save()
    if created and not user.is_superuser:
        group, new = Group.objects.get_or_create(name=OFFICE)
        if new:
            group.permissions.set(office_permissions())
        user.groups.add(group)
    address, _made = EmailAddress.objects.get_or_create(
        user=user, primary=True, defaults={"email": f"{username}@example.org", "verified": True}
    )
    if not user.email:
        user.email = address.email
        user.save(update_fields=["email"])
    if not user.is_superuser:
        for city in City.objects.all():
            Grant.objects.get_or_create(user=user, role=Role.STAFF, city=city)
    return user, user.is_active and user.check_password(demo_password(username))


class Command(BaseCommand):
    help = "Create, or print again, an administrator and a staff account. Only on loopback."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="give both accounts their printed password back")

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        if not settings.LOOPBACK:
            raise CommandError(
                _("SITE_URL is %(url)s: demonstration accounts exist only on 127.0.0.1. Use createsuperuser instead.")
                % {"url": settings.SITE_URL}
            )
        self.stdout.write(_("On the site enter with the e-mail address that stands at the end of the line."))
        self.stdout.write(_("Enter at %(url)s/admin/ as:") % {"url": settings.SITE_URL})
        for username, role in ACCOUNTS:
            user, opens = make_account(username, reset)
            secret = demo_password(username) if opens else _("(the password was changed; --reset gives it back)")
            self.stdout.write(f"  {user.username:10} {secret}  {role}, {user.email}")
