"""What the page of a proposal tells of its way: steps, reasons, meetings, acts, how long this usually takes here.

Everything is read on the given alias and only what the state has made public; a number of statements that does not
grow with what there is.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import Promise

from commons.functions import in_words
from commons.gather.limits import moment_words
from commons.lifecycle import WAY, way_of
from commons.models import CoDesignSession, Proposal, Step
from commons.qualities import GOALS, Quality
from commons.words import way, what_next
from neighbourhoods.vocabulary import Visibility

State = Proposal.State
# Moves whose words everybody may read; of a withdrawal only the fact is public, as the table of moves says.
TOLD = frozenset({"reject", "redirect", "suspend", "terminate"})
FINAL = frozenset({State.AWAITING_APPROVAL, State.APPROVED})
FEWEST = 3
LATEST = 200
MOST = 50

USUAL = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stay)), count(*) FROM (
    SELECT s.at - came.at AS stay FROM commons_step s
    JOIN commons_proposal p ON p.id = s.proposal_id AND p.city_id = %s AND NOT p.example
    CROSS JOIN LATERAL (SELECT e.at, e.move FROM commons_step e
                        WHERE e.proposal_id = s.proposal_id AND e.id < s.id ORDER BY e.id DESC LIMIT 1) came
    WHERE s.source_state = %s AND s.move <> 'recorded' AND came.move <> 'recorded'
    ORDER BY s.id DESC LIMIT %s) stays
"""


@dataclass(frozen=True)
class Usual:
    """How many days a step has taken in this city: half of the cases were quicker."""

    days: int
    cases: int


def usual(city: Any, state: str, alias: str) -> Usual | None:
    """The city's own median of a state over its latest cases; None under three cases. One statement."""
    with connections[alias].cursor() as cursor:
        cursor.execute(USUAL, [city.pk, state, LATEST])
        seconds, cases = cursor.fetchone()
    return Usual(max(1, round(seconds / 86_400)), cases) if cases >= FEWEST else None


def reached(steps: list[Step]) -> set[str]:
    """The states that a proposal has been in. A register tells only the last: what lies before it counts as passed."""
    found = {step.target_state for step in steps}
    for step in steps:
        if step.move == "recorded" and step.target_state in WAY:
            found |= set(WAY[: WAY.index(step.target_state)])
    return found


def reason(record: Any, steps: list[Step]) -> Step | None:
    """The last step with its public words, when it is one that everybody may read why."""
    last = steps[-1] if steps else None
    return last if last and last.move in TOLD and last.target_state == record.state and last.note else None


def story(record: Proposal, alias: str) -> dict[str, Any]:
    """What the page says of the way of a public proposal."""
    path = way_of(record.city.profile, record.complexity)
    steps = list(Step.objects.using(alias).filter(proposal=record.pk))
    been = reached(steps)
    if not been & FINAL:
        record.final_text = record.budget = record.indicators = record.risks = ""
    return {
        "way": way(record.state, path),
        "next": what_next(record.state, path),
        "reason": reason(record, steps),
        "usual": usual(record.city, record.state, alias) if way(record.state, path) else None,
        "contact": contact_of(record.city),
        "supports": record.supports.using(alias).count(),
        "acts": list(record.acts.using(alias).select_related("document")) if State.APPROVED in been else [],
        "sessions": sessions_of(record, alias) if State.CODESIGN in been else [],
        "resources": list(record.resources.using(alias).all()[:MOST]) if record.text_public else [],
        "qualities": qualities_of(record) if record.text_public else [],
        "needed_functions": in_words(record.needed_functions) if record.text_public else [],
    }


def sessions_of(record: Proposal, alias: str) -> list[CoDesignSession]:
    """The meetings, the latest last, by the clocks of the city; one that was called off says so."""
    meetings = list(record.sessions.using(alias).select_related("house__city").defer("house__place")[:MOST])
    for meeting in meetings:
        meeting.words = moment_words(record.city, meeting.starts_at)
        meeting.open_house = meeting.house if meeting.house and meeting.house.visibility == Visibility.PUBLIC else None
    return meetings


def meetings_in(house: Any, alias: str) -> list[CoDesignSession]:
    """The meetings to come in a house, the next one first, of proposals whose meetings everybody may read of."""
    told = Step.objects.filter(proposal=OuterRef("proposal"), target_state=State.CODESIGN)
    ahead = CoDesignSession.objects.using(alias).filter(
        house=house.pk, cancelled_at=None, starts_at__gte=timezone.now()
    )
    shown = ahead.filter(Exists(told), proposal__in=Proposal.objects.public()).select_related("proposal")
    meetings = list(shown.defer("proposal__place", "proposal__label_point", "proposal__shares")[:MOST])
    for meeting in meetings:
        meeting.words = moment_words(house.city, meeting.starts_at)
    return meetings


def qualities_of(record: Proposal) -> list[tuple[Promise, tuple[int, ...]]]:
    """The qualities of the manifesto with the goals of the 2030 Agenda that each serves."""
    return [(Quality(one).label, GOALS[Quality(one)]) for one in record.qualities]


def contact_of(city: Any) -> dict[str, str]:
    """Whom to ring at the city: `contact` of its profile, as a text or as name, phone, email and hours."""
    given = city.profile.get("contact")
    if not given:
        return {}
    if isinstance(given, str):
        return {"name": given}
    return {"name": given.get("name") or given.get("office", "")} | {
        key: str(given[key]) for key in ("phone", "email", "hours") if given.get(key)
    }
