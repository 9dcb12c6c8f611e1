"""Export and erasure of one person's data, from what every model declares of itself.

`PERSONAL = {field: policy}` stands on each model that keeps something of a person. All its fields are exported to that
person; the policy says what erasure does with them:

- `export`: it stays, and says nothing of a person by itself;
- `blank`: a pointer to the account or a text about the person is emptied, the row stays;
- `delete`: the whole row goes when this pointer or address is the person's;
- `unlink`: the row is about somebody or something else (who moderated, who handled); only the pointer goes.

A model may name two conditions: `UNFINISHED`, rows that go altogether when nobody else shares them; `OFFICIAL`, rows
written in an office, whose words stay when the pointer goes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from people.last_administrator import stay_if_last
from people.models import User

# The same declaration for the tables of libraries.
ELSEWHERE: dict[str, dict[str, str]] = {
    "account.emailaddress": {"user": "delete", "email": "export", "verified": "export", "primary": "export"},
    "socialaccount.socialaccount": {"user": "delete", "provider": "export", "uid": "export", "date_joined": "export"},
    "mfa.authenticator": {"user": "delete", "type": "export", "created_at": "export", "last_used_at": "export"},
    "admin.logentry": {"user": "export", "action_time": "export", "object_repr": "export"},
}


@dataclass(frozen=True)
class Kept:
    """One model that keeps something of persons: which fields point at them, and what becomes of each."""

    model: type[models.Model]
    policy: dict[str, str]
    pointers: dict[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, model: type[models.Model], policy: dict[str, str]) -> "Kept":
        fields = [model._meta.get_field(name) for name in policy]
        pointers = {f.name: policy[f.name] for f in fields if f.related_model is User}
        addresses = tuple(f.name for f in fields if isinstance(f, models.EmailField))
        return cls(model, policy, pointers, addresses)

    def pointing(self, user: User, *policies: str) -> models.Q:
        """Rows that point at the person by a field of one of these policies."""
        found = models.Q(pk__in=[])
        for name, policy in self.pointers.items():
            if policy in policies:
                found |= models.Q(**{name: user})
        return found

    def addressed(self, addresses: list[str], alone: bool) -> models.Q:
        """Rows that carry one of these addresses; `alone`: and belong to no account."""
        found = models.Q(pk__in=[])
        for name in self.addresses:
            for address in addresses:
                found |= models.Q(**{f"{name}__iexact": address})
        nobody = {f"{name}__isnull": True for name, policy in self.pointers.items() if policy != "unlink"}
        return found & models.Q(**nobody) if alone and nobody else found

    def rows(self, user: User, addresses: list[str]) -> models.QuerySet:
        """What is this person's own."""
        own = self.pointing(user, "export", "blank", "delete") | self.addressed(addresses, alone=True)
        return self.model._base_manager.filter(own).order_by("pk")

    def blanks(self) -> dict[str, Any]:
        """The texts that erasure empties, with what is written instead."""
        fields = [self.model._meta.get_field(n) for n, p in self.policy.items() if p == "blank"]
        return {f.name: None if f.null else f.get_default() or "" for f in fields if f.name not in self.pointers}


def declared() -> Iterator[Kept]:
    """Every model with a declaration, but the account itself."""
    for model in apps.get_models():
        policy = ELSEWHERE.get(model._meta.label_lower, getattr(model, "PERSONAL", None))
        if policy and model is not User:
            yield Kept.of(model, policy)


def addresses_of(user: User) -> list[str]:
    """The addresses that the person has proved to own; never one that somebody only typed."""
    return list(user.emailaddress_set.filter(verified=True).values_list("email", flat=True))


def plain(value: Any) -> Any:
    """A value as JSON keeps it; a record as its identifier or name."""
    if isinstance(value, models.Model):
        return {"uid": getattr(value, "uid", None) or value.pk, "name": str(value)}
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def exported(row: models.Model, kept: Kept) -> dict[str, Any]:
    """The declared fields of one row, without the pointers to accounts."""
    named = {"uid": row.uid} if hasattr(row, "uid") and "uid" not in kept.policy else {}
    return named | {name: plain(getattr(row, name)) for name in kept.policy if name not in kept.pointers}


def export_person(user: User) -> dict[str, Any]:
    """All that is kept about one person, as plain values: the account, then every declared model that has a row.

    Files are listed by name; each is to be had at its record as long as it is there.
    """
    addresses = addresses_of(user)
    records = {}
    for kept in declared():
        if rows := [exported(row, kept) for row in kept.rows(user, addresses)]:
            records[kept.model._meta.label_lower] = rows
    return {
        "made_at": timezone.now().isoformat(),
        "account": {name: plain(getattr(user, name)) for name in User.PERSONAL},
        "records": records,
        "files": [row["original_name"] or row["title"] for row in records.get("commons.attachment", [])],
    }


def remove(rows: models.QuerySet) -> None:
    """Deletes rows with all that hangs on them, also what is otherwise protected."""
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    for relation in rows.model._meta.related_objects:
        if not relation.many_to_many and relation.on_delete is models.PROTECT:
            remove(relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys}))
    rows.model._base_manager.filter(pk__in=keys).delete()


def erase_rows(kept: Kept, user: User, addresses: list[str]) -> None:
    """What erasure does with one model: rows that go, rows that lose their words, rows that lose the pointer."""
    rows = kept.model._base_manager
    going = kept.pointing(user, "delete")
    if "delete" in kept.pointers.values():
        going |= kept.addressed(addresses, alone=True)
    elif any(kept.policy[name] == "delete" for name in kept.addresses):
        going |= kept.addressed(addresses, alone=False)
    remove(rows.filter(going))
    if (unfinished := getattr(kept.model, "UNFINISHED", None)) is not None:
        remove(rows.filter(pk__in=rows.filter(unfinished & kept.pointing(user, "blank")).values("pk")))
    blanks, official = kept.blanks(), getattr(kept.model, "OFFICIAL", models.Q(pk__in=[]))
    written = kept.pointing(user, "blank")
    if blanks:
        empty = {name: None for name, policy in kept.pointers.items() if policy == "blank"}
        rows.filter(written & ~official).update(**blanks, **empty)
        rows.filter(kept.addressed(addresses, alone=False)).update(**blanks)
    for name, policy in kept.pointers.items():
        if policy in {"blank", "unlink"}:
            rows.filter(**{name: user}).update(**{name: None})


@transaction.atomic
def erase_person(user: User) -> None:
    """Forgets a person: what only they care for goes, what others read stays without them, the account is closed.

    The account's row stays, empty, so that what happened in the administration keeps an actor. Every session ends,
    because the password is no longer usable and the account no longer active. Raises LastAdministrator.
    """
    stay_if_last(user)
    user = User.objects.select_for_update().get(pk=user.pk)
    addresses = addresses_of(user)
    for kept in declared():
        erase_rows(kept, user, addresses)
    users = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=users, object_id=str(user.pk)).update(object_repr="", change_message="")
    for name, policy in User.PERSONAL.items():
        if policy == "blank":
            setattr(user, name, "")
    user.username, user.muted, user.last_login = f"erased-{user.pk}", [], None
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
