"""INDICATORS: what a city can be held to, as one table. An entry gives its place on sheets, in files and on maps.

`rows` is SQL of what is counted, one row for each thing: (place, day, part, value, weight, subject, record, example).
`{place}` is the column of the territory that is asked for, `{until}` the last day that counts, `{days}` the days on
which a snapshot is taken, `%(city)s` the city's key. Everything that is counted is public.
"""

from django.utils.translation import gettext_lazy as _

from commons.figures.of_care import OF_CARE
from commons.figures.of_programmes import OF_PROGRAMMES
from commons.figures.words import DISTINCT, MEDIAN, SHARE, Indicator

SIGNED = "p.visibility = 'public' AND p.city_id = %(city)s AND p.state <> 'to_sign'"
PROPOSED = "o.visibility = 'public' AND o.city_id = %(city)s AND o.public_since IS NOT NULL"
# A pact is in force from its first day to its last; one closed early, or renewed before its end, until it was over.
IN_FORCE = (
    SIGNED
    + """ AND p.starts_on <= d.day AND (p.ends_on IS NULL OR p.ends_on >= d.day)
  AND (p.state NOT IN ('terminated', 'renewed') OR (p.source = '' AND p.state_since::date > d.day)
       OR (p.state = 'renewed' AND p.source <> ''))"""
)
CIVIC = "FROM commons_signature s JOIN commons_pact p ON p.id = s.pact_id WHERE s.side = 'civic' AND " + SIGNED
SIGNATURE_DAY = "coalesce(s.signed_on, p.signed_on, p.starts_on)"
SIGNATORY = "coalesce('o' || s.organisation_id, 'p' || s.person_id, 's' || s.id)"
OF_PACTS = (
    Indicator(
        slug="signings",
        name=_("Pacts signed"),
        unit="count",
        formula=_("Pacts by the day of their signature. One that continues another is a renewal, any other is new."),
        rows=f"""SELECT p.{{place}}, coalesce(p.signed_on, p.starts_on), CASE WHEN p.predecessor_id IS NULL THEN 'new'
  ELSE 'renewal' END, 1, 1, NULL::text, p.id, p.example FROM commons_pact p WHERE {SIGNED}""",
        record="commons.Pact",
        suits_map=True,
    ),
    Indicator(
        slug="signings-so-far",
        name=_("Pacts signed so far"),
        unit="count",
        formula=_("The pacts signed each year, summed up to the day that the count ends."),
        running="signings",
    ),
    Indicator(
        slug="active",
        name=_("Pacts in force"),
        unit="count",
        formula=_(
            "Pacts whose first day has come and whose last has not passed, on the last day of the year or of the"
            " count. One closed early does not count any more."
        ),
        rows=f"""SELECT p.{{place}}, d.day, '', 1, 1, NULL::text, p.id, p.example
  FROM commons_pact p, unnest({{days}}) AS d(day) WHERE {IN_FORCE}""",
        record="commons.Pact",
        snapshot=True,
        suits_map=True,
    ),
    Indicator(
        slug="signatories",
        name=_("Signatures under pacts"),
        unit="count",
        formula=_("Civic signatures, by kind: somebody who signs two pacts counts twice."),
        rows=f"""SELECT p.{{place}}, {SIGNATURE_DAY}, s.kind, 1, 1, NULL::text, p.id, p.example {CIVIC}""",
        record="commons.Pact",
        persons="volunteer",
    ),
    Indicator(
        slug="signatories-distinct",
        name=_("Who has signed, each once"),
        unit="count",
        formula=_("Civic signatories, by kind: somebody who signs two pacts counts once."),
        rows=f"""SELECT p.{{place}}, {SIGNATURE_DAY}, s.kind, 1, 1, {SIGNATORY}, p.id, p.example {CIVIC}""",
        measure=DISTINCT,
        record="commons.Pact",
        persons="volunteer",
    ),
    Indicator(
        slug="signatories-per-pact",
        name=_("Signatures for each pact"),
        unit="mean",
        formula=_("Signatures divided by pacts signed."),
        numerator="signatories",
        denominator="signings",
    ),
    Indicator(
        slug="renewal-rate",
        name=_("Pacts renewed"),
        unit="percent",
        formula=_("Of the pacts that ended, how many a new signature has continued."),
        rows=f"""SELECT p.{{place}}, p.ends_on, '', (n.id IS NOT NULL)::int, 1, NULL::text, p.id, p.example
  FROM commons_pact p LEFT JOIN commons_pact n ON n.predecessor_id = p.id AND n.state <> 'to_sign'
  AND n.visibility = 'public' AND coalesce(n.signed_on, n.starts_on) <= {{until}}
  WHERE {SIGNED} AND p.ends_on IS NOT NULL""",
        measure=SHARE,
        record="commons.Pact",
    ),
    Indicator(
        slug="conversion",
        name=_("From yes to signature"),
        unit="percent",
        formula=_("Of the proposals with a positive answer, how many have become a signed pact."),
        rows=f"""SELECT o.{{place}}, o.submitted_on, '', (p.id IS NOT NULL)::int, 1, NULL::text, o.id, o.example
  FROM commons_proposal o LEFT JOIN commons_pact p ON p.id = o.pact_id AND p.state <> 'to_sign'
  AND p.visibility = 'public' AND coalesce(p.signed_on, p.starts_on) <= {{until}}
  WHERE {PROPOSED} AND (o.state = 'approved' OR o.pact_id IS NOT NULL)""",
        measure=SHARE,
        record="commons.Proposal",
    ),
    Indicator(
        slug="conversion-of-all",
        name=_("From proposal to signature"),
        unit="percent",
        formula=_("Of the proposals that the office took up, how many have become a signed pact."),
        rows=f"""SELECT o.{{place}}, o.submitted_on, '', (p.id IS NOT NULL)::int, 1, NULL::text, o.id, o.example
  FROM commons_proposal o LEFT JOIN commons_pact p ON p.id = o.pact_id AND p.state <> 'to_sign'
  AND p.visibility = 'public' AND coalesce(p.signed_on, p.starts_on) <= {{until}} WHERE {PROPOSED}""",
        measure=SHARE,
        record="commons.Proposal",
    ),
    Indicator(
        slug="days-to-signature",
        name=_("Days to the signature"),
        unit="days",
        formula=_("The median of the days between a proposal's submission and its pact's signature."),
        rows=f"""SELECT o.{{place}}, p.signed_on, '', p.signed_on - o.submitted_on, 1, NULL::text, o.id, o.example
  FROM commons_proposal o JOIN commons_pact p ON p.id = o.pact_id
  WHERE {PROPOSED} AND p.visibility = 'public' AND p.state <> 'to_sign' AND o.submitted_on <= p.signed_on""",
        measure=MEDIAN,
        record="commons.Proposal",
    ),
    Indicator(
        slug="reused-buildings",
        name=_("Buildings in use again"),
        unit="count",
        formula=_("Public buildings that are in use again, by the day since when they are."),
        rows="""SELECT b.{place}, b.use_since, '', 1, 1, NULL::text, b.id, b.example FROM commons_building b
  WHERE b.visibility = 'public' AND b.city_id = %(city)s AND b.use_status = 'reused'""",
        record="commons.Building",
        suits_map=True,
    ),
    Indicator(
        slug="houses",
        name=_("Houses open to all"),
        unit="count",
        formula=_("Houses that are not closed, and how many of them a pact governs."),
        rows="""SELECT h.{place}, NULL::date, CASE WHEN h.pact_id IS NULL THEN 'other' ELSE 'governed' END, 1, 1,
  NULL::text, h.id, h.example FROM commons_house h
  WHERE h.visibility = 'public' AND h.city_id = %(city)s AND h.status <> 'closed'""",
        record="commons.House",
        dated=False,
    ),
    Indicator(
        slug="residents-covered",
        name=_("Residents where a pact is in force"),
        unit="count",
        formula=_("The residents of the neighbourhoods where a pact is in force, each neighbourhood once."),
        rows=f"""SELECT p.{{place}}, d.day, '', n.population, 1, NULL::text, min(p.id), bool_and(p.example)
  FROM commons_pact p CROSS JOIN unnest({{days}}) AS d(day)
  JOIN neighbourhoods_neighbourhood n ON n.id = p.{{place}} AND n.population IS NOT NULL
  WHERE {IN_FORCE} GROUP BY p.{{place}}, d.day, n.population""",
        record="commons.Pact",
        snapshot=True,
    ),
)


# In the order of every sheet.
INDICATORS: dict[str, Indicator] = {one.slug: one for one in (*OF_PACTS, *OF_CARE, *OF_PROGRAMMES)}
