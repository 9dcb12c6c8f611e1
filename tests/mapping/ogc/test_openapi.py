"""Everything that the two OpenAPI documents allow, and much that they do not, is asked: no answer is a mistake of ours,
and every answer is one that the document describes.

Schemathesis makes the questions out of the documents: right ones, and wrong ones.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests
import schemathesis
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import factories as make
from tests.mapping.ogc.ats import OPENAPI

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
)  # fmt: skip
RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


def operations(document: dict[str, Any]) -> list[APIOperation]:
    """What a document describes, each with its own path and method."""
    return [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]


def answered(client: Client, case: Case, base: str) -> schemathesis.Response:
    """What the program says to one question, as schemathesis wants to see it."""
    asked = case.as_transport_kwargs(base_url=SITE + base)
    prepared = requests.Request(
        asked["method"], asked["url"], params=asked.get("params"), json=asked.get("json"), data=asked.get("data")
    ).prepare()
    headers = {name: str(value) for name, value in (asked.get("headers") or {}).items() if name.lower() != "cookie"}
    body = prepared.body if prepared.body is not None else b""
    answer = client.generic(
        prepared.method,
        prepared.url.removeprefix(SITE),
        body if isinstance(body, bytes) else body.encode(),
        headers.get("Content-Type") or prepared.headers.get("Content-Type") or "application/octet-stream",
        headers={name: value for name, value in headers.items() if name.lower() in {"accept", "if-none-match"}},
    )
    said = {name.lower(): [value] for name, value in answer.headers.items()}
    return schemathesis.Response(answer.status_code, said, answer.getvalue(), prepared, 0.01, False)


def ask_everything(client: Client, document: dict[str, Any], base: str, mode: GenerationMode, many: int) -> Counter:
    """Asks `many` questions of each operation; returns how many answers had which status."""
    statuses: Counter = Counter()

    def examine(operation: APIOperation) -> Callable[[], None]:
        @seed(20260331)
        @settings(
            max_examples=many, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            answer = answered(client, case, base)
            statuses[answer.status_code] += 1
            case.validate_response(answer, checks=list(CHECKS))

        return ask

    for operation in operations(document):
        examine(operation)()
    return statuses


def ogc_document(ask: Callable) -> dict[str, Any]:
    answer = ask("/api")
    assert answer.type == OPENAPI
    return answer.json


@pytest.mark.parametrize("mode", [RIGHT, WRONG], ids=["right", "wrong"])
def test_the_standard_interface_answers_whatever_it_is_asked(ask, mode):
    statuses = ask_everything(Client(), ogc_document(ask), "/ogc", mode, 6)
    assert statuses.total() >= 200 and statuses[200 if mode == RIGHT else 400] >= 60, statuses


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "many", "least"), [(RIGHT, 60, 1000), (WRONG, 12, 300)], ids=["right", "wrong"])
def test_the_standard_interface_answers_a_thousand_questions(ask, mode, many, least):
    statuses = ask_everything(Client(), ogc_document(ask), "/ogc", mode, many)  # wrong ones take long to invent
    assert statuses.total() >= least, statuses


def acting_document(client: Client) -> dict[str, Any]:
    answer = client.get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    return json.loads(answer.content)


@pytest.mark.parametrize("who", ["visitor", "resident"])
@pytest.mark.parametrize("mode", [RIGHT, WRONG], ids=["right", "wrong"])
def test_the_interface_for_acting_answers_whatever_it_is_asked(ask, mode, who):
    client = Client()
    if who == "resident":
        client.force_login(make.UserFactory(username="rosa"))
    assert ask_everything(client, acting_document(client), "", mode, 4).total() >= 20


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (500, "application/json", b"{}"), (418, "application/json", b"{}"), (200, "text/csv", b"x"),
        (200, "application/json", b'{"links": 3}'),
    ],
)  # fmt: skip
def test_a_mistake_would_be_noticed(ask, status, kind, body):
    class Faulty(Client):
        def generic(self, *arguments: Any, **rest: Any) -> HttpResponse:
            return HttpResponse(body, status=status, content_type=kind)

    document = ogc_document(ask)
    document["paths"] = {"/collections": document["paths"]["/collections"]}
    with pytest.raises((FailureGroup, Failure)):
        ask_everything(Faulty(), document, "/ogc", RIGHT, 2)
