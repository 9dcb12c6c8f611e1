"""Who asks: a key in `Authorization: Bearer …`; the session, with its form token, for the documentation page."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from people.models import ApiToken, User
from people.models.tokens import digest_of


class KeyAuthentication(BaseAuthentication):
    """`request.auth` is the key. One answer for a key that is not known, has expired or was taken back."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = request.META.get("HTTP_AUTHORIZATION", "").split()
        if not words or words[0].lower() != "bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("Send the key as: Authorization: Bearer KEY."))
        found = ApiToken.objects.valid().filter(digest=digest_of(words[1])).select_related("user").first()
        if found is None:
            raise AuthenticationFailed(_("This key is not known, or it has expired."))
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class Rate(SimpleRateThrottle):
    """How often, counted in the shared cache. A cache that does not answer stops nobody."""

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except (OperationalError, InterfaceError, OSError):
            return True

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        key = self.counted(request)
        return self.cache_format % {"scope": self.scope, "ident": key} if key else None

    def counted(self, request: Request) -> object:
        """Who is counted; nothing when this request is not."""
        return request.user.pk if request.user.is_authenticated else None


class PersonRate(Rate):
    scope = "person"


class WriteRate(Rate):
    """Requests of a person that write."""

    scope = "writes"

    def counted(self, request: Request) -> object:
        return None if request.method in {"GET", "HEAD", "OPTIONS"} else super().counted(request)


class AddressRate(Rate):
    """Requests from one address, whoever sends them; counted before anybody is recognised."""

    scope = "address"

    def counted(self, request: Request) -> object:
        return self.get_ident(request)
