"""Who is told what: audiences by the names that the table of moves uses, and what is told besides the moves."""

from collections.abc import Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse

from commons.lifecycle import Move
from commons.models.following import Follow
from commons.models.participation import CoDesignSession, Collaborator, Contribution, JoinRequest
from commons.models.steps import Step
from people.models import Grant, Membership, User
from people.outbox import tell, tell_all
from people.roles import Role

REASON_IS_PUBLIC = {"reject", "redirect", "suspend", "terminate"}  # followers read what everybody may read


def announce(record: Any, move: Move, step: Step) -> None:
    """Writes a message to everybody in the audiences of the move but to whoever made it, once each.

    The number of statements does not depend on how many they are. What the calendar does to an example is told nobody.
    """
    if record.example and step.role == Role.CLOCK:
        return
    told = {step.actor_id} - ({getattr(record, "author_id", None)} if move.name == "submit" else set())
    for name in sorted(move.tells, key=lambda audience: audience == "followers"):
        said = None if name == "followers" and move.name not in REASON_IS_PUBLIC else step
        kind = f"{record.machine}_{move.name}"
        if move.name == "submit" and name != "proposers":
            kind += "_office"  # the proposers get a receipt, the office a task
        told |= inform(record, kind, f"step:{step.pk}", [name], told, move=move, step=said)


def inform(
    record: Any, kind: str, key: str, audiences: Iterable[str], but: Iterable[int | None] = (), **words: Any
) -> set[int]:
    """Tells these audiences of a record something, each person once, with the page that is theirs; returns who."""
    told: set[int] = set()
    for name in audiences:
        people = {user.pk: user for user in AUDIENCES[name](record) if user.pk not in {*but, *told}}
        said = {"record": record, "city": record.city} | words
        tell_all(people.values(), kind, key, said, page_of(record, name, kind))
        told |= set(people)
    return told


def page_of(record: Any, audience: str, kind: str) -> str:
    """Where an audience goes on: the office to its desk, who wrote it to their own page, the parties to the report."""
    name = ""
    if audience in {"office", "architect", "recorders", "reviewer"}:
        name = f"desk-{record.machine}"
    elif audience in {"proposers", "parties"}:
        name = "draft-receipt" if record.machine == "proposal" else "report" if "report" in kind else ""
    try:
        return reverse(name, args=[record.city.slug, record.uid]) if name else record.get_absolute_url()
    except NoReverseMatch:
        return record.get_absolute_url()


def proposers(record: Any) -> list[User]:
    """The author, co-authors, and the representatives of the groups that propose or have signed."""
    if record.machine == "proposal":
        groups, sources = record.proposers, type(record).objects.filter(pk=record.pk)
    else:
        groups, sources = record.signatories, record.proposals.all()
    active = {"state": Membership.State.ACTIVE, "role": Membership.Part.REPRESENTATIVE}
    keys = set(Membership.objects.filter(organisation__in=groups.all(), **active).values_list("user_id", flat=True))
    keys |= set(sources.values_list("author_id", flat=True))
    with_them = Collaborator.objects.filter(proposal__in=sources, state=Collaborator.State.ACCEPTED)
    keys |= set(with_them.values_list("user_id", flat=True))
    return list(User.objects.filter(pk__in=keys - {None}, is_active=True))


def followers(record: Any) -> list[User]:
    """Those who follow the record and hear of it at once, while it is public."""
    if not type(record).objects.public().filter(pk=record.pk).exists():
        return []
    keys = Follow.objects.at_once().filter(uid=record.uid).values("user")
    return list(User.objects.filter(pk__in=keys, is_active=True))


def joined(proposal: Any) -> list[User]:
    """Those whose request to join was accepted."""
    keys = proposal.join_requests.filter(state=JoinRequest.State.ACCEPTED).values("user")
    return list(User.objects.filter(pk__in=keys, is_active=True))


def reviewer(proposal: Any) -> list[User]:
    return list(User.objects.filter(pk=proposal.reviewer_id, is_active=True))


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
    "joined": joined,
    "office": granted(Role.STAFF),
    "architect": granted(Role.ARCHITECT),
    "recorders": granted(Role.RECORDER),
    "reviewer": reviewer,
}


def ready_to_sign(pact: Any) -> None:
    """A pact was born of approved proposals: its parties and the office."""
    inform(pact, "pact_ready", f"pact_ready:{pact.uid}", ["parties", "office"])


def disputed(dispute: Any) -> None:
    """A disagreement was written down: the parties of the record and the office."""
    record = dispute.proposal or dispute.pact
    inform(record, "dispute", f"dispute:{dispute.pk}", ["parties", "office"], dispute=dispute)


def asked_to_join(request: JoinRequest) -> None:
    """Somebody wants in: the proposers and the office, nobody else."""
    key, but = f"join_request:{request.pk}", [request.user_id]
    inform(request.proposal, "join_request", key, ["proposers", "office"], but, request=request)


def join_answered(request: JoinRequest) -> None:
    """The answer, to who asked."""
    record = request.proposal
    words = {"record": record, "city": record.city, "request": request}
    tell(request.user, "join_answer", f"join_answer:{request.pk}:{request.state}", words, record.get_absolute_url())


def commented(comment: Contribution) -> None:
    """A comment: the proposers once it is shown, the office while it waits to be read."""
    if comment.moderation == Contribution.Moderation.SHOWN:
        kind, audiences = "comment", ["proposers"]
    else:
        kind, audiences = "comment_waiting", ["office", "architect"]
    if comment.moderation != Contribution.Moderation.HIDDEN:
        inform(comment.proposal, kind, f"{kind}:{comment.uid}", audiences, [comment.author_id], comment=comment)


def session_called(session: CoDesignSession, also: tuple[str, ...] = ()) -> None:
    """An invitation to a session; again when its day or hour changes. `also` are audiences besides the usual."""
    key = f"session_invitation:{session.uid}:{session.starts_at:%Y%m%d%H%M}"
    audiences = ["proposers", *also, "joined", "followers"]
    inform(session.proposal, "session_invitation", key, audiences, [session.called_by_id], session=session)


def session_told(session: CoDesignSession) -> None:
    """The minutes of a session can be read."""
    audiences = ["proposers", "joined", "followers"]
    inform(session.proposal, "session_minutes", f"session_minutes:{session.uid}", audiences, session=session)
