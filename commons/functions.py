"""The seven functions of the physical place of CLICS: one vocabulary for what a building could host, what a house hosts
and what a proposal needs. Source: the CLICS project of LAQUP, "Luogo fisico"."""

from collections.abc import Iterable
from typing import Any

from django import forms
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


class Ticks(forms.MultipleChoiceField):
    """Some of the functions, each once and in the order of the vocabulary, whatever was sent."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        chosen = set(super().clean(value))
        return [one for one in Function.values if one in chosen]


class Several(ArrayField):
    """A column of functions. To migrations a plain array."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        return Ticks(
            choices=Function.choices, required=False, label=kwargs.get("label", self.verbose_name.capitalize())
        )

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs


def several(words: Promise) -> Several:
    """A column for some of the functions."""
    return Several(CharField(max_length=20, choices=Function.choices), verbose_name=words, default=list, blank=True)


def in_words(functions: Iterable[str]) -> list[Promise]:
    """The functions in the words people read, in the order of the vocabulary."""
    chosen = set(functions)
    return [one.label for one in Function if one.value in chosen]
