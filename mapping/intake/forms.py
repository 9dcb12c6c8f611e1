"""What is typed on the import pages. What may be done with it is said by `steps.py`."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mapping.importing.readers import ACCEPTED
from mapping.importing.targets import TARGETS, Target
from mapping.intake.asking import decisions
from mapping.models import SavedSource, Upload
from mapping.sources import SOURCES
from neighbourhoods.models import City
from neighbourhoods.plain_text import PlainTexts
from neighbourhoods.vocabulary import PartitionKind

CRS = re.compile(r"(EPSG:)?\d{4,6}", re.I)
COMMON = ("EPSG:4326", "EPSG:3003", "EPSG:32632", "EPSG:25832", "EPSG:32633", "EPSG:3004", "EPSG:6706", "EPSG:7795")
TAKE_COLUMN = "column-"


def layers() -> list[tuple[str, str | Promise]]:
    """The layers that can be brought in, with the name of one record of each."""
    return [(slug, target.noun) for slug, target in TARGETS.items() if slug == target.slug]


class UploadForm(forms.Form):
    """A file, and what it holds: a layer, a source that is remembered, or a dataset that the program knows."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=_("GeoJSON, CSV, Excel, zipped Shapefile, GeoPackage, KML or KMZ, GML, FlatGeobuf, GeoParquet."),
    )
    holds = forms.ChoiceField(label=_("What does it hold?"))

    def __init__(self, city: City, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="upload-%s", **kwargs)
        saved = [(f"saved:{one.name}", one.title) for one in SavedSource.objects.filter(city=city)]
        known = [(f"known:{name}", one.title) for name, one in SOURCES.items() if one.city == city.slug]
        groups: list[tuple[Any, Any]] = [("", _("Choose"))]
        groups += [(_("Remembered here"), saved)] if saved else []
        groups += [(_("Known datasets"), known)] if known else []
        self.fields["holds"].choices = [*groups, (_("Layers of the map"), layers())]
        self.city = city

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(_("The file is empty."))
        if file.size > settings.IMPORT_MOST_BYTES:
            limit = settings.IMPORT_MOST_BYTES // 1024**2
            raise forms.ValidationError(_("The file is bigger than %(limit)s MB.") % {"limit": limit})
        return file

    def upload(self, user: Any) -> Upload:
        """The file as it will be kept, not saved yet."""
        kind, _colon, name = self.cleaned_data["holds"].rpartition(":")
        saved = SavedSource.objects.filter(city=self.city, name=name).first() if kind == "saved" else None
        known = name if kind == "known" else ""
        layer = saved.layer if saved else SOURCES[known].layer if known else name
        return Upload(city=self.city, user=user, saved=saved, known=known, layer=layer)


class ChoicesForm(PlainTexts, forms.Form):
    """The decisions about one file: which of its layers, its CRS, its columns, who is who, what becomes of the rest."""

    crs = forms.CharField(
        label=_("Coordinate system"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-crs", "placeholder": "EPSG:3003", "autocomplete": "off"}),
        help_text=_("Only if the file does not say. Italian offices often use EPSG:3003, EPSG:32632 or EPSG:25832."),
    )
    id_column = forms.ChoiceField(
        label=_("The column that says which record a row is"),
        required=False,
        help_text=_("It must be filled and different in every row, and stay the same in the next edition of the file."),
    )
    missing = forms.ChoiceField(
        label=_("Records of this source that are not in the file any more"),
        choices=[("keep", _("Leave them as they are")), ("close", _("Withdraw them"))],
        required=False,
    )
    remember = forms.CharField(
        label=_("Remember these choices as"),
        max_length=200,
        required=False,
        help_text=_("A name for the next edition of this file. Leave it empty to remember nothing."),
    )

    def __init__(self, upload: Upload, *args: Any, **kwargs: Any) -> None:
        look, choices = upload.look, decisions(upload)
        found = dict(look.get("mapping") or {}) | {k: v for k, v in (choices.get("mapping") or {}).items()}
        given = {name: choices.get(name, "") for name in ("crs", "missing", "kind", "valid_from", "sublayer")}
        given["id_column"] = choices.get("id_column") or ""
        given |= {TAKE_COLUMN + field: column for field, column in found.items()}
        super().__init__(*args, initial=given, auto_id="choose-%s", **kwargs)
        self.upload, self.target = upload, TARGETS.get(upload.layer)
        self.columns = [(str(name), list(values)) for name, values in look.get("columns") or []]
        self._about_the_file(list(look.get("layers") or upload.problem.get("params", {}).get("names") or []))
        self._about_columns()

    def _about_the_file(self, names: list[str]) -> None:
        if len(names) > 1:
            choices = [("", _("Choose")), *((name, name) for name in names)]
            self.fields["sublayer"] = forms.ChoiceField(label=_("Which layer of the file?"), choices=choices)
        if (self.upload.look.get("file") or {}).get("crs_from") not in {None, "option"}:
            del self.fields["crs"]
        if self.target and self.target.role:
            kinds = [("", _("As before")), *PartitionKind.choices]
            self.fields["kind"] = forms.ChoiceField(label=_("Kind of territory"), choices=kinds, required=False)
            self.fields["valid_from"] = forms.DateField(
                label=_("In force from"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                help_text=_("Only for a new edition of the boundaries."),
            )
        if self.upload.saved:
            del self.fields["remember"]

    def _about_columns(self) -> None:
        names = [(name, label_of(name, values)) for name, values in self.columns]
        register = self.target is None
        if not names or register:
            del self.fields["id_column"]
        else:
            self.fields["id_column"].choices = [("", _("Find out")), *names]
        for one in self.target.fields if self.target and names else ():
            label = field_label(self.target, one.name)
            self.fields[TAKE_COLUMN + one.name] = forms.ChoiceField(
                label=label, choices=[("", _("Nothing")), *names], required=False
            )

    def taken(self) -> list[forms.BoundField]:
        """The fields of the layer, each with the column that fills it."""
        return [field for field in self.visible_fields() if field.name.startswith(TAKE_COLUMN)]

    def rest(self) -> list[forms.BoundField]:
        """The other decisions."""
        return [field for field in self.visible_fields() if not field.name.startswith(TAKE_COLUMN)]

    def clean_crs(self) -> str:
        text = self.cleaned_data["crs"].strip().upper()
        if text and not CRS.fullmatch(text) and text != "CRS84":
            raise forms.ValidationError(_("Write a code like EPSG:3003."))
        return f"EPSG:{text}" if text.isdigit() else text

    def decided(self) -> dict[str, Any]:
        """The decisions as an Upload keeps them."""
        given = self.cleaned_data
        names = ("crs", "missing", "kind", "sublayer", "id_column", "remember")
        found: dict[str, Any] = {name: given[name] for name in names if name in given}
        if "valid_from" in given:
            found["valid_from"] = given["valid_from"].isoformat() if given["valid_from"] else ""
        mapping = {name.removeprefix(TAKE_COLUMN): given[name] for name in given if name.startswith(TAKE_COLUMN)}
        return found | ({"mapping": mapping} if mapping else {})


def label_of(name: str, values: list[str]) -> str:
    """A column with what stands in it."""
    return f"{name} ({', '.join(values)[:60]})" if values else name


def field_label(target: Target | None, name: str) -> str:
    """What a field of a layer is called on a page."""
    if target is None or name not in {one.name for one in target.model._meta.get_fields()}:
        return name
    return capfirst(str(target.model._meta.get_field(name).verbose_name))
