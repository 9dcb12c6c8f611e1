"""A city so small that every figure of it can be counted by hand."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from commons.models import (
    Attendance,
    Funding,
    Laboratory,
    Money,
    Need,
    Outcome,
    Pact,
    Programme,
    Project,
    Proposal,
    Session,
    Signature,
)
from tests import factories as make

UNTIL = date(2024, 6, 30)
SOURCE = {"source": "Atti", "locator": "p. 1"}
WEST, EAST = {"x": 7.66, "y": 45.07}, {"x": 7.70, "y": 45.07}


def small_city() -> SimpleNamespace:
    """West with 1,000 residents, East with 500. Dates before and after the day on which the counts stop."""
    city = make.CityFactory()
    west = make.NeighbourhoodFactory(city=city, code="1", name="Ovest", population=1_000, **WEST)
    east = make.NeighbourhoodFactory(city=city, code="2", name="Est", population=500, **EAST)
    groups = [make.OrganisationFactory(city=city) for _ in range(3)]
    first = pact(WEST, "2020-03-01", "2020-03-01", "2022-02-28", Pact.State.RENEWED)
    second = pact(WEST, "2022-03-01", "2022-03-01", "2026-02-28", predecessor=first)
    third = pact(EAST, "2021-05-01", "2021-05-01", "2023-04-30", Pact.State.EXPIRED)
    fourth = pact(EAST, "2022-07-01", "2022-07-01", "2027-06-30", Pact.State.TERMINATED)
    late = pact(EAST, "2024-09-01", "2024-09-01", "2028-08-31", Pact.State.SIGNED)
    pact(EAST, None, None, None, Pact.State.TO_SIGN)
    pact(WEST, "2023-01-01", "2023-01-01", "2030-12-31", visibility="hidden")
    pact(WEST, "2023-01-01", "2023-01-01", "2030-12-31", example=True)
    for one, kinds in ((first, "aav"), (second, "aavb"), (third, "vvvvv"), (late, "a")):
        for number, kind in enumerate(kinds):
            sign(one, kind, {"a": groups[number % 2], "b": groups[2]}.get(kind))
    Signature.objects.create(pact=first, side="city")
    proposals(second, third, late)
    make.BuildingFactory(city=city, use_status="reused", use_since="2023-02-01", **WEST)
    make.BuildingFactory(city=city, use_status="disused", use_since="2023-02-01", **WEST)
    make.HouseFactory(city=city, pact=second, **WEST)
    make.HouseFactory(city=city, **EAST)
    make.HouseFactory(city=city, status="closed", **EAST)
    town = SimpleNamespace(city=city, west=west, east=east, groups=groups, pacts=[first, second, third, fourth, late])
    cared(town)
    funded(town)
    return town


def pact(where: dict, signed: str | None, starts: str | None, ends: str | None, state: str = "active", **more) -> Pact:
    return make.PactFactory(signed_on=signed, starts_on=starts, ends_on=ends, state=state, **where, **more)


def sign(one: Pact, kind: str, group: object = None) -> Signature:
    kinds = {"a": "association", "v": "volunteer", "b": "business"}
    return Signature.objects.create(pact=one, kind=kinds[kind], organisation=group)


def proposals(second: Pact, third: Pact, late: Pact) -> None:
    """Six taken up; four with a yes; of these two signed in time, after 10 and 40 days, and one too late."""
    make.ProposalFactory(submitted_on="2022-02-19", state="approved", pact=second, **WEST)
    make.ProposalFactory(submitted_on="2021-03-22", state="approved", pact=third, **EAST)
    make.ProposalFactory(submitted_on="2024-01-01", state="approved", pact=late, **EAST)
    make.ProposalFactory(submitted_on="2024-02-01", state="approved", **WEST)
    make.ProposalFactory(submitted_on="2024-02-01", state="rejected", **WEST)
    make.ProposalFactory(submitted_on="2024-03-01", state="under_review", **WEST)
    make.ProposalFactory(submitted_on="2024-03-01", state=Proposal.State.DRAFT, **WEST)


def cared(town: SimpleNamespace) -> None:
    """Needs, a laboratory of both neighbourhoods with two sessions, projects and their money."""
    for status, kind in (("open", "wish"), ("answered", "problem"), ("received", "wish")):
        need = Need.objects.create(city=town.city, name=status, status=status, kind=kind, place=make.point(7.66, 45.07))
        day = datetime(2023, 5, 1, tzinfo=UTC)
        Need.objects.filter(pk=need.pk).update(reported_at=day, public_since=None if status == "received" else day)
    laboratory = Laboratory.objects.create(city=town.city, name="Laboratorio", opened_on="2023-01-01")
    laboratory.neighbourhoods.set([town.west, town.east])
    for day, people in ((1, "abcde"), (2, "abxyz")):
        session = Session.objects.create(laboratory=laboratory, starts_at=datetime(2023, 3, day, 18, tzinfo=UTC))
        Attendance.objects.bulk_create([Attendance(session=session, person_key=one) for one in people])
    kinds = (("community_care", "done"), ("city_care", "running"), ("city_care", "done"))
    town.projects = [
        Project.objects.create(
            city=town.city, name=f"Progetto {kind}", kind=kind, status=status, starts_on="2023-06-01",
            place=make.point(7.66, 45.07),
        )
        for kind, status in kinds
    ]  # fmt: skip
    year = {"period_start": "2023-01-01", "period_end": "2023-12-31"}
    first, second, third = town.projects
    amounts = ((first, "budget", 400), (first, "budget", 300), (second, "budget", 300), (third, "spent", 90))
    for one, kind, amount in amounts:
        Money.objects.create(project=one, kind=kind, amount=amount, **year)


def funded(town: SimpleNamespace) -> None:
    """A plan with two programmes that share an organisation, and what came of them."""
    town.plan = Programme.objects.create(city=town.city, name="Piano", **SOURCE)
    one, two = (Programme.objects.create(city=town.city, name=n, parent=town.plan, **SOURCE) for n in ("Uno", "Due"))
    one.organisations.set(town.groups[:2])
    two.organisations.set(town.groups[1:])
    one.projects.set(town.projects[:2])
    two.projects.set(town.projects[1:])
    one.pacts.set(town.pacts[:2])
    building = make.BuildingFactory(city=town.city, **EAST)
    other = make.BuildingFactory(city=town.city, **EAST)
    year = {"period_start": "2022-01-01", "period_end": "2022-12-31"}
    for where, amount in ((building, 4_000), (other, 2_000), (None, 500)):
        Funding.objects.create(programme=one, building=where, kind="invested", amount=amount, **year, **SOURCE)
    for kind, value in (("community_enterprise", 2), ("jobs", 7), ("reopened_area", 350)):
        Outcome.objects.create(programme=two, kind=kind, value=value, on="2023-12-31", **SOURCE)
