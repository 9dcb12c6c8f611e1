"""The desk's pages of figures: what was published, one of them in its form, and a new edition."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.desk.door import Desk, desk_page
from commons.desk.figures import EditionForm, FigureForm
from commons.figures.comparing import compare
from commons.figures.computing import Scope
from commons.figures.editions import publish_edition
from commons.models import Edition, PublishedFigure
from commons.refusals import Refused


def listed(request: HttpRequest, desk: Desk, form: EditionForm, status: int = 200) -> HttpResponse:
    """Every published figure of the city with its verdict, and the editions."""
    known = PublishedFigure.objects.filter(city=desk.city).select_related("territory", "programme")
    figures = list(known.defer("territory__boundary", "territory__label_point"))
    context = {
        "desk": desk, "city": desk.city, "form": form,
        "comparisons": compare(Scope(desk.city, desk.city.today()), figures),
        "editions": Edition.objects.filter(city=desk.city).defer("data"),
    }  # fmt: skip
    return render(request, "commons/desk/figures.html", context, status=status)


@require_safe
@desk_page("edit_place")
def figures(request: HttpRequest, desk: Desk) -> HttpResponse:
    return listed(request, desk, EditionForm(initial={"year": desk.city.today().year - 1}))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("edit_place")
def figure(request: HttpRequest, desk: Desk, uid: str = "") -> HttpResponseBase:
    """A published figure in its form, new or to be corrected."""
    record = get_object_or_404(PublishedFigure, city=desk.city, uid=uid) if uid else None
    form = FigureForm(request.POST or None, instance=record, desk=desk)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The figure is kept, beside what the map counts."))
        return redirect("desk-figures", desk.city.slug)
    context = {"desk": desk, "city": desk.city, "form": form, "figure": record}
    return render(request, "commons/desk/figure.html", context, status=400 if request.method == "POST" else 200)


@require_POST
@desk_page("edit_place")
def publish(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Freezes an edition of a year."""
    form = EditionForm(request.POST)
    if not form.is_valid():
        return listed(request, desk, form, 400)
    try:
        edition = publish_edition(desk.city, **form.cleaned_data)
    except Refused as refused:
        for one in refused.missing:
            form.add_error(one.field, one.words)
        return listed(request, desk, form, refused.status)
    messages.success(request, _("The edition of %(year)d is published. It cannot be changed.") % {"year": edition.year})
    return redirect("figures-edition", desk.city.slug, edition.uid)
