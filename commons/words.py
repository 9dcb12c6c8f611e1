"""What each state means for a person, and the way a proposal goes, in plain words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commons.lifecycle import WAY
from commons.models import Building, Event, House, Pact, Proposal

Use, State, Life = Building.UseStatus, Proposal.State, Pact.State

MEANS: dict[str, dict[str, Promise]] = {
    "buildings": {
        Use.DISUSED: _("Nobody uses it now. You can propose what it could become."),
        Use.UNDERUSED: _("It is used only in part or at times. The rest could be shared."),
        Use.IN_REGENERATION: _("Works or agreements are under way to open it again."),
        Use.REUSED: _("It is open and in use again."),
    },
    "houses": {
        House.Status.OPEN: _("Anybody can go in, ask and propose."),
        House.Status.CLOSED: _("It is closed."),
        House.Status.UNKNOWN: _("We do not know whether it is open: ask before you go."),
    },
    "events": {
        Event.Status.CANCELLED: _("It does not take place."),
    },
    "pacts": {
        Life.TO_SIGN: _("The text is approved. The signatures are missing."),
        Life.SIGNED: _("It is signed and is about to begin."),
        Life.ACTIVE: _("People and the city are looking after it together now."),
        Life.SUSPENDED: _("It is on hold and will resume or be closed."),
        Life.REPORTING: _("The group is telling what it did and what it spent."),
        Life.EXPIRED: _("It has reached its last day and was not renewed."),
        Life.RENEWED: _("It was renewed and goes on."),
        Life.TERMINATED: _("It was closed before its last day."),
    },
    "proposals": {
        State.UNDER_REVIEW: _("The office is reading it with the services concerned."),
        State.NEEDS_CHANGES: _("The office has asked the group for something more."),
        State.IN_CONSULTATION: _("Anybody can comment on it or ask to join."),
        State.CODESIGN: _("The group and the office are writing the text together."),
        State.AWAITING_APPROVAL: _("The text is ready: the city has to decide."),
        State.APPROVED: _("The city has said yes. The next step is to sign."),
        State.REJECTED: _("The city has said no: the text says why."),
        State.REDIRECTED: _("Another office or another tool fits it better."),
        State.WITHDRAWN: _("The group has withdrawn it."),
    },
}

THEN: dict[str, Promise] = {
    State.UNDER_REVIEW: _("Next, the office reads it with the services concerned."),
    State.IN_CONSULTATION: _("Next, the office opens it to everybody's comments."),
    State.CODESIGN: _("Next, the group and the office meet and write the text together."),
    State.AWAITING_APPROVAL: _("Next, the final text goes to those who decide."),
    State.APPROVED: _("Next, the city decides and publishes its act."),
}
FROM: dict[str, Promise] = {
    State.NEEDS_CHANGES: _("Next, the group answers; then the office goes on reading."),
    State.APPROVED: _("Next, it is written out and signed."),
    State.REJECTED: _("Nothing more happens by itself. The group can write a new proposal, changed."),
    State.REDIRECTED: _("Next, the group turns to the office or tool that is named here."),
    State.WITHDRAWN: _("Nothing more happens here. Anybody can propose something else."),
}
# What whoever wrote it is told, where it is another thing than what all are told.
NOW: dict[str, Promise] = {
    State.SUBMITTED: _("The office has it and names somebody to read it. You get a message as soon as that is done."),
    State.NEEDS_CHANGES: _("The office waits for your answer; then it goes on reading."),
}
YOURS, THEIRS, OURS = _("It is your turn"), _("It is the office's turn"), _("It is your turn and the office's")
TURN: dict[str, Promise] = {
    State.DRAFT: YOURS,
    State.SUBMITTED: THEIRS,
    State.UNDER_REVIEW: THEIRS,
    State.NEEDS_CHANGES: YOURS,
    State.IN_CONSULTATION: _("It is everybody's turn: people comment"),
    State.CODESIGN: OURS,
    State.AWAITING_APPROVAL: THEIRS,
    State.APPROVED: OURS,
}


@dataclass(frozen=True)
class Step:
    """One step of a proposal's way: `when` is done, now or next."""

    label: str
    when: str


def means(layer: str, state: str) -> Promise | str:
    """One sentence on what this state means; empty when there is nothing to add."""
    return MEANS.get(layer, {}).get(state, "")


def along(state: str, steps: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The steps of a way and the place of a state on it; -1 when it has left it. A state that this city's way passes
    over, of a record from elsewhere, is seen on the complete way."""
    reached = State.UNDER_REVIEW if state == State.NEEDS_CHANGES else state
    for way in (steps, WAY):
        if reached in way:
            return way, way.index(reached)
    return steps, -1


def way(state: str, steps: tuple[str, ...] = WAY) -> list[Step]:
    """The steps of a proposal up to its approval, seen from `state`; none when it has left the way."""
    steps, here = along(state, steps)
    if here < 0:
        return []
    return [
        Step(str(State(step).label), "done" if place < here else "now" if place == here else "next")
        for place, step in enumerate(steps)
    ]


def what_next(state: str, steps: tuple[str, ...] = WAY) -> Promise | str:
    """One sentence on what happens next, by the city's own way."""
    if state in FROM:
        return FROM[state]
    steps, here = along(state, steps)
    return THEN.get(steps[here + 1], "") if 0 <= here < len(steps) - 1 else ""
