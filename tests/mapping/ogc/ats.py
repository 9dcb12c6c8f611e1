"""Abstract tests of the standards as functions, and servers that are wrong on purpose.

A check asks a server and asserts. `ask` is the server: a function from a path and parameters to an Answer. Every
check comes with faults: what one answer of the server would be if it were wrong. A check that a fault does not break
proves nothing.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

ROOT = "/ogc"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("Content-Type", "").replace(" ", "")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Answer]
Fault = Callable[[Answer], Answer]


@dataclass(frozen=True)
class Check:
    """One abstract test: its identifier, the check, and the faults it must notice: by name, the paths that are
    answered wrongly (a pattern of path and query), and how."""

    identifier: str
    holds: Callable[[Ask], None]
    faults: dict[str, tuple[str, Fault]] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.identifier


def server(client: Client) -> Ask:
    """Our server: `ask("/collections", f="json")`, or an absolute address; `accept` is the Accept header."""

    def ask(path: str, accept: str = "", method: str = "get", **params: str) -> Answer:
        if path.startswith("http"):
            assert path.startswith(settings.SITE_URL), path
            parts = urlsplit(path)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
        else:
            path = ROOT + path
        headers = {"Accept": accept} if accept else {}
        response = getattr(client, method)(path, {name: text for name, text in params.items()}, headers=headers)
        return Answer(response.status_code, dict(response.headers), response.getvalue())

    return ask


def broken(ask: Ask, pattern: str, fault: Fault) -> tuple[Ask, list[str]]:
    """The same server with a fault in the answers whose address matches; the list says which were met."""
    met: list[str] = []

    def asks(path: str, accept: str = "", method: str = "get", **params: str) -> Answer:
        answer = ask(path, accept, method, **params)
        said = "&".join(f"{name}={text}" for name, text in params.items())
        whole = path + (f"{'&' if '?' in path else '?'}{said}" if said else "") + (f" {accept}" if accept else "")
        if re.search(pattern, whole):
            met.append(whole)
            return fault(answer)
        return answer

    return asks, met


# Faults


def status(code: int) -> Fault:
    return lambda answer: replace(answer, status=code)


def media_type(text: str) -> Fault:
    return lambda answer: replace(answer, headers=answer.headers | {"Content-Type": text})


def header(name: str, text: str) -> Fault:
    return lambda answer: replace(answer, headers=answer.headers | {name: text})


def body(text: bytes) -> Fault:
    return lambda answer: replace(answer, body=text)


def edited(change: Callable[[Any], Any]) -> Fault:
    """The JSON of an answer changed in place, or replaced by what `change` gives back."""

    def fault(answer: Answer) -> Answer:
        if "json" not in answer.type:
            return answer
        document = answer.json
        given = change(document)
        return replace(answer, body=json.dumps(document if given is None else given).encode())

    return fault


def lacks(*path: str | int) -> Fault:
    """Without the member at this path."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return edited(change)


def says(value: Any, *path: str | int) -> Fault:
    """With another value at this path."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return edited(change)


def without_link(rel: str, kind: str = "") -> Fault:
    """Without the links of this relation (and type)."""

    def change(document: Any) -> None:
        document["links"] = [
            one for one in document["links"] if one["rel"] != rel or (kind and not one["type"].startswith(kind))
        ]

    return edited(change)


def worded(old: str, new: str) -> Fault:
    """With one text of the body in place of another."""
    return lambda answer: replace(answer, body=answer.body.replace(old.encode(), new.encode()))


# What checks need


def good(answer: Answer, kind: str = "application/json") -> Any:
    """The JSON of a successful answer of this media type."""
    assert answer.status == 200, (answer.status, answer.body[:300])
    assert answer.type == kind, answer.type
    return answer.json


def refused(answer: Answer, *codes: int) -> None:
    assert answer.status in (codes or (400,)), (answer.status, answer.body[:300])
    if answer.type != "text/html;charset=utf-8":
        assert answer.type == "application/problem+json"
        assert answer.json["status"] == answer.status


def linked(document: Any, rel: str, kind: str = "") -> list[str]:
    """The addresses of the links of this relation; every link has its type."""
    for one in document["links"]:
        assert one["href"] and one["rel"] and one["type"], one
    return [one["href"] for one in document["links"] if one["rel"] == rel and one["type"].startswith(kind)]


def one_link(document: Any, rel: str, kind: str = "") -> str:
    found = linked(document, rel, kind)
    assert len(found) == 1, (rel, kind, found)
    return found[0]


def collections(ask: Ask) -> list[Any]:
    found = good(ask("/collections"))["collections"]
    assert found
    return found


def items(ask: Ask, slug: str, **params: str) -> Any:
    return good(ask(f"/collections/{slug}/items", **params), "application/geo+json")


def everything(ask: Ask, slug: str) -> list[Any]:
    return items(ask, slug, limit="10000")["features"]


def operation(ask: Ask, path: str) -> Any:
    """The description of a GET, its parameters resolved and by name."""
    document = good(ask("/api"), OPENAPI)
    found = document["paths"][path]["get"]
    parameters = [resolve(document, one) for one in found["parameters"]]
    return found | {"parameters": {one["name"]: one for one in parameters}}


def resolve(document: Any, node: Any) -> Any:
    if "$ref" not in node:
        return node
    found = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def positions(geometry: Any) -> list[list[float]]:
    """Every position of a geometry."""
    found: list[list[float]] = []

    def walk(node: Any) -> None:
        if isinstance(node[0], int | float):
            found.append(node)
        else:
            for one in node:
                walk(one)

    if geometry:
        walk(geometry["coordinates"])
    return found


# The two tests of every file of checks


def passes(check: Check, ask: Ask) -> None:
    check.holds(ask)


def notices(check: Check, ask: Ask) -> None:
    """Every fault of a check breaks it, and is met at all."""
    assert check.faults
    for name, (pattern, fault) in check.faults.items():
        wrong, met = broken(ask, pattern, fault)
        with pytest.raises((AssertionError, KeyError, ValueError, TypeError, IndexError, AttributeError)):
            check.holds(wrong)
            pytest.fail(f"nobody noticed: {name}", pytrace=False)
        assert met, f"never asked: {name}"
