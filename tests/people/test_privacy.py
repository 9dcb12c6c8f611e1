"""One person's data: all of it to that person, nothing of anybody else's, and gone when they want it gone."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client

from commons.models import (
    Attachment,
    Collaborator,
    Contribution,
    Correction,
    Follow,
    JoinRequest,
    Pact,
    Proposal,
    Report,
    Signature,
    Step,
    Support,
)  # fmt: skip
from neighbourhoods.vocabulary import Licence
from people import privacy
from people.last_administrator import LastAdministrator
from people.models import Grant, Invitation, Membership, Message, User
from people.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def attach(proposal: Proposal, user: User, name: str) -> Attachment:
    return Attachment.objects.create(
        proposal=proposal, kind="document", original_name=name, storage_key="k", sha256="0" * 64, size=1,
        media_type="application/pdf", uploaded_by=user,
    )  # fmt: skip


def life(user: User, mark: str) -> Proposal:
    """A person who has left a trace in every table that keeps one; every text of it holds `mark`."""
    city = make.CityFactory()
    User.objects.filter(pk=user.pk).update(display_name=mark, first_name=mark, last_name=mark)
    user.refresh_from_db()
    proposal = make.ProposalFactory(
        city=city, author=user, contact_name=mark, contact_email=user.email, contact_phone=mark,
        description=f"text {mark}",
    )  # fmt: skip
    draft = Proposal.objects.create(city=city, name=f"draft {mark}", author=user, licence=Licence.CC_BY)
    attach(draft, user, f"{mark}-draft.pdf")
    attach(proposal, user, f"{mark}.pdf")
    other = make.ProposalFactory(city=city)
    pact = make.PactFactory(city=city)
    organisation = make.OrganisationFactory(city=city)
    Contribution.objects.create(proposal=other, author=user, text=mark)
    Collaborator.objects.create(proposal=other, part="coauthor", user=user, email=user.email, key=f"k{mark}")
    JoinRequest.objects.create(proposal=other, user=user, message=mark)
    Support.objects.create(proposal=other, user=user)
    Follow.objects.create(user=user, uid=other.uid)
    Correction.objects.create(city=city, user=user, email=user.email, text="wrong place")
    Signature.objects.create(pact=pact, kind="volunteer", person=user, person_name=mark)
    Report.objects.create(
        pact=pact, period_start=date(2026, 1, 1), period_end=date(2026, 2, 1), written_by=user, actions="swept"
    )
    Membership.objects.create(user=user, organisation=organisation)
    Invitation.objects.create(organisation=organisation, email=user.email)
    Grant.objects.create(user=user, role=Role.STAFF, city=city)
    Message.objects.create(user=user, kind="x", key=f"a{mark}", subject=mark, text=mark, due_at=NOW)
    Message.objects.create(email=user.email, kind="account", key=f"b{mark}", subject=mark, text=mark, due_at=NOW)
    return proposal


def everything() -> str:
    """Every value of every table of people, places apart."""
    ours = [model for model in apps.get_models() if not model._meta.label_lower.startswith(("sessions", "mapping"))]
    return json.dumps({model.__name__: list(model._base_manager.values()) for model in ours}, default=str)


def test_every_pointer_at_an_account_is_declared():
    for model in apps.get_models():
        policy = privacy.ELSEWHERE.get(model._meta.label_lower, getattr(model, "PERSONAL", {}))
        for field in model._meta.concrete_fields:
            if field.related_model is User and not model._meta.auto_created:
                assert field.name in policy, f"{model.__name__}.{field.name} has no place in PERSONAL"


def test_every_declaration_is_one_that_can_be_kept():
    for kept in privacy.declared():
        assert set(kept.policy.values()) <= {"export", "blank", "delete", "unlink"}, kept.model
        for name, policy in kept.pointers.items():
            nullable = kept.model._meta.get_field(name).null
            assert nullable or policy in {"delete", "export"}, f"{kept.model.__name__}.{name} cannot be emptied"
        assert sum(policy == "blank" for policy in kept.pointers.values()) <= 1, kept.model


def test_two_people_export_each_their_own():
    people = {mark: make.UserFactory(username=mark) for mark in ("ada-own-mark", "bob-own-mark")}
    for mark, user in people.items():
        life(user, mark)
    for mark, user in people.items():
        client = Client()
        client.force_login(user)
        answer = client.get("/me/data/download/")
        text, other = answer.content.decode(), next(m for m in people if m != mark)
        assert mark in text and other not in text
        assert "attachment" in answer["Content-Disposition"]
        data = answer.json()
        assert data["account"]["email"] == user.email
        assert set(data["files"]) == {f"{mark}.pdf", f"{mark}-draft.pdf"}
        wanted = {"commons.contribution", "commons.joinrequest", "commons.proposal", "people.message",
                  "commons.support", "commons.signature", "people.membership", "account.emailaddress"}  # fmt: skip
        assert wanted <= set(data["records"])
        assert "password" not in text


def test_an_address_that_was_only_typed_gives_nothing_away():
    ada = make.UserFactory()
    life(ada, "ada-own-mark")
    thief = make.UserFactory(proved=False, email="thief@example.org")
    EmailAddress.objects.create(user=thief, email="x@example.org", verified=False)
    Correction.objects.create(city=make.CityFactory(), email="x@example.org", text="of x")
    assert "commons.correction" not in privacy.export_person(thief)["records"]


def test_erasure_reaches_everything_and_leaves_the_neighbour_alone():
    ada, bob = make.UserFactory(username="ada-own-mark"), make.UserFactory(username="bob-own-mark")
    proposal = life(ada, "ada-own-mark")
    life(bob, "bob-own-mark")
    bobs = json.dumps(privacy.export_person(bob)["records"], default=str)
    email = ada.email
    privacy.erase_person(ada)
    left = everything()
    kept = left.replace("text ada-own-mark", "")
    assert email not in kept and "ada-own-mark" not in kept
    assert json.dumps(privacy.export_person(bob)["records"], default=str) == bobs
    proposal.refresh_from_db()
    assert proposal.author is None and proposal.description == "text ada-own-mark" and not proposal.contact_phone
    assert not Proposal.objects.filter(name="draft ada-own-mark").exists()
    assert Signature.objects.filter(person=None, person_name="").exists(), "the pact still counts its volunteers"
    assert Contribution.objects.filter(author=None, text="").exists()
    ada.refresh_from_db()
    assert not ada.is_active and not ada.has_usable_password() and not ada.memberships.exists()


def test_erasure_reaches_the_history_but_not_what_an_office_said():
    ada, office = make.UserFactory(), make.UserFactory()
    city = make.CityFactory()
    Grant.objects.create(user=office, role=Role.STAFF, city=city)
    proposal = make.ProposalFactory(city=city, author=ada, state=Proposal.State.UNDER_REVIEW)
    proposal.advance("ask_changes", by=office, note="How many people?", reply_by=date(2030, 1, 1))
    proposal.advance("answer", by=ada, note="I am Ada, ring me")
    for person in (ada, office):
        privacy.erase_person(person)
    said = {step.move: (step.actor, step.note) for step in Step.objects.exclude(move="recorded")}
    assert said == {"ask_changes": (None, "How many people?"), "answer": (None, "")}


def test_a_draft_that_others_write_stays_with_them():
    ada, bob = make.UserFactory(), make.UserFactory()
    draft = Proposal.objects.create(city=make.CityFactory(), name="ours", author=ada)
    Collaborator.objects.create(proposal=draft, part="coauthor", user=bob, state="accepted", key="k")
    privacy.erase_person(ada)
    draft.refresh_from_db()
    assert draft.author is None


def test_whoever_moderated_or_answered_is_unlinked_and_the_words_of_others_stay():
    ada, office = make.UserFactory(), make.UserFactory()
    comment = Contribution.objects.create(
        proposal=make.ProposalFactory(), author=ada, text="stays", moderated_by=office
    )
    privacy.erase_person(office)
    comment.refresh_from_db()
    assert (comment.author, comment.text, comment.moderated_by) == (ada, "stays", None)
    assert privacy.export_person(ada)["records"]["commons.contribution"][0]["text"] == "stays"


def test_one_erases_oneself_with_the_password_and_every_session_ends(client):
    ada = make.UserFactory()
    elsewhere = Client()
    for one in (client, elsewhere):
        one.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    wrong = client.post("/en/me/data/", {"proof": "not it"})
    assert wrong.status_code == 400 and b"Nothing was erased" in wrong.content
    assert client.post("/en/me/data/", {"proof": PASSWORD}).status_code == 200
    ada.refresh_from_db()
    assert not ada.is_active and ada.email == ""
    for one in (client, elsewhere):
        assert one.get("/en/me/data/").status_code == 302


def test_who_has_no_password_writes_a_word(client):
    ada = make.UserFactory()
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    assert client.post("/en/me/data/", {"proof": "yes"}).status_code == 400
    assert client.post("/en/me/data/", {"proof": "erase"}).status_code == 200
    assert not User.objects.filter(is_active=True).exists()


def test_the_office_exports_and_erases_by_command():
    ada = make.UserFactory(display_name="Ada")
    out = StringIO()
    call_command("person", "export", ada.email.upper(), stdout=out)
    assert json.loads(out.getvalue())["account"]["display_name"] == "Ada"
    call_command("person", "erase", ada.email, yes=True, stdout=out)
    with pytest.raises(CommandError):
        call_command("person", "export", ada.email)
    assert not Pact.objects.exists()


def refusal_of(person: User) -> str:
    try:
        privacy.erase_person(person)
    except LastAdministrator as why:
        return str(why)
    return ""


def test_the_last_administrator_of_a_city_or_of_all_is_not_erased():
    torino, latina = make.CityFactory(slug="torino"), make.CityFactory(slug="latina")
    root, second, ada, bob, eva = (make.UserFactory() for _ in range(5))
    for person, city in ((ada, torino), (bob, torino), (bob, latina)):
        Grant.objects.create(user=person, role=Role.ADMIN, city=city)
    Grant.objects.create(user=eva, role=Role.ADMIN, city=latina, until=NOW)
    User.objects.filter(pk__in=[root.pk, second.pk]).update(is_superuser=True)
    root.refresh_from_db(), second.refresh_from_db()
    assert refusal_of(second) == "" and refusal_of(root), "the first of two goes, the last stays"
    User.objects.filter(pk=root.pk).update(is_superuser=False)
    assert "Latina" in refusal_of(bob) and bob.memberships.count() == 0 and refusal_of(ada) == ""
    bob.refresh_from_db()
    assert bob.is_active and bob.grants.count() == 2


def test_the_page_says_why_the_last_administrator_stays_and_erases_nothing(client):
    root = make.AdministratorFactory()
    client.force_login(root)
    answer = client.post("/en/me/data/", {"proof": PASSWORD})
    assert answer.status_code == 400 and "last administrator" in answer.content.decode()
    with pytest.raises(CommandError, match=r"last administrator|amministrat"):
        call_command("person", "erase", root.email, yes=True)
    root.refresh_from_db()
    assert root.is_active and root.is_superuser and client.get("/en/me/data/").status_code == 200
