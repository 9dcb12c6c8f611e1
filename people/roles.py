"""Who may do what, as one table. A role is granted in a city (all of it, an area, a house) or follows from what a
person has written and whom they belong to. Moves of proposals and pacts name roles too: `commons/lifecycle.py`."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The parts people play. Those from PROPOSER to RESIDENT are never granted: they follow from facts."""

    ADMIN = "admin", _("Administrator")
    STAFF = "staff", _("Commons office")
    REVIEWER = "reviewer", _("Technical reviewer")
    RECORDER = "recorder", _("Recorder of decisions")
    ARCHITECT = "architect", _("Neighbourhood architect")
    HOUSE_OPERATOR = "house_operator", _("House operator")
    PROPOSER = "proposer", _("Proposer")
    COAUTHOR = "coauthor", _("Co-author")
    REPRESENTATIVE = "representative", _("Representative of an organisation")
    MEMBER = "member", _("Member of an organisation")
    RESIDENT = "resident", _("Resident")
    VISITOR = "visitor", _("Visitor")
    CLOCK = "clock", _("The calendar")
    IMPORTER = "importer", _("Import")

    @classmethod
    def granted(cls) -> list[tuple[str, Promise]]:
        """The roles that a grant can give."""
        given = (cls.ADMIN, cls.STAFF, cls.REVIEWER, cls.RECORDER, cls.ARCHITECT, cls.HOUSE_OPERATOR)
        return [(role.value, role.label) for role in given]


@dataclass(frozen=True)
class Part:
    """What a role may do besides moving proposals and pacts. `scope` says how far a grant of it reaches."""

    scope: str
    may: frozenset[str]


OFFICE = frozenset(
    {
        "see_unpublished",
        "desk",
        "edit_place",
        "moderate",
        "answer",
        "enter_for_others",
        "call",
        "act",
        "export",
        "ask",
        "lead",
        "pact",
        "import",
    }
)

ROLES: dict[Role, Part] = {
    Role.ADMIN: Part("city", OFFICE | {"grant", "verify"}),
    Role.STAFF: Part("city", OFFICE | {"verify"}),
    Role.REVIEWER: Part("city", frozenset({"see_unpublished", "desk", "ask"})),
    Role.RECORDER: Part("city", frozenset({"see_unpublished", "desk", "act"})),
    Role.ARCHITECT: Part("area", frozenset({"see_unpublished", "desk", "moderate", "ask", "export", "lead"})),
    Role.HOUSE_OPERATOR: Part("house", frozenset({"host"})),
    Role.PROPOSER: Part("record", frozenset({"edit", "invite", "answer_question", "moderate_joins", "report"})),
    Role.COAUTHOR: Part("record", frozenset({"edit", "answer_question"})),
    Role.REPRESENTATIVE: Part("organisation", frozenset({"sign", "invite_members", "moderate_joins", "report"})),
    Role.MEMBER: Part("organisation", frozenset()),
    Role.RESIDENT: Part("own", frozenset({"comment", "join", "support", "follow", "propose", "correct"})),
    Role.VISITOR: Part("own", frozenset({"draft", "correct"})),
    Role.CLOCK: Part("city", frozenset()),
    Role.IMPORTER: Part("city", frozenset()),
}


def roles_in(user: object, city: object, territories: frozenset[int] = frozenset(), house_uid: str = "") -> set[Role]:
    """The granted roles of a person that reach a city, or a record in these territories (primary keys) of it.

    A superuser is an administrator everywhere. An architect counts only where one of the territories is theirs; a
    house operator only for that house. One statement; none for a visitor.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return {Role.VISITOR}
    found = {Role.RESIDENT, Role.VISITOR} | ({Role.ADMIN} if user.is_superuser else set())
    for grant in user.grants.valid().filter(city=city):
        if grant.role == Role.ARCHITECT and grant.territory_id not in territories:
            continue
        if grant.role == Role.HOUSE_OPERATOR and (not house_uid or grant.house_uid != house_uid):
            continue
        found.add(Role(grant.role))
    return found


def may(roles: set[Role], what: str) -> bool:
    """Whether one of these roles may do this."""
    return any(what in ROLES[role].may for role in roles)
