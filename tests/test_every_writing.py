"""Every route that writes, tried by strangers on what they must not see or change: refused, and nothing moves.

The writing routes are found by asking the resolver; a new one fails here until somebody says what it writes.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.commons.api.conftest import tables
from tests.hidden import SECRETS, STRANGERS, TITLE_IS_PUBLIC, WALKED, given_away
from tests.routes import KINDS, routes
from tests.staged import staged
from tests.writings import ONES_OWN, WORD, WRITINGS, Writing, staged_writings

pytestmark = pytest.mark.django_db
REFUSED = {302, 401, 403, 404, 405, 410}
# Of a proposal whose title is public the refusal may say that it is not open, or lead back to its page.
SEEN = {"in review", "rejected", "asked", "open", "active pact", "public event"}
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
# What is counted or remembered of a browser, whoever sits before it.
BESIDE = {"django_session", "people_cache", "commons_pace"}


@pytest.fixture
def cast(db, settings, tmp_path) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path / "media"
    return staged(staged_writings)


@contextmanager
def noted() -> Iterator[set[str]]:
    """The tables in which a row changes meanwhile."""
    found: set[str] = set()

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if (match := WRITES.match(str(sql).lstrip())) and context["cursor"].rowcount:
            found.add(match.group(1))
        return result

    with connection.execute_wrapper(note):
        yield found
    found -= BESIDE


def signed_in(cast: SimpleNamespace, who: str) -> Client:
    client = Client()
    if person := cast.people[who]:
        client.force_login(person)
    return client


def address_of(name: str, writing: Writing, cast: SimpleNamespace, record: Any) -> str:
    given = {"city": "torino", "uid": getattr(record, "uid", "")} | writing.where(cast, record)
    wanted = dict(routes())[name]
    return reverse(name, kwargs={one: given[one] for one in wanted if one in given})


def ask(client: Client, name: str, writing: Writing, cast: SimpleNamespace, key: str) -> tuple[str, HttpResponseBase]:
    record = cast.things[key]
    address = address_of(name, writing, cast, record) + writing.query(cast, record)
    words = writing.words(cast, record)
    headers = {"If-Match": "*"} if name.startswith("api-") and writing.method != "PUT" else {}
    if writing.json:
        body = json.dumps(words) if words or writing.method == "POST" else ""
        answer = client.generic(writing.method, address, body, content_type="application/json", headers=headers)
    else:
        answer = client.post(address, words, headers=headers)
    return address, answer


def files(root: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_size) for path in root.rglob("*") if path.is_file())


def told(cast: SimpleNamespace, address: str, answer: HttpResponseBase) -> list[str]:
    """What an answer gives away of all that is hidden."""
    text = answer.getvalue().decode("utf-8", "replace") + "".join(f"{k}: {v}" for k, v in answer.items())
    found = [one for state, record in cast.records.items() for one in given_away(text, record, state, address)]
    found += [one.uid for one in cast.photos.values() if one.uid in text and one.uid not in address]
    return found + ([WORD] if WORD in text else [])


def test_every_route_that_takes_a_post_is_a_known_writing(cast):
    """Asked with nothing by somebody who may do all: whatever does not say 405 writes, or must say so."""
    client = Client()
    client.force_login(make.AdministratorFactory())
    given = {
        "city": "torino", "uid": "x", "slug": "proposals", "layer": "proposals", "suffix": "geojson", "z": 1, "x": 1,
        "y": 1, "kind": "proposals", "name": "submit", "secret": "x", "key": "x", "token": "x", "pk": 1, "entry": 1,
        "variant": "small", "section": "pages", "shown": "buildings", "indicator": "signings",
    }  # fmt: skip
    known, unknown = {name.split()[0] for name in WRITINGS} | set(ONES_OWN), []
    for name, parameters in routes():
        if KINDS.get(name) in {None, "account", "administration"} or name in known:
            continue
        address = reverse(name, kwargs={one: 1 if name == "join-answer" else given[one] for one in parameters})
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = client.generic(method, address, "", content_type="application/json")
            unknown += [f"{name} takes a {method}"] if answer.status_code != 405 else []
    assert not unknown, "say in tests/writings.py what these write"


def test_no_writing_route_takes_a_method_that_it_has_no_use_for(cast):
    client = Client()
    client.force_login(make.AdministratorFactory())
    for name in (*WRITINGS, *ONES_OWN):
        if name.startswith("api-") or " " in name:
            continue
        writing = WRITINGS.get(name, Writing(("", "")))
        address = address_of(name, writing, cast, cast.things.get(writing.right[1]))
        for method in ("PUT", "PATCH", "DELETE"):
            with noted() as written:
                answer = client.generic(method, address, "", content_type="application/json")
            assert answer.status_code in {403, 404, 405} and not written, (name, method)


def test_who_may_write_does(cast):
    """The words of the table are good: sent by the right person each of them writes. Each is taken back again."""
    for name, writing in WRITINGS.items():
        who, key = writing.right
        with transaction.atomic(), noted() as written:
            _address, answer = ask(signed_in(cast, who), name.split()[0], writing, cast, key)
            transaction.set_rollback(True)
        assert answer.status_code in {200, 201, 204, 302}, (name, answer.content[:3000])
        assert written, name


@pytest.mark.parametrize("who", WALKED)
def test_no_stranger_writes_anything_or_learns_of_it(cast, who, settings):
    client, root = signed_in(cast, who), Path(settings.MEDIA_ROOT)
    before, there, asked = tables(), files(root), 0
    cast.secret = cast.stopping = cast.stopping_follow = "guessed"  # links that open for whoever holds them
    for name, writing in WRITINGS.items():
        for key in writing.on:
            client.cookies.pop("messages", None)
            with noted() as written:
                address, answer = ask(client, name.split()[0], writing, cast, key)
            asked += 1
            allowed = REFUSED | writing.also | ({200, 400, 409} if key in SEEN else set())
            assert answer.status_code in allowed, (who, name, key, answer.status_code)
            assert not written, (who, name, key, written)
            assert not (found := told(cast, address, answer)), (who, name, key, found)
    after = tables()
    changed = [table for table in after if after[table] != before[table] and table not in BESIDE]
    assert not changed and files(root) == there and asked > 150


@pytest.mark.parametrize("who", STRANGERS)
def test_what_one_writes_of_ones_own_shows_nothing_hidden(cast, who):
    client = signed_in(cast, who)
    for name, words in ONES_OWN.items():
        address = reverse(name, args=["torino"] if name in {"tell-us", "follow-view", "need-new"} else [])
        for answer in (client.post(address, words(cast)), client.post(address, {}), client.get(address)):
            assert answer.status_code in {200, 302, 400}, (name, answer.status_code)
            assert not told(cast, cast.records["hidden"].uid, answer), (who, name)


@pytest.mark.parametrize("who", STRANGERS)
def test_no_stranger_writes_in_the_administration(cast, who):
    client = signed_in(cast, who)
    before = tables()
    for model in admin.site._registry:
        first = model._default_manager.first()
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        tails = ["", "add/", *([f"{first.pk}/change/", f"{first.pk}/delete/"] if first else [])]
        for tail in tails:
            answer = client.post(base + tail, {"post": "yes", "action": "delete_selected"})
            assert answer.status_code in REFUSED and not told(cast, base + tail, answer), base + tail
    assert tables() == before


def test_what_is_hidden_can_be_found_where_it_stands(cast):
    """The walk sees what it looks for: the author's own pages hold the words of every state."""
    client = signed_in(cast, "author")
    for state in SECRETS:
        if state not in TITLE_IS_PUBLIC | {"pact", "hidden"}:
            page = client.get(f"/torino/propose/{cast.records[state].uid}/", follow=True)
            assert told(cast, "", page), state
    with transaction.atomic(), noted() as written:
        make.BuildingFactory()
    assert written == {"commons_building"}
