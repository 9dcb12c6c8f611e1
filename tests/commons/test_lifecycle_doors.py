"""Nobody reaches `signed` by another door than `advance()`, but a record of a register that has its source."""

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from commons.models import Pact, Proposal, Step
from commons.models.moving import record_states
from commons.refusals import Refused
from people.roles import Role
from tests import factories as make
from tests.commons import stage
from tests.commons.test_admin import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return stage.company("torino")


@pytest.fixture
def unsigned(cast):
    """A pact that is ready to be signed, with all it needs."""
    made = stage.pact(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    yield made
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def saved(pact):
    pact.state = "signed"
    pact.save()


def saved_with_full_clean(pact):
    pact.state = "signed"
    pact.full_clean()
    pact.save(update_fields=["state"])


def sql(statement):
    def door(pact):
        with connection.cursor() as cursor:
            cursor.execute(statement, {"pk": pact.pk})

    return door


def a_step_and_the_state(pact):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            """INSERT INTO commons_step (pact_id, move, source_state, target_state, role, at, note)
            VALUES (%s, 'sign', 'to_sign', 'signed', 'staff', now(), '')""",
            [pact.pk],
        )


def new_ones(**values):
    def door(pact):
        Pact.objects.bulk_create([Pact(city=pact.city, name="Molti", state="signed", **values)])

    return door


def imported_without_a_source(pact):
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
    (one,) = Pact.objects.bulk_create([Pact(city=pact.city, name="Senza fonte", state="signed")])
    record_states(Pact, [one.pk])


def recorded_after_it_was_moved_here(pact):
    Pact.objects.filter(pk=pact.pk).update(source="")
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
    Pact.objects.filter(pk=pact.pk).update(state="signed")
    record_states(Pact, [pact.pk])


DOORS = {
    "save": saved,
    "full_clean and save": saved_with_full_clean,
    "update": lambda pact: Pact.objects.filter(pk=pact.pk).update(state="signed"),
    "bulk_update": lambda pact: (setattr(pact, "state", "signed"), Pact.objects.bulk_update([pact], ["state"])),
    "SQL of the state": sql("UPDATE commons_pact SET state = 'signed' WHERE id = %(pk)s"),
    "SQL of all": sql("UPDATE commons_pact SET state = 'signed', signed_on = now()"),
    "SQL of a step": a_step_and_the_state,
    "a new one": lambda pact: Pact.objects.create(city=pact.city, name="Nuovo", state="signed"),
    "bulk_create": new_ones(),
    "bulk_create with a source that nobody recorded": new_ones(source="file", source_id="1"),
    "an import without a source": imported_without_a_source,
    "a record without a source": recorded_after_it_was_moved_here,
}


@pytest.mark.parametrize("door", DOORS)
def test_no_other_door_leads_to_signed(unsigned, door):
    number, steps = Pact.objects.count(), Step.objects.count()
    with pytest.raises(Error), transaction.atomic():
        DOORS[door](unsigned)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    unsigned.refresh_from_db()
    assert (unsigned.state, Pact.objects.count(), Step.objects.count()) == ("to_sign", number, steps)


def test_the_admin_shows_the_state_and_does_not_take_one(unsigned, client):
    client.force_login(make.AdministratorFactory())
    page = reverse("admin:commons_pact_change", args=[unsigned.pk])
    response = client.get(page)
    assert response.status_code == 200 and "state" not in response.context["adminform"].form.fields
    values = {name: value for name, value in form(response).items() if value is not None}
    rows = response.context["inline_admin_formsets"][0].formset
    values |= {f"{rows.prefix}-{name}": rows.management_form[name].value() for name in rows.management_form.fields}
    values |= {f"{rows.prefix}-INITIAL_FORMS": 0, f"{rows.prefix}-TOTAL_FORMS": 0}
    answer = client.post(page, values | {"state": "signed", "name": "Rinominato", "_save": "1"})
    unsigned.refresh_from_db()
    assert (answer.status_code, unsigned.name, unsigned.state) == (302, "Rinominato", "to_sign")
    client.post(reverse("admin:commons_pact_add"), values | {"state": "signed", "name": "Dal nulla"})
    assert not Pact.objects.filter(name="Dal nulla", state="signed").exists()


@pytest.mark.parametrize("field", ["state", "text_public", "public_since", "receipt"])
def test_a_move_does_not_take_a_field_that_is_not_its_own(cast, field):
    one = stage.proposal(cast, source="")
    with pytest.raises(Refused) as refusal:
        one.advance("submit", by=cast.people[Role.PROPOSER], **{field: "approved"})
    assert refusal.value.missing[0].field == field
    assert Proposal.objects.get(pk=one.pk).state == "draft"


def test_the_right_door_opens(cast, unsigned):
    unsigned.advance("sign", by=cast.people[Role.STAFF])
    assert stage.history(unsigned) == [("to_sign", "signed")]


def test_a_register_opens_it_with_a_source(cast):
    recorded = make.PactFactory(city=cast.city, x=cast.x, y=cast.y, state="signed", source="registro")
    assert [step.move for step in recorded.steps.all()] == ["recorded"]


def test_what_happened_cannot_be_unsaid_but_a_person_can_be_forgotten(cast):
    one = stage.proposal(cast, source="")
    step = one.advance("submit", by=cast.people[Role.PROPOSER])
    for change in ({"at": "2020-01-01T00:00Z"}, {"note": "Altro"}, {"role": "staff"}, {"move": "sign"}):
        with pytest.raises(Error), transaction.atomic():
            Step.objects.filter(pk=step.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        Step.objects.filter(pk=step.pk).delete()
    Step.objects.filter(pk=step.pk).update(actor=None, note="")
    assert stage.history(one) == [("draft", "submitted")]
