"""The funnel: how far proposals get on their way to a signature, where they are lost and why, how long steps take."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import connection
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk
from commons.lifecycle import way_of
from commons.models import Pact, Proposal
from neighbourhoods.models import Neighbourhood
from neighbourhoods.vocabulary import Role as Part

LOST = ("rejected", "redirected", "withdrawn")
NOTES = 100
FIRST_YEAR = 2000

# How far each proposal got (its place in the city's way, one more for a pact, two for a signed one), and where it lies.
REACH = """WITH chosen AS (SELECT p.id, p.state, p.neighbourhood_id, p.pact_id,
    extract(year FROM coalesce(p.submitted_on, (SELECT min(s.at)::date FROM commons_step s WHERE s.proposal_id = p.id)))
      ::int AS year FROM commons_proposal p WHERE p.id IN ({inner})),
  reach AS (SELECT c.*, greatest(
      coalesce((SELECT max(array_position(%s::varchar[], s.target_state)) FROM commons_step s
        WHERE s.proposal_id = c.id), 0),
      CASE WHEN c.pact_id IS NULL THEN 0 WHEN EXISTS (SELECT FROM commons_step s WHERE s.pact_id = c.pact_id
        AND s.target_state NOT IN ('to_sign', 'terminated')) THEN %s + 2 ELSE %s + 1 END) AS far FROM chosen c)"""
STAGES = (
    REACH
    + """ SELECT far, state = ANY(%s) AS lost, count(*) FROM reach
  WHERE (%s::int IS NULL OR year = %s) GROUP BY 1, 2"""
)
PLACES = (
    REACH
    + """ SELECT n.name, year, count(*), count(*) FILTER (WHERE far >= %s), count(*) FILTER (WHERE far >= %s),
  count(*) FILTER (WHERE r.state = ANY(%s)) FROM reach r LEFT JOIN neighbourhoods_neighbourhood n
  ON n.id = r.neighbourhood_id WHERE (%s::int IS NULL OR year = %s) GROUP BY 1, 2
  ORDER BY 2 DESC NULLS LAST, 1 LIMIT 500"""
)
DAYS = """SELECT move, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at - before) / 86400.0), count(*)
  FROM (SELECT s.move, s.at, lag(s.at) OVER (PARTITION BY s.proposal_id ORDER BY s.id) AS before
    FROM commons_step s JOIN commons_proposal p ON p.id = s.proposal_id WHERE p.id IN ({inner})
    AND (%s::int IS NULL OR extract(year FROM p.submitted_on) = %s)) AS t
  WHERE before IS NOT NULL AND move <> 'recorded' GROUP BY move"""
DROPS = """SELECT p.uid, p.name, p.state, l.source_state, l.note, l.at, p.redirected_to FROM commons_proposal p
  CROSS JOIN LATERAL (SELECT s.source_state, s.note, s.at FROM commons_step s WHERE s.proposal_id = p.id
    ORDER BY s.id DESC LIMIT 1) AS l
  WHERE p.id IN ({inner}) AND p.state = ANY(%s) AND (%s::int IS NULL OR extract(year FROM p.submitted_on) = %s)
  ORDER BY l.at DESC LIMIT %s"""


class FunnelForm(forms.Form):
    year = forms.IntegerField(label=_("Submitted in the year"), required=False, min_value=FIRST_YEAR, max_value=2200)
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, to_field_name="uid",
        empty_label=_("All"),
    )  # fmt: skip

    def __init__(self, data: QueryDict, desk: Desk) -> None:
        super().__init__(data, auto_id="funnel-%s")
        found = Neighbourhood.objects.public().current().filter(city=desk.city, partition__role=Part.PRIMARY)
        self.fields["neighbourhood"].queryset = found.only("uid", "name", "code").order_by("name")


@dataclass(frozen=True)
class Stage:
    """One step of the way: how many got at least so far, how many were lost there, the share of all that came in."""

    label: str
    reached: int
    lost: int
    share: float

    @property
    def width(self) -> str:
        """The length of its bar, of 100."""
        return f"{self.share * 100:.1f}"


@dataclass(frozen=True)
class Funnel:
    stages: list[Stage]
    places: list[tuple]
    days: list[tuple[str, float, int]]
    drops: list[dict[str, Any]]
    lost: list[tuple[str, str, int]]


def read_funnel(desk: Desk, asked: dict[str, Any]) -> Funnel:
    """The funnel of what lies on this desk, of a year and a territory if asked. Four statements."""
    records = desk.proposals()
    if territory := asked.get("neighbourhood"):
        records = records.filter(neighbourhood=territory)
    inner, given = records.order_by().values_list("pk").query.sql_with_params()
    way, year = list(way_of(desk.city.profile, "complex")), asked.get("year")
    reach = (*given, way, len(way), len(way))
    yes = way.index("approved") + 1 if "approved" in way else len(way)
    with connection.cursor() as cursor:

        def rows(statement: str, *values: Any) -> list[tuple]:
            cursor.execute(statement.format(inner=inner), values)
            return cursor.fetchall()

        counts = rows(STAGES, *reach, list(LOST), year, year)
        places = rows(PLACES, *reach, yes, len(way) + 2, list(LOST), year, year)
        days = rows(DAYS, *given, year, year)
        drops = rows(DROPS, *given, list(LOST), year, year, NOTES)
    return Funnel(stages_of(way, counts), places, days_of(days), drops_of(drops), reasons(drops))


def stages_of(way: list[str], counts: list[tuple[int, bool, int]]) -> list[Stage]:
    labels = [str(Proposal.State(state).label) for state in way] + [
        gettext("Became a pact"),
        str(Pact.State.SIGNED.label),
    ]
    total = sum(count for _far, _lost, count in counts)
    found = []
    for place, label in enumerate(labels, start=1):
        reached = sum(count for far, _lost, count in counts if far >= place)
        lost = sum(count for far, was_lost, count in counts if far == place and was_lost)
        found.append(Stage(label, reached, lost, reached / total if total else 0))
    return found


def days_of(rows: list[tuple]) -> list[tuple[str, float, int]]:
    """Median days from the step before to each move, in the order of the table of moves."""
    from commons.lifecycle import PROPOSAL_MOVES

    known = {move: (days, count) for move, days, count in rows}
    return [(str(one.label), round(known[one.name][0], 1), known[one.name][1])
            for one in PROPOSAL_MOVES if one.name in known]  # fmt: skip


def drops_of(rows: list[tuple]) -> list[dict[str, Any]]:
    states = dict(Proposal.State.choices)
    return [
        {"uid": uid, "name": name, "state": states[state], "from": states.get(source, ""), "note": note, "at": at,
         "to": to}
        for uid, name, state, source, note, at, to in rows
    ]  # fmt: skip


def reasons(rows: list[tuple]) -> list[tuple[str, str, int]]:
    """How many were lost how, and from which state."""
    states, counted = dict(Proposal.State.choices), {}
    for _uid, _name, state, source, *_rest in rows:
        counted[(state, source)] = counted.get((state, source), 0) + 1
    return [(str(states[state]), str(states.get(source, "")), count) for (state, source), count in counted.items()]


def as_csv(funnel: Funnel) -> str:
    """The same tables as a file; no cell begins like a formula of a spreadsheet."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow([gettext("Step"), gettext("Reached"), gettext("Lost there")])
    write.writerows([[plain(one.label), one.reached, one.lost] for one in funnel.stages])
    write.writerow([])
    write.writerow([
        gettext("Neighbourhood"), gettext("Year"), gettext("Submitted"), gettext("Approved"), gettext("Signed"),
        gettext("Lost"),
    ])  # fmt: skip
    write.writerows([[plain(row[0] or ""), *row[1:]] for row in funnel.places])
    write.writerow([])
    write.writerow([gettext("Proposal"), gettext("State"), gettext("Before"), gettext("Reason")])
    write.writerows([[plain(str(one[key])) for key in ("name", "state", "from", "note")] for one in funnel.drops])
    return "\ufeff" + out.getvalue()


def plain(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
