"""The page where people make and take back the keys of their programs."""

from django.urls import path

from commons.api import keys

urlpatterns = [path("me/tokens/", keys.tokens, name="tokens")]
