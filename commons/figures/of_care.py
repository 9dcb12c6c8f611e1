"""The entries of INDICATORS that tell how a neighbourhood cares: needs, laboratories, projects and their money."""

from django.utils.translation import gettext_lazy as _

from commons.figures.words import DISTINCT, PER_SUBJECT, Indicator

# Joined to the pact it belongs to: a project that waits for its pact's signature is not counted yet.
PUBLIC_PROJECT = """AND j.visibility = 'public' LEFT JOIN commons_pact p ON p.id = j.pact_id
  WHERE (p.id IS NULL OR (p.visibility = 'public' AND p.state <> 'to_sign'))"""
PROJECTS = f"""SELECT j.{{place}}, coalesce(j.starts_on, p.signed_on), j.%s, 1, 1, NULL::text, j.id, j.example
  FROM neighbourhoods_city c JOIN commons_project j ON j.city_id = c.id AND c.id = %%(city)s {PUBLIC_PROJECT}"""
MONEY = f"""SELECT j.{{place}}, f.period_end, f.kind || ':' || f.period_start || '/' || f.period_end, f.amount, 1,
  j.id::text, j.id, j.example
  FROM commons_money f JOIN commons_project j ON j.id = f.project_id AND j.city_id = %(city)s {PUBLIC_PROJECT}"""
# A laboratory of several neighbourhoods is of each of them, and of the city once: so rows are told apart by subject.
CAME = """FROM commons_attendance a JOIN commons_session e ON e.id = a.session_id
  JOIN commons_laboratory l ON l.id = e.laboratory_id AND l.visibility = 'public' AND l.city_id = %(city)s
  LEFT JOIN commons_laboratory_neighbourhoods m ON m.laboratory_id = l.id
  LEFT JOIN neighbourhoods_neighbourhood n ON n.id = m.neighbourhood_id"""
THERE = "CASE WHEN '{place}' = 'district_id' THEN n.parent_id ELSE n.id END"

OF_CARE = (
    Indicator(
        slug="needs",
        name=_("Needs reported"),
        unit="count",
        formula=_("Needs that residents reported and the office has read, by the day of the report."),
        rows="""SELECT q.{place}, q.reported_at::date, q.kind, 1, 1, NULL::text, q.id, q.example FROM commons_need q
  WHERE q.visibility = 'public' AND q.city_id = %(city)s
    AND q.public_since IS NOT NULL AND q.status IN ('open', 'discussed', 'taken_up', 'answered')""",
        record="commons.Need",
        suits_map=True,
    ),
    Indicator(
        slug="participants",
        name=_("Who came to laboratories, each once"),
        unit="count",
        formula=_("Different persons at the sessions of each laboratory. Nobody is followed from one to another."),
        rows=f"SELECT {THERE}, e.starts_at::date, '', 1, 1, a.person_key, l.id, l.example {CAME}",
        measure=DISTINCT,
        record="commons.Laboratory",
        persons="*",
    ),
    Indicator(
        slug="attendances",
        name=_("Attendances at laboratories"),
        unit="count",
        formula=_("How often somebody came to a session: who comes twice counts twice."),
        rows=f"SELECT {THERE}, e.starts_at::date, '', 1, 1, a.id::text, l.id, l.example {CAME}",
        measure=DISTINCT,
        record="commons.Laboratory",
        persons="*",
    ),
    Indicator(
        slug="signatories-per-participants",
        name=_("Signatures for a hundred participants"),
        unit="mean",
        formula=_(
            "Signatures divided by participants, times a hundred. Associations sign too, so it is not the share of"
            " participants who signed."
        ),
        numerator="signatories",
        denominator="participants",
        factor=100,
    ),
    Indicator(
        slug="projects",
        name=_("Projects"),
        unit="count",
        formula=_(
            "Projects of care for the community and for the city, by the day they begin or their pact is signed."
        ),
        rows=PROJECTS % "kind",
        record="commons.Project",
        suits_map=True,
    ),
    Indicator(
        slug="projects-by-status",
        name=_("Projects by how far they are"),
        unit="count",
        formula=_("The same projects, by how far they have come today."),
        rows=PROJECTS % "status",
        record="commons.Project",
    ),
    Indicator(
        slug="budget",
        name=_("Money for projects"),
        unit="euro",
        formula=_("Euros of projects by kind of money and period. Unlike kinds and unlike periods are never added."),
        rows=MONEY,
        record="commons.Project",
        apart=True,
    ),
    Indicator(
        slug="cost-per-project",
        name=_("Money for each project"),
        unit="euro",
        formula=_("Euros of one kind and one period, divided by the projects that they are for."),
        rows=MONEY,
        measure=PER_SUBJECT,
        record="commons.Project",
        apart=True,
        numerator="budget",
        denominator="projects",
    ),
)
