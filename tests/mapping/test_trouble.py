"""Pages of trouble: each says what happened, that nothing was lost, and what to do now."""

import re

import pytest
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from mapping.errors import Problem, ProblemMiddleware
from tests import factories as make

pytestmark = pytest.mark.django_db


def next_steps(page: str) -> list[str]:
    return re.findall(r"<li.*?</li>", page.partition('class="next-steps"')[2].partition("</ul>")[0], flags=re.DOTALL)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/en/torino/?bbox=no", 400), ("/en/nowhere/at/all/", 404), ("/en/me/nothing/", 404)],
)
def test_a_page_that_cannot_be_shown_says_what_to_do(client, town, path, status):
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == status
    assert "Nothing was lost" in page and len(next_steps(page)) >= 2 and 'href="/"' in page


def test_a_withdrawn_record_says_so(client, town):
    building = make.BuildingFactory(city=town.city, visibility="hidden")
    answer = client.get(f"/en/id/{building.uid}", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 410 and len(next_steps(answer.content.decode())) == 2


@pytest.mark.parametrize(
    "kind", ["bad-parameter", "forbidden", "not-found", "gone", "too-many", "unavailable", "conflict"]
)
def test_every_problem_has_a_page_with_a_drawing_and_a_way_on(kind):
    request = RequestFactory().get("/en/torino/")
    request.user, request.session = None, {}
    answer = ProblemMiddleware(lambda one: None).answer(request, Problem(kind))
    page = answer.content.decode()
    assert answer.status_code == Problem(kind).status
    assert "scenes.svg#" in page and next_steps(page)


def test_a_database_that_does_not_answer_is_a_page_of_503_for_who_is_signed_in_too(town, monkeypatch):
    client = Client()
    client.force_login(make.UserFactory())

    def lost(*given, **named):
        raise OperationalError("the connection is gone")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", lost)
    monkeypatch.setattr("mapping.explore.get_object_or_404", lost)
    answer = client.get("/en/torino/")
    assert answer.status_code == 503 and "out of breath" in answer.content.decode()


def test_the_page_of_our_own_mistake_needs_nothing_of_the_program():
    page = render_to_string("500.html")
    assert "non hai perso nulla" in page and "nothing of yours was lost" in page and next_steps(page)
