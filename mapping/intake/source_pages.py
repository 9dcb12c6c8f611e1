"""The page of a remembered source: its name, whose data they are, and the address from which it is fetched."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from commons.desk.door import Desk, desk_page
from mapping.importing.messages import ImportRefused, sentence
from mapping.importing.targets import TARGETS
from mapping.intake.fetching import allowed
from mapping.intake.forms import field_label
from mapping.intake.work import start_work
from mapping.models import ImportRun, SavedSource
from neighbourhoods.plain_text import PlainTexts
from neighbourhoods.vocabulary import Licence

EVERY = [(0, _("never")), (1, _("every hour")), (24, _("every day")), (168, _("every week"))]


class SourceForm(PlainTexts, forms.ModelForm):
    """What an office says of a source. The address must be of a host that the administrators of this site allow."""

    every = forms.TypedChoiceField(label=_("Fetch it again"), choices=EVERY, coerce=int)
    licence = forms.ChoiceField(
        label=_("Licence"), choices=[("", _("As the file says")), *Licence.choices], required=False
    )

    class Meta:
        model = SavedSource
        fields = ("title", "attribution", "licence", "url", "every")
        labels = {"attribution": _("Whose data they are"), "url": _("Address of the file")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="source-%s", **kwargs)
        hosts = ", ".join(settings.IMPORT_HOSTS) or gettext("none yet")
        self.fields["url"].help_text = gettext("From these hosts only: %(hosts)s.") % {"hosts": hosts}
        self.fields["url"].assume_scheme = "https"

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        try:
            if url:
                allowed(url)
        except ImportRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return url


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("import")
def source(request: HttpRequest, desk: Desk, name: str) -> HttpResponseBase:
    """One remembered source: to change, to fetch now, to forget."""
    found = get_object_or_404(SavedSource, city=desk.city, name=name)
    form = SourceForm(request.POST if request.method == "POST" else None, instance=found)
    pressed = request.POST.get("do")
    if pressed == "forget":
        found.delete()
        messages.success(request, gettext("The source is forgotten. Its records stay."))
        return redirect("imports", desk.city.slug)
    if pressed and form.is_valid():
        kept = form.save(commit=False)
        if "url" in form.changed_data:
            kept.etag = kept.last_modified = ""
        kept.asked_at = None if pressed == "fetch" else kept.asked_at
        kept.save()
        start_work()
        messages.success(
            request, gettext("Kept.") if pressed == "keep" else gettext("It is being asked; look again in a moment.")
        )
        return redirect("import-source", desk.city.slug, name)
    saved = SavedSource.objects.get(pk=found.pk)
    target = TARGETS.get(saved.layer)
    mapping = (saved.choices.get("mapping") or {}).items()
    context = {
        "desk": desk, "city": desk.city, "source": saved, "form": form, "target": target,
        "mapping": [(field_label(target, field), column) for field, column in mapping if column],
        "outcome": sentence(saved.outcome["code"], saved.outcome.get("params")) if saved.outcome else "",
        "runs": ImportRun.objects.filter(city=desk.city, source=saved.name, dry_run=False).defer("report")[:10],
    }  # fmt: skip
    return render(request, "mapping/intake/source.html", context, status=400 if form.errors else 200)
