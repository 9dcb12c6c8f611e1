"""A draft: begun without an account, saved, opened elsewhere by its key, and never overwritten unseen."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from commons.models import Proposal
from commons.propose import drafts
from tests import factories as make
from tests.commons.propose.cast import WHOLE, autosave, begun, draft_of, page_of, signed_in
from tests.conftest import counted

pytestmark = pytest.mark.django_db


def test_a_visitor_begins_a_draft_for_a_building_and_only_the_hash_of_its_key_is_kept(cast, client):
    proposal = begun(client, f"?building={cast.building.uid}")
    key = client.session["drafts"][proposal.uid]
    assert proposal.author is None and proposal.building == cast.building and proposal.place == cast.building.place
    assert proposal.edit_key == drafts.hashed(key) != key and proposal.state == "draft"
    assert proposal.neighbourhood.name == "Centro"
    page = client.get(page_of(proposal))
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    assert b"Casa Uno" in page.content and b"Circoscrizione 1" in page.content


def test_the_key_opens_the_draft_on_a_second_device_and_leaves_the_address(cast, client):
    proposal = begun(client)
    key = client.session["drafts"][proposal.uid]
    second = Client()
    assert second.get(page_of(proposal)).status_code == 404
    assert second.get(page_of(proposal), {"key": "wrong"}, follow=True).status_code == 404
    answer = second.get(page_of(proposal), {"key": key})
    assert answer["Location"] == page_of(proposal)
    assert second.get(page_of(proposal)).status_code == 200


def test_nobody_else_opens_a_draft_not_even_the_office(cast):
    proposal = draft_of(cast)
    for user in (cast.bruno, cast.sara, cast.olga):
        for tail in ("", "submit/", "receipt/", "invite/", "delete/", "similar/"):
            assert signed_in(user).get(page_of(proposal, tail)).status_code == 404
        assert autosave(signed_in(user), proposal, name="X").status_code == 404
    assert signed_in(cast.alice).get(page_of(proposal)).status_code == 200


def test_it_saves_itself_field_by_field_and_says_what_is_missing(cast, client):
    proposal = begun(client)
    rows = [
        {"side": "held", "kind": "hours", "quantity": "1.500,50", "words": "Volontari"},
        {"side": "held", "kind": "money", "quantity": "", "words": ""},
    ]
    answer = autosave(client, proposal, resources=rows, description="Un orto", qualities=["green"], consent=True)
    assert answer.status_code == 200, answer.content
    said = answer.json()
    proposal.refresh_from_db()
    assert (proposal.description, proposal.qualities, said["revision"]) == ("Un orto", ["green"], proposal.revision)
    assert proposal.consent_at and proposal.revision == 2
    assert proposal.resources.get().quantity == Decimal("1500.50")
    assert "things are missing" in said["missing"] and "around" not in said
    placed = autosave(client, proposal, where="").json()
    assert "No place" in placed["around"] and set(placed["place"]) == {"where", "place", "building"}
    assert autosave(client, proposal, qualities=[], consent=False).status_code == 200
    proposal.refresh_from_db()
    assert proposal.qualities == [] and proposal.consent_at is None


def test_what_does_not_fit_is_said_and_nothing_is_written(cast, client):
    proposal = begun(client)
    before = Proposal.objects.values().get(pk=proposal.pk)
    for fields in (
        {"contact_email": "nope", "description": "Un orto"}, {"duration_months": "-3"}, {"qualities": ["blue"]},
        {"name": "x" * 201}, {"wanted_from": "31/02/2026"}, {"place": "{}"}, {"building": "nothing"},
        {"contact_phone": "12"}, {"chosen": "at:x"}, {"chosen": "nothing"}, {"where": "Atlantide"},
    ):  # fmt: skip
        answer = autosave(client, proposal, **fields)
        assert answer.status_code == 400 and set(answer.json()["errors"]) & {*fields, "where"}, fields
    rows = [{"side": "held", "kind": "money", "quantity": "molto", "words": "x"}]
    assert list(autosave(client, proposal, resources=rows).json()["errors"]) == ["resources"]
    assert Proposal.objects.values().get(pk=proposal.pk) == before


@pytest.mark.parametrize(
    "body",
    [b" ", b"[]", b"{", b"\xff", b'{"revision": true}', b'{"revision": 1, "fields": []}', b'{"fields": {}}',
     b'{"revision": 1, "fields": {"name": {"a": 1}}}', b'{"revision": NaN}', b'{"revision": 1, "resources": "x"}',
     b'{"revision": 1, "fields": {"name": "\\ud800"}}', b"[" * 100_000,
     b'{"revision": 1, "resources": [{"words": 3}]}'],
)  # fmt: skip
def test_a_body_that_is_no_draft_is_refused(cast, client, body):
    proposal = begun(client)
    answer = client.post(page_of(proposal, "save/"), body, content_type="application/json")
    assert answer.status_code == 400
    assert client.post(page_of(proposal, "save/"), {"name": "x"}).status_code == 415
    assert client.get(page_of(proposal, "save/")).status_code == 405
    proposal.refresh_from_db()
    assert proposal.revision == 1


def test_text_is_kept_without_what_cannot_be_seen(cast, client):
    proposal = begun(client)
    autosave(client, proposal, name="Orto\u202e\u200b\x07 ", description="Uno\r\ndue\x00\ufeff " + "e" + "\u0301" * 50)
    proposal.refresh_from_db()
    assert proposal.name == "Orto" and proposal.description.startswith("Uno\ndue ") and len(proposal.description) < 20


def test_who_saves_second_is_told_and_sees_both_texts(cast):
    alice, phone = signed_in(cast.alice), signed_in(cast.alice)
    proposal = draft_of(cast)
    assert autosave(alice, proposal, description="Dal computer").status_code == 200
    late = autosave(phone, proposal, description="Dal telefono")
    assert late.status_code == 409 and late.json()["conflict"] == ["description"]
    page = phone.post(page_of(proposal), WHOLE | {"description": "Dal telefono", "revision": "1"})
    assert page.status_code == 409
    assert b"Dal computer" in page.content and b"Dal telefono" in page.content
    proposal.refresh_from_db()
    assert proposal.description == "Dal computer"
    chosen = {"choose-description": "theirs", "choose-aims": "mine", "revision": str(proposal.revision)}
    assert phone.post(page_of(proposal), WHOLE | {"description": "Dal telefono"} | chosen).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.description, proposal.aims) == ("Dal computer", "Più verde.")


def test_the_same_text_sent_twice_is_no_conflict(cast):
    alice, proposal = signed_in(cast.alice), draft_of(cast)
    assert autosave(alice, proposal, aims="Ombra").json()["revision"] == 2
    assert autosave(alice, proposal, aims="Ombra").json()["revision"] == 2


def test_without_a_script_the_form_saves_and_keeps_what_was_typed_wrong(cast, client):
    proposal = begun(client)
    page = client.post(page_of(proposal), WHOLE | {"contact_email": "sbagliata@", "revision": "1"})
    assert page.status_code == 400 and b"sbagliata@" in page.content and b"Un orto con le classi." in page.content
    assert b'href="#id_contact_email"' in page.content
    proposal.refresh_from_db()
    assert proposal.description == ""
    assert client.post(page_of(proposal), WHOLE | {"revision": "1"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.description == "Un orto con le classi." and proposal.no_resources
    assert client.post(page_of(proposal), WHOLE | {"revision": "x"}).status_code == 400


def test_a_draft_is_deleted_after_a_question_and_a_sent_proposal_is_not(cast):
    alice, proposal = signed_in(cast.alice), draft_of(cast)
    proposal.resources.create(side="held", kind="hours")
    assert alice.get(page_of(proposal, "delete/")).status_code == 200 and Proposal.objects.exists()
    assert alice.post(page_of(proposal, "delete/")).status_code == 302 and not Proposal.objects.exists()
    sent = draft_of(cast)
    sent.advance("submit", by=cast.alice)
    assert alice.post(page_of(sent, "delete/")).status_code == 404
    with pytest.raises(drafts.NotPossible):
        drafts.discard(sent)


def test_what_somebody_has_begun_is_on_the_start_page(cast, client):
    mine = begun(client, name="Il mio orto")
    draft_of(cast, name="Di Alice")
    page = client.get("/en/torino/propose/").content.decode()
    assert "Il mio orto" in page and "Di Alice" not in page
    assert [one.uid for one in drafts.own_drafts(cast.city, cast.alice, {})] != [mine.uid]
    assert "Di Alice" in signed_in(cast.alice).get("/en/torino/propose/").content.decode()


def test_machines_and_the_hasty_are_stopped(cast, client):
    assert client.post("/en/torino/propose/", {"name": "Spam", "nickname": "bot"}).status_code == 400
    assert not Proposal.objects.exists()
    answers = [client.post("/en/torino/propose/", {"name": f"Orto {n}"}).status_code for n in range(12)]
    assert answers[:9] == [302] * 9 and answers[-1] == 429
    assert begun(signed_in(cast.alice)).author == cast.alice


def test_the_groups_one_belongs_to_may_stand_as_proposers_and_no_others(cast):
    mine, other = make.OrganisationFactory(name="Orti"), make.OrganisationFactory(name="Altri")
    cast.alice.memberships.create(organisation=mine, role="representative")
    alice, proposal = signed_in(cast.alice), draft_of(cast)
    assert autosave(alice, proposal, proposers=[str(mine.pk)]).status_code == 200
    assert list(proposal.proposers.all()) == [mine]
    proposal.refresh_from_db()
    assert autosave(alice, proposal, proposers=[str(other.pk)]).status_code == 400


def test_nothing_of_a_draft_is_public(cast):
    proposal = draft_of(cast, name="Segretissimo")
    for path in ("/torino/", "/layers/proposals.geojson", f"/id/{proposal.uid}", f"/torino/proposals/{proposal.uid}/"):
        assert b"Segretissimo" not in Client().get(path).getvalue()
    assert json.loads(Client().get("/layers/proposals.geojson").getvalue())["features"] == []


def test_a_save_asks_the_database_for_little_and_as_little_for_many_fields(cast):
    proposal, alice = draft_of(cast), signed_in(cast.alice)
    autosave(alice, proposal, aims="Uno")
    proposal.refresh_from_db()
    with counted() as few:
        assert autosave(alice, proposal, aims="Due").status_code == 200
    proposal.refresh_from_db()
    with counted() as many:
        assert autosave(alice, proposal, aims="Tre", description="Tre", people_involved="Tre").status_code == 200
    assert len(few) == len(many) <= 9, few
