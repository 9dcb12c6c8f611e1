"""Every field of every form, filled with texts made to hurt: an answer that says what to mend and keeps what was
typed, with nothing written; or a text that is kept plain."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from commons.desk.deeds import DEEDS
from commons.models import FormalAct, Pact
from people.models import User
from tests import factories as make
from tests.hostile_texts import BYTES, NEVER_KEPT, READABLE, TEXTS, WORST
from tests.staged import staged
from tests.test_every_writing import address_of, files, noted
from tests.writings import PASSWORD, WRITINGS, Writing, day, desk, said, staged_writings

pytestmark = pytest.mark.django_db
OTHER = "Altro"  # what was typed into the fields that are all right


@dataclass(frozen=True)
class Page:
    """A form: the request that it sends, the fields that people type into, and who types."""

    writing: Writing
    texts: tuple[str, ...]
    route: str = ""
    quiet: frozenset[str] = field(default_factory=frozenset)  # texts that come to nothing here without a word


def of(name: str, *texts: str, **also: Any) -> Page:
    return Page(WRITINGS[name], texts, name.split()[0], **also)


def deed(name: str, on: str, *texts: str, **words: Any) -> Page:
    given = {key: value for key, value in words.items() if not callable(value)}
    asked = {key: value for key, value in words.items() if callable(value)}

    def typed(cast: SimpleNamespace, record: Any) -> dict[str, Any]:
        return given | {key: value(cast, record) for key, value in asked.items()}

    return Page(Writing(("staff", on), words=typed, where=desk(name)), texts, "desk-act")


def own(route: str, words: Callable[..., dict[str, Any]], *texts: str, who: str = "author", **also: Any) -> Page:
    return Page(Writing((who, ""), words=words), texts, route, **also)


def today(cast: SimpleNamespace, record: Any) -> str:
    return day(cast, 0)


PAGES = {
    "a proposal": of("draft", "name", "description", "aims", "people_involved", "contact_name", "where"),
    "its first page": of("propose", "name"),
    "an answer to the office": of("draft-answer", "note"),
    "a withdrawal": of("draft-withdraw", "note"),
    "an invitation to write": of("draft-invite", "email"),
    "photos of a proposal": of("draft-files", "title"),
    "photos of a building": of("building-files", "title"),
    "the protocol": of("protocol", "number"),
    "a comment": of("comment", "text"),
    "a request to join": of("join", "join-message"),
    "a report": of("report", "actions", "reinvestment", "hours", "income"),
    "many at once": Page(
        Writing(("staff", "submitted"), words=lambda c, r: {"uids": [r.uid], "do": "remind", "confirmed": "1"}),
        ("words",), "desk-bulk",
    ),
    "moderation": of("desk-moderation", "reason"),
    "a new call": of("desk-call-new", "name", "description", "criteria", "office", "resolution"),
    "a call": of("desk-call", "name", "description", "criteria", "office", "resolution"),
    "a move": of("desk-move", "note"),
    "an act": deed("act", "open", "number", "title", body="giunta", date=today),
    "a session": deed("session", "open", "where", starts_at="2030-01-01T18:00"),
    "the office's word on a report": Page(
        Writing(("staff", "active pact"), words=said(accept="1")), ("note",), "report"
    ),
    "minutes": deed("minutes", "open", "minutes", session=lambda c, r: r.sessions.get().pk, attendance="3"),
    "a dispute": deed("dispute", "open", "subject", "parties", "panel", opened_on=today),
    "its outcome": deed("outcome", "open", "outcome", dispute=lambda c, r: r.disputes.get().pk, closed_on=today),
    "the text of a pact": deed("text", "to sign", "name", "description", "text", "after_end", legal_form="pact"),
    "a signature": deed("signature", "to sign", "person_name", side="civic", kind="volunteer"),
    "the check of a report": deed("report", "active pact", "check_note"),
    "the end of a pact": deed("after", "active pact", "after_end"),
    "a dossier": of("building-dossier", "owner", "office", "asset_code", "parcel", "works", "note"),
    "how to ask": of("building-how-to-ask", "text"),
    "a settled correction": of("correction", "answer"),
    "an invitation to a group": of("invite-member", "email"),
    "the mark of a group": of("desk-organisation", "reason"),
    "a remembered source": Page(
        Writing(
            ("staff", "source"), words=said(title="Registro", every="0", do="keep"),
            where=lambda cast, one: {"name": one.name},
        ),
        ("title", "attribution", "url"), "import-source",
    ),
    "an import": Page(
        Writing(("staff", "upload"), words=said(do="look", missing="keep")), ("remember", "crs"), "import-file"
    ),
    "a key": Page(
        Writing(("author", ""), words=said(name="Chiave", scopes=["read"], days="30")), ("name",), "tokens"
    ),
    "tell us": own("tell-us", said(text="Manca un orto"), "text", "place", "email", who="visitor"),
    "a need": own("need-new", said(name="Manca", kind="wish", anyway="1"), "name", "description", "place",
                  "contact_email", who="visitor"),
    "what becomes of a need": Page(
        Writing(("staff", "need"), words=said(status="answered", answer="Sì")), ("answer",), "desk-need"
    ),
    "a published figure": of("desk-figure", "value", "breakdown", "note", "source", "locator", "website"),
    "a laboratory": of("desk-laboratory", "name", "description", "season"),
    "a project": of("desk-project", "name", "description", "place"),
    "evidence": of("evidence", "text", "value"),
    "an agreed indicator": deed("indicator", "to sign", "name", "unit"),
    "evidence of the city": Page(
        Writing(("staff", "active pact"), words=lambda c, r: {"on": today(c, r)}, where=desk("evidence")),
        ("text", "value"), "desk-act",
    ),
    "what a visit found": deed(
        "visited", "active pact", "finding", made_on=today,
        visit=lambda c, r: (r.visits.first() or r.visits.create(planned_on=c.city.today())).pk,
    ),
    "the final evaluation": deed("evaluation", "active pact", "text", outcome="partly"),
    "the account": own("account-settings", said(display_name="Io", language="it"), "display_name"),
    "a new group": own(
        "new-organisation", lambda cast, one: {"name": "Noi", "kind": "informal_group", "city": cast.city.pk},
        "name", "description", "website",
    ),
    "erasure": own("own-data", said(proof="no"), "proof"),
    "sign-up": own(
        "account_signup", said(email="nuova@example.org", password1=PASSWORD, display_name="Io"),
        "email", "display_name", who="visitor",
    ),
    "sign-in": own("account_login", said(login="alice@example.org", password="x"), "login", who="visitor"),
    "a forgotten password": own("account_reset_password", said(email="x@example.org"), "email", who="visitor"),
    "another address": own("account_email", said(email="altra@example.org", action_add="1"), "email"),
}  # fmt: skip
# A password, or an address where the page says the same of all, does not come back to the page.
NOT_SHOWN = {"erasure": {"proof"}}


def all_forms() -> SimpleNamespace:
    cast = staged_writings()
    proposal, pact = cast.things["open"], cast.things["active pact"]
    proposal.sessions.create(starts_at="2026-01-01T18:00Z", where="Qui")
    proposal.disputes.create(subject="Confini", opened_on="2026-01-01")
    pact.reports.create(period_start="2025-01-01", period_end="2025-12-31", state="sent", sent_at="2026-01-01T00:00Z")
    FormalAct.objects.create(city=cast.city, proposal=proposal, body="council", number="1", date="2026-01-01")
    cast.things["to sign"] = make.PactFactory(city=cast.city, name="Da firmare", state=Pact.State.TO_SIGN)
    return cast


@pytest.fixture
def cast(db, settings, tmp_path) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path / "media"
    return staged(all_forms)


def send(cast: SimpleNamespace, page: Page, words: dict[str, Any] | bytes) -> HttpResponseBase:
    client, record = Client(), cast.things[page.writing.right[1]]
    if person := cast.people[page.writing.right[0]]:
        client.force_login(User.objects.get(pk=person.pk))
    if page.route.startswith("account_") or page.writing.right[1] == "":
        where = page.writing.where(cast, record)
        names = {name: {"city": "torino"} for name in ("tell-us", "propose", "need-new")}.get(page.route, {})
        if page.route.startswith("desk"):
            names = {"city": "torino"}
        address = reverse(page.route, kwargs=names | where)
    else:
        address = address_of(page.route, page.writing, cast, record)
    address = f"/en{address}" if not address.startswith(("/api/", "/en/")) else address
    if isinstance(words, bytes):
        return client.post(address, words, content_type="application/x-www-form-urlencoded")
    return client.post(address, words)


def words_of(cast: SimpleNamespace, page: Page) -> dict[str, Any]:
    """Good words, and beside them a word of its own in each field that people type into."""
    base = page.writing.words(cast, cast.things[page.writing.right[1]])
    also = {
        name: f"{OTHER}{number}"
        for number, name in enumerate(page.texts)
        if name not in base and name not in {"email", "place", "website", "where", "hours", "income"}
    }
    return base | also


def kept_dirty() -> list[str]:
    """Tables with a text that holds what no text may hold."""
    with connection.cursor() as cursor:
        names = [
            name for name in connection.introspection.table_names(cursor) if name.startswith(("commons_", "people_"))
        ]
        found = []
        for name in names:
            if name == "people_cache":
                continue
            cursor.execute(f"SELECT exists(SELECT FROM {name} t WHERE t::text ~ %s)", [NEVER_KEPT])
            found += [name] if cursor.fetchone()[0] else []
    return found


def alarm(text: str) -> bool:
    return 'role="alert"' in text or "errorlist" in text


# One form of six in the quick tests, all of them in the drills.
TRIED = [name if not number % 6 else pytest.param(name, marks=pytest.mark.slow) for number, name in enumerate(PAGES)]


@pytest.mark.parametrize("name", TRIED)
def test_no_text_hurts_a_form_and_none_that_is_refused_is_lost(cast, name, settings):
    page, root = PAGES[name], Path(settings.MEDIA_ROOT)
    for typed in page.texts:
        for kind in TEXTS if typed == page.texts[0] else WORST:
            text = TEXTS[kind]
            there = files(root)
            cache.clear()
            with transaction.atomic(), noted() as written:
                words = words_of(cast, page)
                answer = send(cast, page, words | {typed: text})
                body = answer.getvalue().decode("utf-8", "replace")
                dirty = kept_dirty() if written else []
                transaction.set_rollback(True)
            case = (name, typed, kind, answer.status_code)
            assert answer.status_code in {200, 302, 400, 403, 409, 429}, (case, body[:2000])
            assert "1234567" not in body and "<script>alert(1)" not in body, case
            assert f'{READABLE}" onfocus' not in body, case
            assert not dirty, (case, dirty)
            if written or (answer.status_code == 302 and name in {"a forgotten password", "sign-up"}):
                continue
            assert files(root) == there, case
            assert answer.status_code != 302, f"{case}: it went nowhere without a word"
            shown = html.unescape(body)
            assert alarm(body), f"{case}: nothing says what is wrong"
            if typed not in NOT_SHOWN.get(name, ()):
                assert READABLE in shown, f"{case}: what was typed is lost"
            lost = [
                value
                for key, value in words.items()
                if key != typed and f"{value}".startswith(OTHER) and value not in shown
            ]
            assert not lost, (case, lost)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_no_bytes_hurt_a_form(cast, name):
    page = PAGES[name]
    for kind, raw in BYTES.items():
        with transaction.atomic():
            words = {key: value for key, value in words_of(cast, page).items() if not hasattr(value, "read")}
            typed = page.texts[0]
            words.pop(typed, None)
            body = urlencode(words, doseq=True).encode() + f"&{typed}=".encode() + READABLE.encode() + raw
            answer = send(cast, page, body)
            dirty = kept_dirty()
            transaction.set_rollback(True)
        assert answer.status_code in {200, 302, 400, 403, 409, 429}, (name, kind, answer.status_code)
        assert not dirty, (name, kind, dirty)


def test_every_deed_of_the_desk_that_takes_a_text_is_tried():
    tried = {
        page.writing.where(None, SimpleNamespace(layer="x"))["name"]
        for page in PAGES.values()
        if page.route == "desk-act"
    }
    without = {"pact", "renewal", "act_paper", "signed_pact", "take_away", "visit"}
    assert {one.name for one in DEEDS} - tried <= without


@pytest.mark.parametrize(
    ("name", "tail", "field_"), [("comment", "comment/", "text"), ("join", "join/", "join-message")]
)
def test_what_a_visitor_types_waits_for_the_signing_in_or_is_refused_with_its_words(cast, name, tail, field_):
    address = f"/en/torino/proposals/{cast.things['open'].uid}/"
    for kind, text in TEXTS.items():
        client = Client()
        answer = client.post(address + tail, {field_: text})
        assert answer.status_code in {302, 400}, (kind, answer.status_code)
        if answer.status_code == 302:
            client.force_login(cast.people["resident"])
            answer = client.get(address)
        shown = html.unescape(answer.content.decode())
        assert READABLE in shown and "<script>alert(1)" not in answer.content.decode(), (name, kind)
    assert not kept_dirty()
