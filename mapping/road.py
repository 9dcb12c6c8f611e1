"""The short road of public data: no session, language, form token or page policy stands on it."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation

from mapping.errors import Problem, as_problem, problem_response, unreadable
from mapping.ogc.accept import asks_for_page, is_ours, language_of

PUBLIC_DATA = (
    "/layers.json",
    "/layers/",
    "/tiles/",
    "/catalog",
    "/healthz",
    "/exports/",
    "/map.svg",
    "/map.png",
    "/oembed",
)


class DataRoad:
    """Answers the addresses of public data at once; every other one goes on through the middleware of pages.

    Errors are problem documents; an error that is ours goes up and is a 500.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        standard = is_ours(request.path_info)
        if not request.path_info.startswith(PUBLIC_DATA) and (not standard or asks_for_page(request)):
            return self.get_response(request)
        try:
            if standard:
                translation.activate(language_of(request.path_info))
            request.get_host()
            if why := unreadable(request):
                raise Problem("bad-parameter", why)
            view, args, kwargs = request.resolver_match = resolve(request.path_info)
            return with_connection(lambda: view(request, *args, **kwargs))
        except Exception as error:
            if problem := as_problem(error):
                return problem_response(problem)
            raise


def with_connection(work: Callable[[], HttpResponse]) -> HttpResponse:
    """Does the work; when the database connection turns out to be lost, once more with a new one.

    So the usual request does not first ask whether the connection is there: that would be a statement each time.
    """
    connection = connections["public"]
    connection.health_check_done = True
    try:
        return work()
    except (OperationalError, InterfaceError):
        if connection.connection is not None and connection.is_usable():
            raise
        connection.close()
        return work()
