"""Organisations: founded by a person, joined by invitation, verified by the city."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from people import membership
from people.models import Grant, Invitation, Membership, Message, Organisation, User
from people.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def ada(db):
    return make.UserFactory(display_name="Ada")


@pytest.fixture
def group(ada) -> Organisation:
    return membership.found(Organisation(city=make.CityFactory(), name="Orti"), ada)


def invite(ada: User, group: Organisation, email: str, role: str = "member") -> Invitation:
    client_of(ada).post(f"/en/me/organisations/{group.uid}/invite/", {"email": email, "role": role})
    return Invitation.objects.waiting().get(email=email.lower())


def test_who_founds_one_represents_it_and_nobody_else_sees_it(ada, client):
    city = make.CityFactory()
    fields = {"name": "Orti di via Po", "kind": "association", "city": city.pk, "website": "orti.example"}
    answer = client_of(ada).post("/en/me/organisations/new/", fields)
    group = Organisation.objects.get()
    assert answer["Location"] == f"/en/me/organisations/{group.uid}/"
    assert (group.verified, group.visibility, group.website) == (False, "hidden", "https://orti.example")
    assert group.is_led_by(ada) and group not in Organisation.objects.public()
    assert client.get(group.get_absolute_url()).status_code in {404, 410}
    assert "Orti" not in client.get("/layers/organisations.geojson").content.decode()
    assert "Orti di via Po" in client_of(ada).get("/en/me/organisations/").content.decode()


def test_a_form_that_is_not_complete_keeps_what_was_typed(ada):
    make.CityFactory()
    page = client_of(ada).post("/en/me/organisations/new/", {"name": "Orti", "website": "not an address"})
    assert page.status_code == 400 and b'value="Orti"' in page.content and not Organisation.objects.exists()


def test_whoever_is_not_a_member_finds_nothing(ada, group):
    stranger = client_of(make.UserFactory())
    assert stranger.get(f"/en/me/organisations/{group.uid}/").status_code == 404
    for what in ("invite", "end"):
        assert stranger.post(f"/en/me/organisations/{group.uid}/{what}/", {}).status_code == 404
    assert Client().get(f"/en/me/organisations/{group.uid}/").status_code == 302


def test_an_invitation_is_a_mail_then_a_page_then_a_membership(ada, group, link_to):
    bob = make.UserFactory()
    invitation = invite(ada, group, bob.email)
    page = client_of(bob).get(link_to(bob.email))
    assert b"Orti" in page.content and b"Ada" in page.content
    assert bob.email not in Client().get(link_to(bob.email)).content.decode()
    client_of(bob).post(f"/en/me/invitations/{invitation.key}/", {"answer": "accept"})
    assert Membership.objects.get(user=bob).state == "active"
    again = client_of(bob).post(f"/en/me/invitations/{invitation.key}/", {"answer": "accept"})
    assert again.status_code == 404, "an answer is given once"


def test_inviting_says_the_same_of_people_with_and_without_an_account(ada, group):
    known = make.UserFactory()
    pages = []
    for email in (known.email, "nobody@example.org"):
        fields = {"email": email, "role": "member"}
        page = client_of(ada).post(f"/en/me/organisations/{group.uid}/invite/", fields, follow=True)
        assert Message.objects.filter(email=email, kind="invitation").count() == 1
        pages.append(page.content.decode().count(email))
    assert pages[0] > 0 and abs(pages[0] - pages[1]) <= 0


def test_somebody_elses_invitation_cannot_be_taken(ada, group):
    invitation = invite(ada, group, "bob@example.org", "representative")
    thief = make.UserFactory(email="thief@example.org")
    typed = make.UserFactory(email="bob@example.org", proved=False)
    for user in (thief, typed):
        page = client_of(user).post(f"/en/me/invitations/{invitation.key}/", {"answer": "accept"})
        assert page.status_code == 403
        with pytest.raises(PermissionDenied):
            membership.reply(invitation, user, accepts=True)
    assert Membership.objects.count() == 1


def test_inviting_twice_keeps_one_invitation_and_writes_once_a_day(ada, group):
    invite(ada, group, "bob@example.org")
    invite(ada, group, "Bob@example.org", "representative")
    assert Invitation.objects.get().role == "representative"
    assert Message.objects.filter(kind="invitation").count() == 1


def test_an_invitation_can_be_declined_taken_back_and_grows_old(ada, group):
    bob = make.UserFactory()
    client_of(bob).post(f"/en/me/invitations/{invite(ada, group, bob.email).key}/", {"answer": "decline"})
    assert not Membership.objects.filter(user=bob).exists()
    second = invite(ada, group, bob.email)
    client_of(ada).post(f"/en/me/organisations/{group.uid}/invite/", {"withdraw": second.key})
    assert client_of(bob).get(f"/en/me/invitations/{second.key}/").status_code == 404
    third = invite(ada, group, bob.email)
    Invitation.objects.filter(pk=third.pk).update(invited_at=timezone.now() - timedelta(days=31))
    assert client_of(bob).get(f"/en/me/invitations/{third.key}/").status_code == 404


def test_only_representatives_invite_and_end_the_membership_of_others(ada, group):
    bob, eve = make.UserFactory(), make.UserFactory()
    for user in (bob, eve):
        Membership.objects.create(user=user, organisation=group)
    fields = {"email": "x@example.org", "role": "representative"}
    assert client_of(bob).post(f"/en/me/organisations/{group.uid}/invite/", fields).status_code == 403
    eves = Membership.objects.get(user=eve)
    assert client_of(bob).post(f"/en/me/organisations/{group.uid}/end/", {"membership": eves.pk}).status_code == 403
    client_of(ada).post(f"/en/me/organisations/{group.uid}/end/", {"membership": eves.pk})
    client_of(bob).post(f"/en/me/organisations/{group.uid}/end/", {"membership": bob.memberships.get().pk})
    assert set(Membership.objects.values_list("user", "state")) == {
        (ada.pk, "active"), (bob.pk, "ended"), (eve.pk, "ended"),
    }  # fmt: skip
    assert client_of(bob).get(f"/en/me/organisations/{group.uid}/").status_code == 404


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "0"])
def test_a_membership_that_is_none_is_not_found(ada, group, number):
    answer = client_of(ada).post(f"/en/me/organisations/{group.uid}/end/", {"membership": number})
    assert answer.status_code == 404


def test_the_last_representative_stays_while_others_do(ada, group):
    bob = make.UserFactory()
    Membership.objects.create(user=bob, organisation=group)
    adas = ada.memberships.get()
    client_of(ada).post(f"/en/me/organisations/{group.uid}/end/", {"membership": adas.pk})
    assert group.is_led_by(ada)
    with pytest.raises(membership.LastRepresentative):
        membership.leave(adas, ada)
    Membership.objects.filter(user=bob).update(role="representative")
    membership.leave(adas, ada)
    assert not group.is_led_by(ada) and group.is_led_by(bob)


@pytest.mark.parametrize(("role", "verifies"), [(Role.STAFF, True), (Role.ADMIN, True), (Role.REVIEWER, False)])
def test_the_city_gives_its_mark_in_the_administration_where_the_part_allows(group, role, verifies):
    officer = make.StaffFactory(permissions=["people.view_organisation", "people.change_organisation"])
    Grant.objects.create(user=officer, role=role, city=group.city)
    fields = {"action": "verify", "_selected_action": [group.pk]}
    client_of(officer).post("/admin/people/organisation/", fields)
    group.refresh_from_db()
    assert group.verified == verifies and (group in Organisation.objects.public()) == verifies


def test_staff_of_another_city_verify_nothing(group):
    officer = make.StaffFactory(permissions=["people.view_organisation", "people.change_organisation"])
    Grant.objects.create(user=officer, role=Role.STAFF, city=make.CityFactory(slug="latina"))
    assert not group.may_be_verified_by(officer)


def test_the_desk_is_offered_to_those_who_work_at_it():
    city = make.CityFactory()
    officer, resident = make.UserFactory(), make.UserFactory()
    grant = Grant.objects.create(user=officer, role=Role.REVIEWER, city=city)
    assert officer.works_at_the_desk() and not resident.works_at_the_desk()
    assert make.AdministratorFactory().works_at_the_desk()
    grant.until = timezone.now()
    grant.save()
    assert not officer.works_at_the_desk()


def test_grants_and_memberships_have_their_pages_in_the_administration(group):
    client = client_of(make.AdministratorFactory())
    for page in ("grant/", "grant/add/", "membership/", "membership/add/", "user/", "organisation/"):
        assert client.get(f"/admin/people/{page}").status_code == 200, page
    assert client.get("/admin/people/user/?q=a").status_code == 200
