"""Stories 9 and 10: an architect's laboratory with its projects, and an agreement that is renewed; monitoring."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from commons.models import Evaluation, Evidence, Laboratory, Money, NeighbourhoodPlan, Pact, Project, Visit
from commons.pacting import prepare_renewal
from people.models import Grant, Membership
from people.roles import Role
from tests import factories as make
from tests import factories_of_care as care

pytestmark = pytest.mark.django_db
HERE, THERE = {"x": 7.67, "y": 45.05}, {"x": 7.69, "y": 45.05}


@pytest.fixture
def cast(town) -> SimpleNamespace:
    """Ada is the architect of San Salvario, Sara the office; a group has signed a pact in San Salvario."""
    ada, sara, gino = (make.UserFactory(username=name) for name in ("ada", "sara", "gino"))
    Grant.objects.create(user=ada, role=Role.ARCHITECT, city=town.city, territory=town.west)
    Grant.objects.create(user=sara, role=Role.STAFF, city=town.city)
    Membership.objects.create(user=gino, organisation=town.operator, role="representative")
    pact = make.PactFactory(name="Accordo 2017", signatories=[town.operator], signed_on="2017-05-04", **HERE)
    pact.refresh_from_db()
    return SimpleNamespace(town=town, city=town.city, ada=ada, sara=sara, gino=gino, pact=pact)


def desk(name: str) -> str:
    return f"/en/torino/desk/{name}/"


def test_story_9_an_architect_runs_a_laboratory_and_one_who_comes_twice_is_one_person(client, cast):
    client.force_login(cast.ada)
    other = care.LaboratoryFactory(neighbourhoods=[cast.town.east], name="Di Vanchiglia")
    words = {
        "name": "Laboratorio",
        "neighbourhoods": cast.town.west.pk,
        "opened_on": "2018-01-10",
        "season": "2014–2019",
    }
    assert client.post(desk("laboratories/new"), words).status_code == 302
    lab = Laboratory.objects.get(name="Laboratorio")
    assert lab.architect == cast.ada and list(lab.neighbourhoods.all()) == [cast.town.west]
    page = desk(f"laboratories/{lab.uid}")
    for day in ("2018-02-01T18:00", "2018-03-01T18:00"):
        assert client.post(f"{page}meeting/", {"starts_at": day, "where": "Casa"}).status_code == 302
    first, second = lab.sessions.all()
    client.post(f"{page}sheet/", {"session": first.pk, "signs": "Anna Rossi\nBruno\nCarla\n  anna  ROSSI \n"})
    client.post(f"{page}sheet/", {"session": second.pk, "signs": "ANNA ROSSI\nDario"})
    counted = Laboratory.objects.attended().get(pk=lab.pk)
    assert (counted.people, counted.attendances) == (4, 5)
    assert not [key for key in lab.sessions.values_list("attendances__person_key", flat=True) if "nna" in key]
    assert other.key_of("Dario") != lab.key_of("Dario")
    for number, kind in enumerate(["city_care"] * 2 + ["community_care"] * 3):
        one = {"name": f"P{number}", "kind": kind, "status": "planned", "laboratory": lab.pk, "place": "45.05, 7.67"}
        assert client.post(desk("projects/new"), one).status_code == 302
    kinds = list(lab.projects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["city_care"] * 2 + ["community_care"] * 3

    listed = client.get(desk("laboratories")).content.decode()
    assert lab.name in listed and other.name not in listed
    elsewhere = care.ProjectFactory(laboratory=other, **THERE)
    for hidden in (desk(f"laboratories/{other.uid}"), desk(f"projects/{elsewhere.uid}")):
        assert client.get(hidden).status_code == 404
    taken = {"name": "X", "kind": "city_care", "status": "planned", "laboratory": other.pk}
    assert client.post(desk("projects/new"), taken).status_code == 400
    client.logout()
    public = client.get(f"/en/torino/laboratories/{lab.uid}/").content.decode()
    assert "Anna" not in public and "P4" in public


def test_so_few_people_that_one_could_be_known_are_not_told(client, town):
    lab = care.LaboratoryFactory()
    session = care.SessionFactory(laboratory=lab)
    assert session.signed_by(["Anna", "Bruno", ""]) == 2
    assert session.signed_by(["anna"]) == 0
    shown = client.get(f"/en/torino/laboratories/{lab.uid}/")
    assert "2" not in shown.context["people"] and shown.context["people"] == shown.context["attendances"]


def test_story_10_an_architect_renews_an_agreement_and_its_projects_go_on(client, cast):
    need = care.NeedFactory(**HERE)
    kept = care.ProjectFactory(pact=cast.pact, name="Orto", status="running", **HERE)
    kept.needs.add(need)
    care.MoneyFactory(project=kept)
    care.ProjectFactory(pact=cast.pact, name="Fermo", status="stopped", **HERE)
    client.force_login(cast.ada)
    asked = client.post(desk(f"pacts/{cast.pact.uid}/do/renewal"), {"starts_on": "2018-06-01", "ends_on": "2020-06-01"})
    new = Pact.objects.get(predecessor=cast.pact)
    assert asked.status_code == 302 and new.state == "to_sign"
    assert new.signatures.count() == 0, "the signatures are collected anew"
    copy = new.projects.get()
    assert (copy.name, copy.status, copy.predecessor, list(copy.needs.all())) == ("Orto", "planned", kept, [need])
    assert not copy.money.exists(), "money belongs to its period"
    assert copy not in Project.objects.public(), "until it is signed the project counts once"
    assert prepare_renewal(cast.pact, cast.ada) == new and new.projects.count() == 1

    refused = client.post(desk(f"pacts/{new.uid}/move/sign"), {"signed_on": "2018-05-20"})
    assert refused.status_code in {400, 403}
    client.force_login(cast.sara)
    for signer in ({"side": "civic", "kind": "association", "organisation": cast.town.operator.pk}, {"side": "city"}):
        client.post(desk(f"pacts/{new.uid}/do/signature"), {"kind": "public_body"} | signer)
    written = {"name": new.name, "text": "Testo", "legal_form": new.legal_form, "starts_on": "2018-06-01"}
    client.post(desk(f"pacts/{new.uid}/do/text"), written | {"ends_on": "2020-06-01"})
    client.post(desk(f"pacts/{new.uid}/do/act"), {"body": "manager", "number": "9", "date": "2018-05-18"})
    signed = client.post(desk(f"pacts/{new.uid}/move/sign"), {"signed_on": "2018-05-20"})
    assert signed.status_code == 302, signed.content.decode()
    new.refresh_from_db()
    assert new.state == "signed" and copy in Project.objects.public()
    renewals = Pact.objects.filter(signed_on__year=2018, predecessor__isnull=False)
    assert list(renewals) == [new]
    client.logout()
    for one, other in ((cast.pact, new), (new, cast.pact)):
        page = client.get(f"/en/torino/pacts/{one.uid}/")
        assert page.status_code == 200 and other.uid in page.content.decode()
        assert "Orto" in page.content.decode()


@pytest.mark.parametrize("left_out", ["kind", "period_start", "period_end"])
def test_money_without_kind_or_period_is_refused_with_a_sentence(client, cast, left_out):
    project = care.ProjectFactory(pact=cast.pact, **HERE)
    client.force_login(cast.ada)
    words = {"do": "money", "amount": "500", "kind": "budget", "period_start": "2018-01-01", "period_end": "2018-12-31"}
    refused = client.post(desk(f"projects/{project.uid}"), {**words, left_out: ""})
    assert refused.status_code == 400 and len(refused.context["money"].errors[left_out][0].split()) > 5
    assert not Money.objects.exists()
    assert client.post(desk(f"projects/{project.uid}"), words).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        Money.objects.update(**{left_out: "" if left_out == "kind" else None})


def test_only_like_money_is_added(client, town):
    project = care.ProjectFactory()
    for words in ({}, {}, {"kind": "spent"}, {"period_end": "2019-12-31"}):
        care.MoneyFactory(project=project, **words)
    totals = project.money.totals()
    assert sorted((one.kind, one.period_end.year, int(one.amount)) for one in totals) == [
        ("budget", 2018, 2000), ("budget", 2019, 1000), ("spent", 2018, 1000),
    ]  # fmt: skip
    assert client.get(f"/en/torino/projects/{project.uid}/").context["totals"] == totals


def test_both_parties_show_evidence_and_what_is_late_is_theirs_to_know(client, cast):
    today = cast.city.today()
    indicator = care.PactIndicatorFactory(pact=cast.pact, name="Ore")
    care.VisitFactory(pact=cast.pact, planned_on=today - timedelta(days=3))
    page = f"/en/torino/pacts/{cast.pact.uid}/"
    shown = {"indicator": indicator.pk, "on": f"{today}", "value": "40"}
    late = "A visit is late"

    client.force_login(cast.gino)
    assert client.post(f"{page}evidence/", {"on": f"{today}"}).status_code == 400
    assert client.post(f"{page}evidence/", shown | {"on": f"{today + timedelta(days=2)}"}).status_code == 400
    assert client.post(f"{page}evidence/", shown).status_code == 302
    assert late in client.get(page).content.decode()
    client.force_login(cast.ada)
    assert client.get(f"{page}evidence/").status_code == 403
    assert client.post(desk(f"pacts/{cast.pact.uid}/do/evidence"), shown | {"value": "38"}).status_code == 302
    assert cast.pact.name in client.get(desk("monitoring")).content.decode()
    assert [(one.party, int(one.value)) for one in Evidence.objects.order_by("pk")] == [("civic", 40), ("city", 38)]

    client.force_login(make.UserFactory(username="rosa"))
    assert late not in client.get(page).content.decode()
    client.logout()
    public = client.get(page)
    assert late not in public.content.decode()
    assert [int(one.value) for one in public.context["indicators"][0].values] == [38, 40]
    Evidence.objects.filter(party="city").update(shown=False)
    assert [int(one.value) for one in client.get(page).context["indicators"][0].values] == [40]


def test_a_visit_that_was_made_and_an_evaluation_that_was_published_are_read_by_all(client, cast):
    today = cast.city.today()
    old = make.PactFactory(name="Finito", state="expired", **HERE)
    visit = care.VisitFactory(pact=old, planned_on=today)
    page, act = f"/en/torino/pacts/{old.uid}/", f"pacts/{old.uid}/do"
    client.force_login(cast.ada)
    client.post(desk(f"{act}/visited"), {"visit": visit.pk, "made_on": f"{today}", "finding": "Tutto curato"})
    words = {"outcome": "partly", "text": "Serve più tempo"}
    assert client.post(desk(f"{act}/evaluation"), words).status_code == 302
    assert "Serve più tempo" not in client.get(page).content.decode()
    assert client.post(desk(f"{act}/evaluation"), words | {"publish": "on"}).status_code == 302
    assert client.post(desk(f"{act}/evaluation"), words | {"text": "Altro"}).status_code == 400
    client.logout()
    text = client.get(page).content.decode()
    assert "Tutto curato" in text and "Serve più tempo" in text
    assert Visit.objects.public().count() == Evaluation.objects.public().count() == 1


def test_the_page_of_a_neighbourhood_shows_its_plan_and_what_each_project_serves(client, town):
    plan = care.NeighbourhoodPlanFactory(neighbourhood=town.west, name="Piano 2019–2024")
    first, second = (care.PriorityFactory(plan=plan, name=name) for name in ("Strade", "Anziani"))
    project = care.ProjectFactory(priority=first, **HERE)
    care.ProjectFactory(priority=second, visibility="hidden", **HERE)
    shown = client.get(f"/en/torino/neighbourhoods/{town.west.uid}/").context["plan"]
    assert [(one.name, one.serve) for one in shown.first] == [("Strade", [project]), ("Anziani", [])]
    assert client.get(f"/id/{plan.uid}").url.endswith("#plan")


def typed_plan(cast: SimpleNamespace, *rows: dict[str, str], **other: object) -> dict[str, object]:
    """The form of a plan as a browser sends it."""
    known = sum("id" in row for row in rows)
    said: dict[str, object] = {"priorities-TOTAL_FORMS": len(rows), "priorities-INITIAL_FORMS": known}
    said |= {f"priorities-{number}-{name}": text for number, row in enumerate(rows) for name, text in row.items()}
    days = {"starts_on": "2026-01-01", "ends_on": "2030-12-31"}
    return said | days | {"name": "Piano di San Salvario", "neighbourhood": cast.town.west.pk} | other


def test_an_architect_writes_the_plan_of_a_neighbourhood_with_its_priorities(client, cast):
    """Its page shows them in the order that was typed, and numbers them anew when it changes."""
    client.force_login(cast.ada)
    rows = [{"name": "Cortili", "place": "2"}, {"name": "Anziani soli", "place": "1"}, {"name": "", "place": ""}]
    assert client.post(desk("plans/new"), typed_plan(cast, *rows)).status_code == 302
    plan = NeighbourhoodPlan.objects.get()
    first, second = plan.priorities.all()
    assert [(one.number, one.name) for one in (first, second)] == [(1, "Anziani soli"), (2, "Cortili")]
    public = client.get(f"/en/torino/neighbourhoods/{cast.town.west.uid}/").content.decode()
    assert public.index("Anziani soli") < public.index("Cortili")
    swapped = [
        {"id": first.pk, "name": "Anziani", "place": "2"},
        {"id": second.pk, "name": "Cortili", "place": "1"},
        {"name": "Scuole", "place": ""},
    ]
    assert client.post(desk(f"plans/{plan.uid}"), typed_plan(cast, *swapped)).status_code == 302
    assert list(plan.priorities.values_list("number", "name")) == [(1, "Cortili"), (2, "Anziani"), (3, "Scuole")]
    care.ProjectFactory(city=cast.city, priority=second)
    gone = [{"id": second.pk, "name": "Cortili", "place": "1", "DELETE": "on"}]
    refused = client.post(desk(f"plans/{plan.uid}"), typed_plan(cast, *gone, name="Altro nome"))
    assert refused.status_code == 400 and "change what they serve first" in refused.content.decode()
    assert plan.priorities.count() == 3 and NeighbourhoodPlan.objects.get().name == "Piano di San Salvario"
    free = [{"id": first.pk, "name": "Anziani", "place": "2", "DELETE": "on"}]
    assert client.post(desk(f"plans/{plan.uid}"), typed_plan(cast, *free)).status_code == 302
    assert list(plan.priorities.values_list("number", "name")) == [(1, "Cortili"), (2, "Scuole")]


def test_a_plan_is_refused_with_its_reasons_and_of_other_areas_nobody_learns(client, cast):
    other = care.NeighbourhoodPlanFactory(city=cast.city, neighbourhood=cast.town.east, name="Di altri")
    client.force_login(cast.ada)
    wrong = typed_plan(cast, {"name": "", "description": "Senza nome"}, ends_on="2020-01-01")
    page = client.post(desk("plans/new"), wrong)
    said = page.content.decode()
    assert page.status_code == 400 and 'href="#plan-ends_on"' in said and 'href="#id_priorities-0-name"' in said
    assert client.post(desk("plans/new"), typed_plan(cast, neighbourhood=cast.town.east.pk)).status_code == 400
    assert client.get(desk(f"plans/{other.uid}")).status_code == 404
    assert other.name not in client.get(desk("plans")).content.decode()
    client.force_login(cast.gino)
    assert client.get(desk("plans")).status_code == 403
    client.force_login(cast.sara)
    assert other.name in client.get(desk("plans")).content.decode()
    assert NeighbourhoodPlan.objects.get() == other
