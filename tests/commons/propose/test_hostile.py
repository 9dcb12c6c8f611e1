"""Whatever is sent to a draft, the server answers, and what it cannot read leaves the draft as it was."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.models import Proposal
from commons.propose.writing import files_address
from commons.texts import clean_text
from tests.commons.propose.cast import begun, draft_of, page_of

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=50, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
NAMES = st.sampled_from(
    ["name", "description", "place", "building", "where", "chosen", "no_place", "qualities", "wanted_from", "consent",
     "duration_months", "contact_email", "contact_phone", "proposers", "leave_call", "state", "author", "receipt"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60), st.booleans(), st.none(), st.integers(), st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(
        ["exact:45.07,7.68", "building:", "street:nan,1", "at:1e9,1", '{"type":"Point","coordinates":[7.68,45.07]}',
         '{"type":"Point","coordinates":[45.07,7.68]}', "2026-01-01", "9" * 400, "\x00", "\ud800", "45,07 7,68",
         "90 180", "-90 180", "0 0", "approved"]
    ),
)  # fmt: skip
ROWS = st.none() | st.lists(st.dictionaries(st.sampled_from(["side", "kind", "quantity", "words"]), VALUES), max_size=3)


@QUIET
@given(st.dictionaries(NAMES, VALUES, max_size=4), ROWS, st.one_of(st.just(1), st.integers()))
def test_no_document_makes_the_server_fail_or_moves_a_draft(cast, client, fields, rows, revision):
    proposal = draft_of(cast, author=None, edit_key="")
    client.force_login(cast.alice)
    Proposal.objects.filter(pk=proposal.pk).update(author=cast.alice)
    body = json.dumps({"revision": revision, "fields": fields, "resources": rows})
    answer = client.post(page_of(proposal, "save/"), body, content_type="application/json")
    assert answer.status_code in {200, 400, 409}, answer.content
    proposal.refresh_from_db()
    assert (proposal.state, proposal.author, proposal.receipt) == ("draft", cast.alice, None)
    if answer.status_code != 200:
        assert proposal.revision == 1 and not proposal.resources.exists()


@QUIET
@given(
    st.dictionaries(NAMES, st.text(max_size=40) | st.sampled_from(["on", "9" * 400]), max_size=5), st.text(max_size=5)
)
def test_no_form_makes_the_server_fail(cast, client, fields, revision):
    proposal = draft_of(cast)
    client.force_login(cast.alice)
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    data = sent | {"revision": revision.encode("utf-8", "replace").decode() or "1"}
    assert client.post(page_of(proposal), data).status_code in {302, 400, 409}
    assert client.post(page_of(proposal, "submit/"), sent).status_code in {302, 400, 403, 409}
    assert client.post("/en/torino/propose/", sent).status_code in {302, 400, 429}


@QUIET
@given(st.text(max_size=80))
def test_no_search_for_a_place_makes_the_server_fail(cast, client, text):
    answer = client.get("/en/torino/propose/find/", {"q": text.encode("utf-8", "replace").decode()})
    assert answer.status_code in {200, 400}


@given(st.text())
def test_cleaned_text_is_clean_and_stays_so(text):
    for lines in (False, True):
        clean = clean_text(text, lines)
        assert clean_text(clean, lines) == clean and "\x00" not in clean and "\u202e" not in clean
        clean.encode("utf-8")


def test_a_body_that_is_too_large_is_refused(cast, client):
    proposal = begun(client)
    body = json.dumps({"revision": 1, "fields": {"description": "x" * 6_000_000}})
    assert client.post(page_of(proposal, "save/"), body, content_type="application/json").status_code == 413
    assert files_address(proposal, "no such page") == ""
