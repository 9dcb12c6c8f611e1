"""The city's mark for organisations: who waits, what speaks for them, every decision with its reason and its trace."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from commons.desk.door import desk_of
from commons.desk.organisations import (
    alike,
    decide,
    figures,
    inform,
    organisations_of,
    with_evidence,
)
from commons.refusals import NotAllowed, NotPossible, Refused
from commons.traces import traces_of
from people.models import Membership, Message, Organisation
from tests import factories as make
from tests.commons.desk.cast import client_of, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(who) -> Organisation:
    made = make.OrganisationFactory(city=who.city, name="Amici dell'orto", verified=False, visibility="hidden")
    Membership.objects.create(user=who.alice, organisation=made, role="representative")
    Membership.objects.create(user=who.carlo, organisation=made, role="member")
    return made


def post(person, group, do: str, reason: str = "Statuto visto.", **also):
    url = reverse("desk-organisation", args=["torino", group.uid])
    return client_of(person).post(url, {"do": do, "reason": reason} | also)


def test_those_who_wait_are_listed_with_what_speaks_for_them(who, group):
    other = make.OrganisationFactory(city=who.city, name="Amici dell'Orto APS", verified=True)
    make.OrganisationFactory(city=who.other, name="Amici dell'orto", verified=False)
    submitted(who).proposers.add(group)
    answer = client_of(who.sara).get(reverse("desk-organisations", args=["torino"]))
    (one,) = answer.context["page"].object_list
    assert (one, one.members, one.handed_in, one.signed) == (group, 2, 1, 0)
    assert one.representatives == [who.alice] and one.twins == [other] and one.decisions == []
    assert answer.context["figures"] == {"waiting": 1, "verified": 1} == figures(desk_of(who.sara, who.city))
    text = answer.content.decode()
    assert who.alice.email in text and who.carlo.email not in text
    marked = client_of(who.sara).get(reverse("desk-organisations", args=["torino"]), {"marked": "on"})
    assert list(marked.context["page"].object_list) == [other]


def test_the_mark_is_given_and_taken_back_with_a_reason_and_every_decision_is_kept(who, group):
    assert post(who.sara, group, "verify", " ").status_code == 400
    assert post(who.sara, group, "wait", "Manca lo statuto.").status_code == 302
    group.refresh_from_db()
    assert not group.verified and group.visibility == "hidden"
    assert post(who.sara, group, "verify").status_code == 302
    group.refresh_from_db()
    assert group.verified and group.visibility == "public"
    again = post(who.sara, group, "verify", "Di nuovo.")
    assert again.status_code == 409
    assert post(who.sara, group, "unverify", "Sciolta.").status_code == 302
    group.refresh_from_db()
    assert not group.verified and group.visibility == "public"
    assert post(who.sara, group, "unverify", "Due volte.").status_code == 409
    assert post(who.sara, group, "verify", "Rifondata.").status_code == 302
    assert post(who.sara, group, "unverify", "Sciolta davvero.", hide="on").status_code == 302
    group.refresh_from_db()
    assert group.visibility == "hidden"
    trace = [one.get_change_message() for one in traces_of(Organisation, [group.pk])[str(group.pk)]]
    assert trace[::-1] == [
        "wait: Manca lo statuto.", "verify: Statuto visto.", "unverify: Sciolta.", "verify: Rifondata.",
        "unverify: Sciolta davvero.",
    ]  # fmt: skip
    assert {one.user for one in LogEntry.objects.all()} == {who.sara}
    told = Message.objects.filter(kind="organisation_mark")
    assert {one.user for one in told} == {who.alice} and told.count() == 5
    assert "Manca lo statuto." in told.order_by("pk").first().text


def test_only_the_office_of_the_city_decides_and_never_on_its_own_group(who, group):
    for person in (who.alice, who.carlo, who.olga, who.rita, who.ada):
        assert post(person, group, "verify").status_code == 403
    Membership.objects.create(user=who.sara, organisation=group, role="member")
    refused = post(who.sara, group, "verify", "È la mia.")
    assert refused.status_code == 403 and "È la mia." in refused.content.decode()
    group.refresh_from_db()
    assert not group.verified and not LogEntry.objects.exists()
    far = make.OrganisationFactory(city=who.other, verified=False)
    assert post(who.sara, far, "verify").status_code == 404


def test_the_rules_hold_without_the_page(who, group):
    desk = desk_of(who.sara, who.city)
    with pytest.raises(Refused):
        decide(desk, group, "verify", "")
    with pytest.raises(NotPossible):
        decide(desk, group, "unverify", "Perché")
    with pytest.raises(NotAllowed):
        decide(desk_of(who.rita, who.city), group, "verify", "Perché")
    assert decide(desk, group, "verify", "Registro visto.") == "verify"
    inform(group, "verify", "Registro visto.", who.alice)
    assert Message.objects.filter(kind="organisation_mark").count() == 1
    shown = with_evidence(desk, list(organisations_of(desk)))
    assert shown[0].representatives == [who.alice] and alike(desk, shown) == {}


@pytest.mark.parametrize("do", ["", "destroy", "verify\x00"])
def test_a_decision_that_is_none_is_refused(who, group, do):
    assert post(who.sara, group, do).status_code == 400
