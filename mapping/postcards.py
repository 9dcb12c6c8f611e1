"""The picture in a mail: the server's drawing of the public place that the mail leads to."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from mapping.layers import LAYERS
from people.pictures import Picture

WIDTH, HEIGHT = 560, 280


def postcard(path: str) -> Picture | None:
    """The picture of the record of a path; None where it is not public or has no place."""
    plain = urlsplit(path).path
    language = next((code for code, _name in settings.LANGUAGES if plain.startswith(f"/{code}/")), "")
    try:
        with translation.override(language or settings.LANGUAGE_CODE):
            said = resolve(plain).kwargs
    except Resolver404:
        return None
    slug = plain.rstrip("/").split("/")[-2:][0]
    if set(said) - {"layer"} != {"city", "uid"} or slug not in LAYERS:
        return None
    layer = LAYERS[slug]
    here = {"city__slug": said["city"], "uid": said["uid"], f"{layer.geometry}__isnull": False}
    name = layer.queryset().using("public").filter(**here).values_list("name", flat=True).first()
    if name is None:
        return None
    address = f"{settings.SITE_URL}/map.png?feature={said['uid']}&width={WIDTH}&height={HEIGHT}"
    return Picture(address, _("Where it is: %(name)s") % {"name": name}, WIDTH, HEIGHT)
