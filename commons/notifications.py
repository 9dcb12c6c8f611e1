"""Who is told what when something moves: audiences by the names that the table of moves uses."""

from typing import Any

from commons.lifecycle import Move
from commons.models.participation import Follow
from commons.models.steps import Step
from people.models import Grant, Membership, User
from people.outbox import tell
from people.roles import Role


def announce(record: Any, move: Move, step: Step) -> None:
    """Writes a message to everybody in the audiences of the move but to whoever made it, once each."""
    people = {user.pk: user for name in move.tells for user in AUDIENCES[name](record)}
    for user in people.values():
        if user.pk != step.actor_id or (move.name == "submit" and user.pk == getattr(record, "author_id", None)):
            words = {"record": record, "move": move, "step": step, "city": record.city}
            tell(user, f"{record.machine}_{move.name}", f"step:{step.pk}:{user.pk}", words, record.get_absolute_url())


def proposers(record: Any) -> list[User]:
    """The author, co-authors, and the representatives of the groups that propose or have signed."""
    groups = record.proposers if record.machine == "proposal" else record.signatories
    active = {"state": Membership.State.ACTIVE, "role": Membership.Part.REPRESENTATIVE}
    members = Membership.objects.filter(organisation__in=groups.all(), **active)
    keys = set(members.values_list("user_id", flat=True))
    sources = [record] if record.machine == "proposal" else list(record.proposals.all())
    for proposal in sources:
        keys |= {proposal.author_id, *proposal.collaborators.filter(state="accepted").values_list("user_id", flat=True)}
    return list(User.objects.filter(pk__in=keys - {None}, is_active=True))


def followers(record: Any) -> list[User]:
    """Those who follow the record, while it is public."""
    if not type(record).objects.public().filter(pk=record.pk).exists():
        return []
    keys = Follow.objects.filter(uid=record.uid).values("user")
    return list(User.objects.filter(pk__in=keys, is_active=True))


def granted(*roles: Role) -> Any:
    """Those with one of these roles in the city; architects only of the record's territories."""

    def found(record: Any) -> list[User]:
        grants = Grant.objects.valid().filter(city=record.city, role__in=roles)
        if roles == (Role.ARCHITECT,):
            grants = grants.filter(territory__in=[record.neighbourhood_id, record.district_id])
        return list(User.objects.filter(pk__in=grants.values("user"), is_active=True))

    return found


AUDIENCES = {
    "proposers": proposers,
    "parties": proposers,
    "followers": followers,
    "office": granted(Role.STAFF),
    "architect": granted(Role.ARCHITECT),
    "recorders": granted(Role.RECORDER),
}
