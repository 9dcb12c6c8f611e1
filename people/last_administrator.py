"""Who may not go: the last one who administers the installation, or a city. Nobody would be left to give roles."""

from django.db.models import Q
from django.utils.translation import gettext as _

from neighbourhoods.models import City
from people.models import Grant, User
from people.roles import Role


class LastAdministrator(Exception):
    """The account cannot be erased; the words say why and what to do first."""


def stay_if_last(user: User) -> None:
    """Raises LastAdministrator where nobody else would be left. The administrators are locked: two who go at the same
    moment cannot both be the last but one. Needs a transaction."""
    grants = Grant.objects.valid().filter(role=Role.ADMIN)
    everybody = User.objects.filter(Q(is_superuser=True) | Q(pk__in=grants.values("user")), is_active=True)
    others = {one.pk: one for one in everybody.select_for_update().order_by("pk")}
    others.pop(user.pk, None)
    if any(one.is_superuser for one in others.values()):
        return
    if user.is_superuser:
        raise LastAdministrator(
            _("You are the last administrator here. First make somebody else an administrator, then erase yourself.")
        )
    held = grants.filter(user__in=others).values("city")
    if left := City.objects.filter(pk__in=grants.filter(user=user).values("city")).exclude(pk__in=held).first():
        said = _(
            "You are the last administrator of %(city)s. First give this role to somebody else, then erase yourself."
        )
        raise LastAdministrator(said % {"city": left})
