"""Pages of a signed-in person are theirs alone: no cache keeps them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

# For a page that is somebody's even where no person is known: a draft that a key opens, a link from a message.
private = cache_control(private=True, no_store=True)


class PrivatePages:
    """Marks every answer in whose making the person was known as private and not to be stored.

    A page that never looked at the session says nothing personal, and keeps what it says of itself; a visitor
    without an account costs no statement.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
            for header in ("ETag", "Last-Modified", "Expires", "X-Accel-Expires"):
                response.headers.pop(header, None)
        return response
