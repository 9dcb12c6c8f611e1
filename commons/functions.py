"""The seven functions of the physical place of CLICS: one vocabulary for what a building could host, what a house hosts
and what a proposal needs. Source: the CLICS project of LAQUP, "Luogo fisico"."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Function(TextChoices):
    STUDY = "study", _("Exhibitions, conferences, study")
    OFFICES = "offices", _("Offices and shared work")
    DESIGN = "design", _("Designing courses and events together")
    PRACTICE = "practice", _("Good practice: garden, repair café, reuse")
    CONVIVIAL = "convivial", _("Eating and meeting: bar, shared kitchen")
    OUTDOORS = "outdoors", _("Outdoor space for many uses")
    GUESTS = "guests", _("Artists' residence, guest rooms")


def several(words: Promise) -> ArrayField:
    """A column of functions, each at most once in the order of the vocabulary."""
    return ArrayField(CharField(max_length=20, choices=Function.choices), verbose_name=words, default=list, blank=True)


def in_words(functions: Iterable[str]) -> list[Promise]:
    """The functions in the words people read, in the order of the vocabulary."""
    chosen = set(functions)
    return [one.label for one in Function if one.value in chosen]
