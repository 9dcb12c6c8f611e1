"""The entries of INDICATORS that are counted for programmes: each with all that is in it."""

from django.utils.translation import gettext_lazy as _

from commons.figures.of_care import PUBLIC_PROJECT
from commons.figures.words import DISTINCT, PER_SUBJECT, Indicator

# Each programme with itself and all that is in it, at whatever depth.
TREE = """(WITH RECURSIVE tree(place, member) AS (
  SELECT g.id, g.id FROM commons_programme g WHERE g.city_id = %(city)s AND g.visible
  UNION SELECT t.place, g.id FROM tree t JOIN commons_programme g ON g.parent_id = t.member AND g.visible
) SELECT place, member FROM tree) AS t"""

PERIOD = "f.kind || ':' || f.period_start || '/' || f.period_end"
ORGANISATIONS = f"""SELECT t.place, NULL::date, '', 1, 1, m.organisation_id::text, m.organisation_id, o.example
  FROM {TREE} JOIN commons_programme_organisations m ON m.programme_id = t.member
  JOIN people_organisation o ON o.id = m.organisation_id AND o.visibility = 'public'"""
MONEY = f"""SELECT t.place, f.period_end, {PERIOD}, f.amount, 1, f.building_id::text, f.id, false
  FROM {TREE} JOIN commons_funding f ON f.programme_id = t.member"""


def outcome(slug: str, kind: str, name: object, unit: str, formula: object) -> Indicator:
    """What came of programmes, of one kind."""
    rows = f"""SELECT t.place, u."on", '', u.value, 1, NULL::text, u.id, false
  FROM {TREE} JOIN commons_outcome u ON u.programme_id = t.member AND u.kind = '{kind}'"""
    return Indicator(slug, name, unit, formula, rows, by="programme")


OF_PROGRAMMES = (
    Indicator(
        slug="programme-organisations",
        name=_("Organisations, in each programme"),
        unit="count",
        formula=_("Organisations that take part, counted in each programme: one that is in two counts twice."),
        rows=ORGANISATIONS,
        by="programme",
        record="people.Organisation",
        dated=False,
    ),
    Indicator(
        slug="programme-organisations-distinct",
        name=_("Organisations, each once"),
        unit="count",
        formula=_("Organisations that take part, each once however many programmes it is in."),
        rows=ORGANISATIONS,
        measure=DISTINCT,
        by="programme",
        record="people.Organisation",
        dated=False,
    ),
    Indicator(
        slug="programme-projects",
        name=_("Projects of a programme"),
        unit="count",
        formula=_("Projects that a programme pays for, each once."),
        rows=f"""SELECT DISTINCT t.place, coalesce(j.starts_on, p.signed_on), '', 1, 1, NULL::text, j.id, j.example
  FROM {TREE} JOIN commons_programme_projects m ON m.programme_id = t.member
  JOIN commons_project j ON j.id = m.project_id {PUBLIC_PROJECT}""",
        by="programme",
        record="commons.Project",
    ),
    Indicator(
        slug="programme-pacts",
        name=_("Pacts of a programme"),
        unit="count",
        formula=_("Signed pacts that came of a programme, each once."),
        rows=f"""SELECT DISTINCT t.place, coalesce(p.signed_on, p.starts_on), '', 1, 1, NULL::text, p.id, p.example
  FROM {TREE} JOIN commons_programme_pacts m ON m.programme_id = t.member
  JOIN commons_pact p ON p.id = m.pact_id AND p.visibility = 'public' AND p.state <> 'to_sign'""",
        by="programme",
        record="commons.Pact",
    ),
    Indicator(
        slug="programme-money",
        name=_("Money of a programme"),
        unit="euro",
        formula=_("Euros by kind of money and period. Unlike kinds and unlike periods are never added."),
        rows=MONEY,
        by="programme",
        apart=True,
    ),
    Indicator(
        slug="investment-per-building",
        name=_("Money for each building"),
        unit="euro",
        formula=_("Euros for buildings by kind of money and period, divided by the number of buildings."),
        rows=MONEY + " WHERE f.building_id IS NOT NULL",
        measure=PER_SUBJECT,
        by="programme",
        apart=True,
    ),
    outcome(
        "community-enterprises", "community_enterprise", _("Community enterprises"), "count",
        _("Community enterprises that a programme helped to found."),
    ),
    outcome("jobs", "jobs", _("Jobs"), "count", _("Jobs that came of a programme.")),
    outcome(
        "reopened-area", "reopened_area", _("Square metres open again"), "m2",
        _("Floor of buildings that a programme opened again."),
    ),
)  # fmt: skip
