"""Reading answers: problem documents and collections."""

import json

from django.http import HttpResponse

from mapping.errors import PROBLEMS


def problem(response: HttpResponse, status: int, kind: str) -> dict:
    """The problem document of an answer, whole and right."""
    assert response.status_code == status, response.getvalue()[:300]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    document = json.loads(response.content)
    assert document["type"] == f"/problems/{kind}"
    assert (document["status"], document["title"]) == PROBLEMS[kind]
    assert isinstance(document["detail"], str)
    return document


def ids(collection: dict) -> set[str]:
    return {feature["id"] for feature in collection["features"]}
