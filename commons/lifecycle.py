"""PROPOSAL_MOVES and PACT_MOVES: how a proposal becomes a pact, and what becomes of a pact. Plain data, no ORM.

Everything derives from these two tables: buttons, API actions, desk queues, the diagram in `docs/lifecycle.md`, the
tests, the history, and the table of legal steps that the database itself checks. A city's profile chooses the way
through them (`procedure.way`), never adds to them. Source of the states: the regulations of Torino (no. 391, articles
11 to 13), Reggio Emilia (2015, 2017) and Palermo.
"""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.roles import Role

NOWHERE = ""  # the source of a record that comes in from outside
OFFICE = (Role.STAFF, Role.ADMIN)
FIELD = (*OFFICE, Role.ARCHITECT)
AUTHORS = (Role.PROPOSER, Role.REPRESENTATIVE)


@dataclass(frozen=True)
class Move:
    """One move: from which states, to which, who may, what must be there, what then is public, who is told.

    `forward` moves follow the way of the city's profile: only to the next step of it. `fields` are what the form of
    the move asks for and `advance()` writes; `needs` are names in REQUIREMENTS. `note` says whether a written reason
    must go with it. `tells` are audiences: proposers, office, architect, parties, followers.
    """

    name: str
    label: Promise
    sources: tuple[str, ...]
    target: str
    by: tuple[Role, ...]
    needs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    note: bool = False
    forward: bool = False
    public: Promise | str = ""


REVIEWED = ("under_review", "in_consultation", "codesign")
OPEN = ("submitted", "under_review", "needs_changes", "in_consultation", "codesign", "awaiting_approval", "approved")

PROPOSAL_MOVES = (
    Move(
        "submit", _("Submit"), ("draft",), "submitted", (*AUTHORS, *OFFICE, Role.ARCHITECT),
        needs=("subject", "contact", "where", "aims", "actions", "resources", "duration", "consent", "call_open"),
        tells=("proposers", "office", "architect"), public=_("Nothing yet; the receipt number for the proposers"),
    ),
    Move(
        "take_up", _("Take it up"), ("submitted",), "under_review", FIELD,
        needs=("reviewer", "review_due"), fields=("reviewer", "review_due", "complexity"),
        tells=("proposers", "followers"), forward=True, public=_("Title, place and state"),
    ),
    Move(
        "ask_changes", _("Ask for changes"), ("under_review",), "needs_changes", FIELD,
        needs=("reply_by",), fields=("reply_by",), note=True, tells=("proposers",), public=_("The state"),
    ),
    Move(
        "answer", _("Send the answer"), ("needs_changes",), "under_review", (*AUTHORS, Role.COAUTHOR),
        note=True, tells=("office", "architect"), public=_("The state"),
    ),
    Move(
        "open_consultation", _("Open it to comments"), ("under_review", "codesign"), "in_consultation", FIELD,
        needs=("text", "comment_dates"), fields=("comments_open_at", "comments_close_at"),
        tells=("proposers", "followers", "architect"), forward=True, public=_("All text and the comments"),
    ),
    Move(
        "start_codesign", _("Start co-design"), ("under_review", "in_consultation"), "codesign", FIELD,
        tells=("proposers", "followers"), forward=True, public=_("Minutes and how many took part"),
    ),
    Move(
        "to_approval", _("Send it to be decided"), ("codesign", "in_consultation"), "awaiting_approval", FIELD,
        needs=("minutes", "final_text", "budget", "duration", "indicators", "risks"),
        fields=("final_text", "budget", "indicators", "risks"), tells=("proposers", "followers", "recorders"),
        forward=True, public=_("The final text"),
    ),
    Move(
        "send_back", _("Send it back to co-design"), ("awaiting_approval",), "codesign",
        (*OFFICE, Role.RECORDER), note=True, tells=("proposers", "followers"), public=_("The state"),
    ),
    Move(
        "approve", _("Record the approval"), ("awaiting_approval", "codesign"), "approved",
        (Role.RECORDER, Role.ADMIN), needs=("acts",), tells=("proposers", "followers", "office"), forward=True,
        public=_("The act"),
    ),
    Move(
        "reject", _("Do not accept it"), REVIEWED, "rejected", OFFICE, note=True, tells=("proposers", "followers"),
        public=_("The reason"),
    ),
    Move(
        "redirect", _("Send it to another office"), REVIEWED, "redirected", OFFICE,
        needs=("redirected_to",), fields=("redirected_to",), note=True, tells=("proposers", "followers"),
        public=_("The reason and the other office or tool"),
    ),
    Move(
        "withdraw", _("Withdraw it"), OPEN, "withdrawn", AUTHORS, needs=("not_signed",), note=True,
        tells=("office", "followers", "proposers"), public=_("That it was withdrawn"),
    ),
    Move(
        "reopen", _("Reopen it"), ("rejected", "redirected"), "under_review", (Role.ADMIN,), note=True,
        tells=("proposers", "office"), public=_("The state"),
    ),
    Move(
        "recorded", _("Recorded from a register"), (NOWHERE,), "*", (Role.IMPORTER,), needs=("source",),
        public=_("What the register publishes"),
    ),
)  # fmt: skip

ALIVE = ("active", "reporting")
PARTIES = (Role.REPRESENTATIVE, Role.PROPOSER)

PACT_MOVES = (
    Move(
        "sign", _("Record the signatures"), ("to_sign",), "signed", OFFICE,
        needs=("civic_signature", "city_signature", "signed_on", "pact_text", "act_known"), fields=("signed_on",),
        tells=("parties", "followers"), public=_("The text and how many signed"),
    ),
    Move(
        "start", _("Start it"), ("signed",), "active", (*OFFICE, Role.CLOCK), needs=("period",),
        fields=("starts_on", "ends_on"), tells=("parties", "followers"), public=_("Map and calendar"),
    ),
    Move(
        "suspend", _("Suspend it"), ("active",), "suspended", OFFICE, needs=("review_on",), fields=("review_on",),
        note=True, tells=("parties", "followers"), public=_("The reason"),
    ),
    Move(
        "resume", _("Resume it"), ("suspended",), "active", OFFICE, tells=("parties", "followers"),
        public=_("The state"),
    ),
    Move(
        "open_report", _("Ask for the report"), ("active",), "reporting", (*OFFICE, Role.CLOCK),
        fields=("report_due",), tells=("parties",), public=_("The state"),
    ),
    Move(
        "accept_report", _("Accept the report"), ("reporting",), "active", OFFICE,
        needs=("report_checked", "next_report"), fields=("report_due",), tells=("parties", "followers"),
        public=_("The report"),
    ),
    Move(
        "end", _("Close it at its end"), ALIVE, "expired", (*OFFICE, Role.CLOCK), needs=("ended",),
        fields=("after_end",), tells=("parties", "followers"), public=_("The archive"),
    ),
    Move(
        "renew", _("Renew it"), (*ALIVE, "expired"), "renewed", FIELD, needs=("successor_signed",),
        tells=("parties", "followers"), public=_("What came before and after"),
    ),
    Move(
        "terminate", _("Close it early"), ("to_sign", "signed", "active", "suspended", "reporting"), "terminated",
        (*OFFICE, *PARTIES), note=True, tells=("parties", "followers", "office"), public=_("The reason"),
    ),
    Move(
        "recorded", _("Recorded from a register"), (NOWHERE,), "*", (Role.IMPORTER,), needs=("source",),
        public=_("What the register publishes"),
    ),
)  # fmt: skip

MACHINES: dict[str, tuple[Move, ...]] = {"proposal": PROPOSAL_MOVES, "pact": PACT_MOVES}
INITIAL = {"proposal": "draft", "pact": "to_sign"}
WAY = ("submitted", "under_review", "in_consultation", "codesign", "awaiting_approval", "approved")
ORDINARY_WAY = ("submitted", "under_review", "codesign", "approved")


def find_move(machine: str, name: str) -> Move:
    """The move of this name; KeyError when the table has none."""
    return next((move for move in MACHINES[machine] if move.name == name), None) or _unknown(machine, name)


def _unknown(machine: str, name: str) -> Move:
    raise KeyError(f"no move {name!r} of a {machine}")


def way_of(profile: dict, complexity: str) -> tuple[str, ...]:
    """The steps of a proposal in this city, in order: `procedure.way`, or for ordinary ones `procedure.ordinary_way`.

    A profile that says nothing has the complete way; ordinary proposals go it too unless the profile has a shorter one.
    """
    procedure = profile.get("procedure", {})
    way = tuple(procedure.get("way", WAY))
    return tuple(procedure.get("ordinary_way", way)) if complexity == "ordinary" else way


def legal_form_of(profile: dict) -> str:
    """The form that a pact has in this city unless somebody says another: `procedure.legal_form`."""
    return profile.get("procedure", {}).get("legal_form", "pact")


def leads(move: Move, state: str, way: tuple[str, ...]) -> bool:
    """Whether a move goes from this state; a forward move only to the next step of the way."""
    if state not in move.sources:
        return False
    if not move.forward:
        return move.target in way or move.name not in {"send_back"}
    return state in way and way.index(state) + 1 < len(way) and way[way.index(state) + 1] == move.target


def faults_of_way(profile: dict) -> list[str]:
    """What is wrong with the way of a profile, in words: a way begins with the submission, ends with the approval,
    passes each state once, and every step of it is a forward move of the table."""
    procedure = profile.get("procedure", {})
    if not isinstance(procedure, dict):
        return [gettext("The procedure has to be an object.")]
    return [words for key in ("way", "ordinary_way") if key in procedure for words in faults(key, procedure[key])]


def faults(key: str, way: object) -> list[str]:
    if not isinstance(way, list | tuple) or not way or not all(isinstance(one, str) for one in way):
        return [gettext("%(key)s: a list of states is wanted.") % {"key": key}]
    found = []
    if (way[0], way[-1]) != (WAY[0], WAY[-1]):
        found.append(gettext("%(key)s: it has to begin with %(first)s and end with %(last)s."))
    if len(set(way)) < len(way):
        found.append(gettext("%(key)s: a state stands there twice."))
    said = [one % {"key": key, "first": WAY[0], "last": WAY[-1]} for one in found]
    steps = {(source, move.target) for move in PROPOSAL_MOVES if move.forward for source in move.sources}
    for before, after in pairwise(way):
        if (before, after) not in steps:
            words = gettext("%(key)s: no step leads from %(before)s to %(after)s.")
            said.append(words % {"key": key, "before": before, "after": after})
    return said
