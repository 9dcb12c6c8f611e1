"""Acting through the API: a proposal from the first word to the office, and what others may do with it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commons.models import Follow, Proposal, Support
from people.models import Grant, Membership, Message
from people.roles import Role
from tests import factories as make
from tests.answers import problem
from tests.commons.api.conftest import WHOLE, draft, feature, key_of, opened, under_review
from tests.conftest import counted

pytestmark = pytest.mark.django_db


def test_a_proposal_is_written_submitted_and_taken_up_through_the_api(cast, api):
    made = api(cast.alice_key, "POST", "proposals/", feature(**WHOLE), content_type="application/geo+json")
    assert made.status_code == 201 and made["Content-Type"] == "application/geo+json"
    assert made["Cache-Control"] == "private, no-store"
    body = made.json()
    uid = body["id"]
    assert made["Location"].endswith(f"/api/v1/proposals/{uid}/")
    assert body["geometry"] == {"type": "Point", "coordinates": [7.68, 45.07]}
    assert (body["properties"]["state"], body["properties"]["city"]) == ("draft", "torino")
    moves = api(cast.alice_key, "GET", f"proposals/{uid}/moves/").json()["moves"]
    assert [(move["name"], move["missing"]) for move in moves] == [("submit", [])]
    sent = api(cast.alice_key, "POST", f"proposals/{uid}/moves/submit/", {}, If_Match=made["ETag"])
    assert sent.status_code == 200 and sent.json()["properties"]["receipt"].startswith("TOR-")
    assert sent["ETag"] != made["ETag"]
    fields = {"reviewer": cast.sara.email, "review_due": "2030-01-31", "complexity": "ordinary"}
    taken = api(cast.sara_key, "POST", f"proposals/{uid}/moves/take_up/", {"fields": fields}, If_Match=sent["ETag"])
    assert taken.status_code == 200, taken.content
    proposal = Proposal.objects.get(uid=uid)
    assert (proposal.state, proposal.reviewer, proposal.complexity) == ("under_review", cast.sara, "ordinary")


def test_what_is_missing_for_a_step_is_said_before_and_after(cast, api):
    made = api(cast.alice_key, "POST", "proposals/", feature())
    uid = made.json()["id"]
    move = api(cast.alice_key, "GET", f"proposals/{uid}/moves/").json()["moves"][0]
    wanted = {"contact_name", "contact_email", "aims", "description", "resources", "duration_months", "consent_at"}
    assert {one["field"] for one in move["missing"]} == wanted
    said = problem(
        api(cast.alice_key, "POST", f"proposals/{uid}/moves/submit/", {}, If_Match=made["ETag"]), 400, "invalid-input"
    )
    assert {one["field"] for one in said["errors"]} == wanted
    assert Proposal.objects.get(uid=uid).state == "draft"


def test_everything_that_an_author_writes_comes_back(cast, api):
    group = make.OrganisationFactory()
    Membership.objects.create(user=cast.alice, organisation=group)
    building = make.BuildingFactory()
    words = WHOLE | {
        "people_involved": "La scuola", "address": "via Prova 1", "wanted_from": "2027-03-01", "language": "en",
        "qualities": ["green", "commons"], "building": building.uid, "proposers": [group.uid],
        "contact_phone": "011 1", "resources": [{"side": "held", "kind": "hours", "quantity": "12.50", "words": "ore"}],
    }  # fmt: skip
    made = api(cast.alice_key, "POST", "proposals/", feature(**words)).json()["properties"]
    resources = made.pop("resources")
    assert {name: made[name] for name in words if name not in {"resources", "proposers"}} == {
        name: value for name, value in words.items() if name not in {"resources", "proposers"}
    }
    assert made["proposers"] == [{"id": group.uid, "name": group.name}]
    assert resources == [{"side": "held", "kind": "hours", "quantity": "12.50", "words": "ore"}]
    assert made["goals"] == [4, 11, 13]


def test_a_change_writes_only_what_is_given(cast, api):
    proposal = draft(cast)
    etag = api(cast.alice_key, "GET", f"proposals/{proposal.uid}/")["ETag"]
    body = {"type": "Feature", "properties": {"aims": "Ombra"}}
    answer = api(cast.alice_key, "PATCH", f"proposals/{proposal.uid}/", body, If_Match=etag)
    assert answer.status_code == 200 and answer["ETag"] != etag
    proposal.refresh_from_db()
    assert (proposal.aims, proposal.description, proposal.place.coords, proposal.revision) == (
        "Ombra", "Un orto", (7.68, 45.07), 2
    )  # fmt: skip
    body = {"type": "Feature", "geometry": None, "properties": {"no_place": True}}
    answer = api(cast.alice_key, "PATCH", f"proposals/{proposal.uid}/", body, If_Match=answer["ETag"])
    assert answer.status_code == 200 and answer.json()["geometry"] is None


def test_a_stale_etag_is_412_and_none_at_all_is_400(cast, api):
    proposal = draft(cast)
    path = f"proposals/{proposal.uid}/"
    etag = api(cast.alice_key, "GET", path)["ETag"]
    body = {"type": "Feature", "properties": {"aims": "Ombra"}}
    assert api(cast.alice_key, "PATCH", path, body, If_Match=etag).status_code == 200
    for method, where, sent in (("PATCH", path, body), ("DELETE", path, None), ("POST", f"{path}moves/submit/", {})):
        problem(api(cast.alice_key, method, where, sent, If_Match=etag), 412, "changed-meanwhile")
        problem(api(cast.alice_key, method, where, sent), 400, "invalid-input")
    assert Proposal.objects.get().state == "draft"


def test_a_draft_can_be_deleted_and_a_submitted_proposal_cannot(cast, api):
    proposal, kept = draft(cast), draft(cast)
    etag = api(cast.alice_key, "GET", f"proposals/{proposal.uid}/")["ETag"]
    assert api(cast.alice_key, "DELETE", f"proposals/{proposal.uid}/", If_Match=etag).status_code == 204
    kept.advance("submit", by=cast.alice)
    etag = api(cast.alice_key, "GET", f"proposals/{kept.uid}/")["ETag"]
    problem(api(cast.alice_key, "DELETE", f"proposals/{kept.uid}/", If_Match=etag), 409, "conflict")
    body = {"type": "Feature", "properties": {"aims": "x"}}
    problem(api(cast.alice_key, "PATCH", f"proposals/{kept.uid}/", body, If_Match=etag), 409, "conflict")
    assert list(Proposal.objects.all()) == [kept]


def test_other_peoples_drafts_do_not_exist_for_anybody_else(cast, api):
    proposal = draft(cast)
    path = f"proposals/{proposal.uid}/"
    for key in (cast.carlo_key, cast.sara_key):
        for method, where in (
            ("GET", path), ("PATCH", path), ("DELETE", path), ("GET", f"{path}moves/"),
            ("POST", f"{path}moves/submit/"), ("POST", f"{path}comments/"), ("POST", f"{path}join/"),
            ("PUT", f"{path}support/"), ("PUT", f"follows/{proposal.uid}/"),
        ):  # fmt: skip
            body = None if method in {"GET", "DELETE"} else {}
            problem(api(key, method, where, body, If_Match="*"), 404, "not-found")
        assert api(key, "GET", "proposals/").json()["features"] == []


def test_the_office_sees_what_was_submitted_and_the_public_only_what_is_open(cast, api):
    proposal = draft(cast)
    proposal.advance("submit", by=cast.alice)
    path = f"proposals/{proposal.uid}/"
    assert api(cast.sara_key, "GET", path).json()["properties"]["contact_email"] == "alice@example.org"
    problem(api(cast.carlo_key, "GET", path), 404, "not-found")
    proposal.advance("take_up", by=cast.sara, reviewer=cast.sara, review_due=cast.city.today())
    seen = api(cast.carlo_key, "GET", path)
    assert seen.status_code == 200
    assert seen.json()["properties"]["description"] == "" and seen.json()["properties"]["name"]
    assert not {"contact_name", "contact_email", "contact_phone", "receipt"} & set(seen.json()["properties"])
    assert b"alice@example.org" not in seen.content and b"Un orto" not in seen.content
    assert api(cast.carlo_key, "GET", f"{path}moves/").json()["moves"] == []


def test_a_resident_comments_joins_supports_and_follows_while_it_is_open(cast, api):
    proposal = opened(cast)
    path = f"proposals/{proposal.uid}/"
    comment = api(cast.carlo_key, "POST", f"{path}comments/", {"text": "Bello\u200b!"})
    assert comment.status_code == 201 and comment.json()["text"] == "Bello!"
    assert api(cast.carlo_key, "POST", f"{path}join/", {"message": "Porto la zappa"}).status_code == 201
    assert api(cast.carlo_key, "POST", f"{path}join/", {"message": "Porto la zappa"}).status_code == 200
    for _again in range(2):
        assert api(cast.carlo_key, "PUT", f"{path}support/").json() == {"supported": True, "supports": 1}
        assert api(cast.carlo_key, "PUT", f"follows/{proposal.uid}/").json() == {"followed": True}
    assert Support.objects.count() == Follow.objects.count() == 1
    assert api(cast.carlo_key, "DELETE", f"{path}support/").json() == {"supported": False, "supports": 0}
    assert api(cast.carlo_key, "DELETE", f"follows/{proposal.uid}/").json() == {"followed": False}


def test_comments_are_refused_before_and_after_their_time(cast, api):
    proposal = under_review(cast)
    path = f"proposals/{proposal.uid}/comments/"
    problem(api(cast.carlo_key, "POST", path, {"text": "Presto"}), 409, "conflict")
    late = opened(cast)
    Proposal.objects.filter(pk=late.pk).update(comments_close_at=timezone.now() - timedelta(seconds=1))
    problem(api(cast.carlo_key, "POST", f"proposals/{late.uid}/comments/", {"text": "Tardi"}), 409, "conflict")
    assert late.contributions.count() == 0


def test_nobody_judges_what_is_theirs_and_no_step_is_skipped(cast, api):
    proposal = under_review(cast)
    path = f"proposals/{proposal.uid}/"
    problem(api(cast.alice_key, "POST", f"{path}moves/reject/", {"note": "No"}, If_Match="*"), 403, "forbidden")
    problem(api(cast.carlo_key, "POST", f"{path}moves/reject/", {"note": "No"}, If_Match="*"), 403, "forbidden")
    problem(api(cast.sara_key, "POST", f"{path}moves/approve/", {}, If_Match="*"), 409, "conflict")
    problem(api(cast.sara_key, "POST", f"{path}moves/recorded/", {}, If_Match="*"), 409, "conflict")
    problem(api(cast.sara_key, "POST", f"{path}moves/fly/", {}, If_Match="*"), 404, "not-found")
    for fields in ({"visibility": "hidden"}, {"reply_by": 3}, {"reply_by": "domani"}, {"reply_by": "2030-02-31"}):
        body = {"note": "Serve altro", "fields": fields}
        problem(api(cast.sara_key, "POST", f"{path}moves/ask_changes/", body, If_Match="*"), 400, "invalid-input")
    body = {"fields": {"comments_open_at": "2030-01-01T09:00", "comments_close_at": "2030-02-01T09:00:00+01:00"}}
    said = api(cast.sara_key, "POST", f"{path}moves/open_consultation/", body, If_Match="*")
    assert problem(said, 400, "invalid-input")["errors"][0]["field"] == "fields.comments_open_at"
    proposal.refresh_from_db()
    assert proposal.state == "under_review" and proposal.steps.count() == 2


def test_the_list_has_ones_own_with_a_constant_number_of_statements(cast, api):
    def fill(count):
        for n in range(count):
            proposal = draft(cast, name=f"Proposta {n}", building=make.BuildingFactory())
            proposal.proposers.add(make.OrganisationFactory())
            proposal.resources.create(side="held", kind="hours")

    fill(2)
    api(cast.alice_key, "GET", "proposals/")
    with counted() as few:
        assert len(api(cast.alice_key, "GET", "proposals/?limit=100").json()["features"]) == 2
    fill(10)
    with counted() as many:
        assert len(api(cast.alice_key, "GET", "proposals/?limit=100").json()["features"]) == 12
    assert len(few) == len(many), many


def test_the_list_is_walked_page_by_page_and_filtered(cast, api):
    for n in range(5):
        draft(cast, name=f"Proposta {n}")
    Proposal.objects.first().advance("submit", by=cast.alice)
    path, names = "proposals/?limit=2", []
    while path:
        answer = api(cast.alice_key, "GET", path).json()
        names += [one["properties"]["name"] for one in answer["features"]]
        path = answer["links"][0]["href"].partition("/api/v1/")[2] if answer["links"] else None
    assert names == [f"Proposta {n}" for n in (4, 3, 2, 1, 0)]
    assert len(api(cast.alice_key, "GET", "proposals/?state=submitted&city=torino").json()["features"]) == 1
    for query in ("limit=0", "limit=x", "cursor=forged", "state=gone", "limit=1&limit=2"):
        problem(api(cast.alice_key, "GET", f"proposals/?{query}"), 400, "bad-parameter")
    problem(api(cast.alice_key, "GET", "proposals/?colour=red"), 400, "unknown-parameter")
    problem(api(cast.alice_key, "GET", "me/?x=1"), 400, "unknown-parameter")


def test_me_and_my_messages_are_mine_alone(cast, api):
    under_review(cast)
    me = api(cast.sara_key, "GET", "me/").json()
    assert me["grants"] == [{"role": "staff", "city": "torino", "territory": None, "house": None}]
    assert me["email"] == cast.sara.email and "submit" in me["scopes"]
    mine = api(cast.alice_key, "GET", "messages/?limit=1").json()
    assert len(mine["messages"]) == 1 and mine["next"] and mine["messages"][0]["read"] is False
    assert Message.objects.filter(user=cast.alice).count() == 2
    assert api(cast.carlo_key, "GET", "messages/").json() == {"messages": [], "next": None}


def test_head_and_options_answer_and_other_methods_are_405(cast, api):
    for method, path, status in (
        ("HEAD", "proposals/", 200), ("OPTIONS", "proposals/", 200), ("PUT", "proposals/", 405), ("TRACE", "me/", 405),
        ("DELETE", "messages/", 405), ("GET", "follows/x/", 405),
    ):  # fmt: skip
        answer = api(cast.alice_key, method, path)
        assert answer.status_code == status, (method, path, answer.content)
        assert "Access-Control-Allow-Credentials" not in answer
    assert "HEAD" in api(None, "OPTIONS", "me/")["Allow"]


def test_each_of_those_who_write_a_proposal_may_do_their_part(cast, api):
    house, group, make_user = make.HouseFactory(), make.OrganisationFactory(), make.UserFactory
    people = {name: make_user() for name in ("coauthor", "representative", "member", "operator")}
    proposal = draft(cast, house=house)
    proposal.proposers.add(group)
    proposal.collaborators.create(user=people["coauthor"], part="coauthor", state="accepted", key="1")
    accompanied = proposal.collaborators.create(house=house, part="house", state="accepted", key="2")
    for name in ("representative", "member"):
        Membership.objects.create(user=people[name], organisation=group, role=name)
    Grant.objects.create(user=people["operator"], role=Role.HOUSE_OPERATOR, city=cast.city, house_uid=house.uid)
    path, body = f"proposals/{proposal.uid}/", {"type": "Feature", "properties": {"aims": "Ombra"}}
    keys = {name: key_of(user) for name, user in people.items()}
    found = {name: api(key, "PATCH", path, body, If_Match="*").status_code for name, key in keys.items()}
    assert found == {"coauthor": 200, "representative": 200, "member": 403, "operator": 200}
    for key in keys.values():
        problem(api(key, "DELETE", path, If_Match="*"), 403, "forbidden")
    listed = {name: len(api(key, "GET", "proposals/").json()["features"]) for name, key in keys.items()}
    assert listed == {"coauthor": 1, "representative": 1, "member": 1, "operator": 1}
    for change in ({"state": "revoked"}, {"state": "invited"}):
        proposal.collaborators.filter(pk=accompanied.pk).update(**change)
        assert api(keys["operator"], "GET", "proposals/").json()["features"] == []
    accompanied.delete()
    problem(api(keys["operator"], "GET", path), 404, "not-found")


def test_the_office_edits_a_paper_proposal_that_it_entered_until_it_is_claimed(cast, api):
    proposal = draft(cast, author=None, entered_by=cast.sara)
    path, body = f"proposals/{proposal.uid}/", {"type": "Feature", "properties": {"aims": "Ombra"}}
    assert api(cast.sara_key, "PATCH", path, body, If_Match="*").status_code == 200
    assert len(api(cast.sara_key, "GET", "proposals/").json()["features"]) == 1
    Proposal.objects.filter(pk=proposal.pk).update(author=cast.alice)
    problem(api(cast.sara_key, "PATCH", path, body, If_Match="*"), 404, "not-found")


def test_support_is_closed_when_a_proposal_has_ended(cast, api):
    proposal = under_review(cast)
    proposal.advance("reject", by=cast.sara, note="Il muro non regge.")
    problem(api(cast.carlo_key, "PUT", f"proposals/{proposal.uid}/support/"), 409, "conflict")
    assert api(cast.carlo_key, "DELETE", f"proposals/{proposal.uid}/support/").status_code == 200
