"""What the proxy in front is told: until when it may keep a body of public data. `deploy/nginx.conf` obeys."""

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Accel-Expires"


class OneSecond:
    """Lets the proxy keep an answer until the end of the second in which its making began.

    The data are read after that moment, so nobody gets a body that is more than a second older than the last commit.
    Only public data that is whole may be kept: not what a person's session had a part in, not what is still streaming.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = int(time.time())
        response = self.get_response(request)
        if may_be_kept(response):
            response[HEADER] = f"@{began}"
        return response


def may_be_kept(response: HttpResponseBase) -> bool:
    """Whether this is whole public data, marked by `open_data`, that nobody has made private since."""
    marked = getattr(response, "is_open_data", False) and response.get("Cache-Control") == "no-cache"
    return marked and not response.streaming and not response.cookies
