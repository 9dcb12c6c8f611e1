"""Every formula on a city that can be counted by hand; and that what is expected of it would notice a wrong one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from commons.figures.computing import ALL, Scope, Window, cells, within
from commons.indicators import INDICATORS
from commons.models import Attendance, Signature
from tests.commons.figures.small_city import UNTIL, sign, small_city

pytestmark = pytest.mark.django_db

# What the whole city has, and what West has, until the end of June 2024.
CITY = {
    "signings": (4, 2), "signings-so-far": (4, 2), "active": (1, 1), "signatories": (12, 7),
    "signatories-distinct": (10, 5), "signatories-per-pact": (3, Decimal("3.5")),
    "renewal-rate": (50, 100), "conversion": (50, 50), "conversion-of-all": (Decimal("33.33"), 25),
    "days-to-signature": (25, 10), "reused-buildings": (1, 1), "houses": (2, 1), "residents-covered": (1_000, 1_000),
    "needs": (2, 2), "participants": (8, 8), "attendances": (10, 10),
    "signatories-per-participants": (150, Decimal("87.5")),
    "projects": (3, 3), "projects-by-status": (3, 3),
}  # fmt: skip
PARTS = {
    "signings": {"new": 3, "renewal": 1}, "signatories": {"association": 4, "volunteer": 7, "business": 1},
    "signatories-distinct": {"association": 2, "volunteer": 7, "business": 1},
    "houses": {"governed": 1, "other": 1}, "needs": {"wish": 1, "problem": 1},
    "projects": {"community_care": 1, "city_care": 2}, "projects-by-status": {"done": 2, "running": 1},
    "budget": {"budget:2023-01-01/2023-12-31": 1_000, "spent:2023-01-01/2023-12-31": 90},
    "cost-per-project": {"budget:2023-01-01/2023-12-31": 500, "spent:2023-01-01/2023-12-31": 90},
}  # fmt: skip
PLAN = {
    "programme-organisations": 4, "programme-organisations-distinct": 3, "programme-projects": 3,
    "programme-pacts": 2, "community-enterprises": 2, "jobs": 7, "reopened-area": 350,
}  # fmt: skip
MONEY = {"programme-money": 6_500, "investment-per-building": 3_000}
KIND = "invested:2022-01-01/2022-12-31"


def rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 2)


def counted(town, slug: str) -> tuple:
    """Everything that is expected of one figure, as it is computed."""
    indicator, scope = INDICATORS[slug], Scope(town.city, UNTIL)
    found = cells(indicator, scope)
    if slug in PLAN:
        return (rounded(found.at(town.plan.pk).value),)
    if slug in MONEY:
        return (rounded(found.at(town.plan.pk, part=KIND).value),)
    whole = tuple(rounded(found.at(place).value) for place in (ALL, town.west.pk)) if slug in CITY else ()
    return (*whole, {part: found.at(part=part).value for part in found.parts if slug in PARTS})


def expected(slug: str) -> tuple:
    if slug in PLAN or slug in MONEY:
        return (PLAN.get(slug) or MONEY.get(slug),)
    return (*CITY.get(slug, ()), PARTS.get(slug, {}))


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield small_city()
        transaction.set_rollback(True)


def test_every_figure_is_what_one_counts_by_hand(town):
    assert {slug: counted(town, slug) for slug in INDICATORS} == {slug: expected(slug) for slug in INDICATORS}


def test_a_period_counts_what_a_sheet_counts(town):
    scope = Scope(town.city, UNTIL)
    for slug, (whole, _west) in CITY.items():
        (cell,) = within(INDICATORS[slug], scope, [Window(None, UNTIL)])
        assert rounded(cell.value) == whole, slug


def test_two_periods_are_counted_each_as_if_its_last_day_were_today(town):
    scope = Scope(town.city, UNTIL)
    days = [UNTIL.replace(year=2021), UNTIL.replace(year=2022)]
    found = within(INDICATORS["renewal-rate"], scope, [Window(None, day) for day in days])
    assert [one.value for one in found] == [None, 100]
    active = within(INDICATORS["active"], scope, [Window(None, day) for day in days])
    assert [one.value for one in active] == [2, 2]


MUTATIONS = [
    (slug, old, new)
    for slug, changes in {
        "signings": [("p.state <> 'to_sign'", "true"), ("IS NULL THEN 'new'", "IS NOT NULL THEN 'new'"),
                     ("'public'", "'hidden'")],
        "active": [("p.ends_on >= d.day", "p.ends_on <= d.day"), ("'terminated', ", "")],
        "signatories": [("'civic'", "'city'")],
        "signatories-distinct": [("coalesce('o' || s.organisation_id, 'p' || s.person_id, 's' || s.id)", "s.id::text")],
        "renewal-rate": [("(n.id IS NOT NULL)", "(n.id IS NULL)"), ("<= {until}", "< '2020-01-01'")],
        "conversion": [("<= {until}", "<= '2030-01-01'"), ("(o.state = 'approved' OR o.pact_id IS NOT NULL)", "true")],
        "conversion-of-all": [("(p.id IS NOT NULL)", "(p.id IS NULL)")],
        "days-to-signature": [("p.signed_on - o.submitted_on", "o.submitted_on - p.signed_on")],
        "reused-buildings": [("'reused'", "'disused' OR true")],
        "houses": [("'closed'", "'open'")],
        "residents-covered": [("n.population", "1")],
        "needs": [("'open', ", "")],
        "participants": [("a.person_key", "a.id::text")],
        "attendances": [("a.id::text", "a.person_key")],
        "projects": [("j.kind", "j.status")],
        "projects-by-status": [("j.status", "j.kind")],
        "budget": [("f.amount", "1"), ("f.kind ||", "'x' ||")],
        "cost-per-project": [("j.id::text", "f.id::text"), ("f.amount", "1")],
        "programme-organisations": [("m.programme_id = t.member", "m.programme_id = t.place")],
        "programme-organisations-distinct": [("m.organisation_id::text", "m.id::text")],
        "programme-projects": [("SELECT DISTINCT", "SELECT")],
        "programme-pacts": [("t.member", "t.place")],
        "programme-money": [("f.amount", "1")],
        "investment-per-building": [("f.building_id::text", "NULL::text")],
        "community-enterprises": [("'community_enterprise'", "'jobs'")],
        "jobs": [("'jobs'", "'reopened_area'")],
        "reopened-area": [("u.value", "1")],
    }.items()
    for old, new in changes
]  # fmt: skip


@pytest.mark.parametrize(("slug", "old", "new"), MUTATIONS, ids=[f"{m[0]}: {m[1]}" for m in MUTATIONS])
def test_a_wrong_formula_is_noticed(town, monkeypatch, slug, old, new):
    assert old in INDICATORS[slug].rows
    monkeypatch.setitem(INDICATORS, slug, replace(INDICATORS[slug], rows=INDICATORS[slug].rows.replace(old, new)))
    assert counted(town, slug) != expected(slug)


@pytest.mark.parametrize("slug", [one.slug for one in INDICATORS.values() if one.derived])
def test_a_wrong_derived_figure_is_noticed(town, monkeypatch, slug):
    one = INDICATORS[slug]
    wrong = replace(one, running="needs") if one.running else replace(one, denominator="houses")
    monkeypatch.setitem(INDICATORS, slug, wrong)
    assert counted(town, slug) != expected(slug)


def test_every_counted_figure_has_a_mutation():
    assert {one.slug for one in INDICATORS.values() if not one.derived} == {slug for slug, _old, _new in MUTATIONS}


def test_one_more_signature_changes_exactly_the_cells_that_count_it(town):
    def all_cells() -> dict[tuple, Decimal | None]:
        scope = Scope(town.city, UNTIL)
        return {
            (slug, *key): cell.value
            for slug, one in INDICATORS.items()
            for key, cell in cells(one, scope).found.items()
        }

    before = all_cells()
    added = sign(town.pacts[1], "a", None)
    after = all_cells()
    Signature.objects.filter(pk=added.pk).delete()
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    where = [(place, year) for place in (town.west.pk, ALL) for year in (2022, ALL)]
    counts = {(slug, *key, part) for slug in ("signatories", "signatories-distinct") for key in where
              for part in ("association", ALL)}  # fmt: skip
    means = {("signatories-per-pact", *key, ALL) for key in where}
    shares = {("signatories-per-participants", place, ALL, ALL) for place in (town.west.pk, ALL)}
    assert changed == counts | means | shares
    assert all(after[key] - before[key] == 1 for key in counts)


def test_who_comes_twice_is_one_person_and_two_attendances(town):
    found = {
        slug: cells(INDICATORS[slug], Scope(town.city, UNTIL)).at().value for slug in ("participants", "attendances")
    }
    assert found == {"participants": 8, "attendances": Attendance.objects.count()}


def test_examples_are_counted_only_when_that_is_asked(town):
    without, with_them = (
        cells(INDICATORS["signings"], Scope(town.city, UNTIL, examples=one)).at() for one in (False, True)
    )
    assert (without.value, with_them.value) == (4, 5)
