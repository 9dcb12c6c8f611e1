"""Who keeps the page of a house: its operators, and the office that keeps every place."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from commons.models import House
from people.roles import may, roles_in
from people.signed_in import private


def keeps(user: Any, house: House) -> bool:
    """Whether a person runs this house, or is of the office. One statement; none for a visitor."""
    roles = roles_in(user, house.city, house_uid=house.uid)
    return may(roles, "host") or may(roles, "edit_place")


def house_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for those who keep a house; visitors are asked to sign in. Days and hours on it are the city's."""

    @private
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, city: str, uid: str, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        house = get_object_or_404(House.objects.select_related("city"), city__slug=city, uid=uid)
        if not keeps(request.user, house):
            raise PermissionDenied
        with timezone.override(ZoneInfo(house.city.time_zone)):
            return view(request, house, **kwargs)

    return answer
