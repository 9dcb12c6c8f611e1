"""The pages of figures: sheets of a city, its territories and programmes, what a figure counts, editions, files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commons.figures.asking import AskForm
from commons.figures.drawing import charts, map_of, mapped
from commons.figures.explaining import explain
from commons.figures.programmes import investments, wholes
from commons.figures.sheets import Sheet, sheet
from commons.figures.writing import as_csv, as_excel, as_json, data_of, lines_of
from commons.indicators import INDICATORS
from commons.models import Edition, Programme
from commons.views import around
from commons.views.explore import found, page
from neighbourhoods.models import City, Neighbourhood
from neighbourhoods.vocabulary import Role

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS = {
    "json": (as_json, "application/json"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_excel, EXCEL),
}

FILES = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))


def city_of(slug: str) -> City:
    return get_object_or_404(City.objects.using(around.ALIAS), slug=slug)


def territory_of(uid: str, city: str) -> Neighbourhood:
    """A territory with a sheet of its own: one that plays a part in the city."""
    return found(Neighbourhood, uid, city, partition__role__in=[Role.PRIMARY, Role.DISTRICT])


def programme_of(uid: str, city: str) -> Programme:
    programmes = Programme.objects.using(around.ALIAS).public().select_related("city", "parent")
    return get_object_or_404(programmes, uid=uid, city__slug=city)


def written(data: dict[str, Any], suffix: str, name: str) -> HttpResponse:
    """Figures as a file; 404 for a kind of file that is not made."""
    if suffix not in WRITERS:
        raise Http404
    write, media_type = WRITERS[suffix]
    named = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return HttpResponse(write(data), content_type=media_type, headers=named)


def shown(request: HttpRequest, template: str, form: AskForm, made: Sheet, **context: Any) -> HttpResponse:
    """A sheet as a page; 400 when what was asked is wrong, with the sheet that would be without asking."""
    drawn = charts(made)
    summed = {whole.figure.pk for whole in context.get("wholes", [])}
    said = {
        "city": form.city, "form": form, "sheet": made, "asked": request.GET.urlencode(), "files": FILES,
        "comparisons": [one for one in made.comparisons if one.figure.pk not in summed],
        "cards": [(one, drawn.get(one.indicator.slug)) for one in made.entries if one.known],
        "unknown": [one for one in made.entries if not one.known],
    }  # fmt: skip
    status = 200 if form.is_valid() else 400
    return render(request, f"commons/figures/{template}.html", said | context, status=status)


@require_safe
def figures(request: HttpRequest, city: str) -> HttpResponse:
    """The sheet of a city."""
    place = city_of(city)
    form = AskForm(request.GET or {}, place)
    scope = form.scope()
    return shown(
        request, "city", form, sheet(scope, place, form.cut_off),
        territories=around.city_territories(place, Role.PRIMARY),
        programmes=Programme.objects.using(around.ALIAS).public().filter(city=place, parent=None),
        editions=Edition.objects.using(around.ALIAS).filter(city=place).defer("data")[:20],
        map=map_of(scope, mapped(request.GET.get("map", ""))),
    )  # fmt: skip


@page
def figures_of(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """The sheet of a neighbourhood or district."""
    territory = territory_of(uid, city)
    form = AskForm(request.GET or {}, territory.city)
    made = sheet(form.scope(territory), territory, form.cut_off)
    return shown(request, "territory", form, made, territory=territory)


@require_safe
def programmes(request: HttpRequest, city: str) -> HttpResponse:
    """The programmes of a city, each with what is in it."""
    place = city_of(city)
    known = list(Programme.objects.using(around.ALIAS).public().filter(city=place))
    tree = [(one, [child for child in known if child.parent_id == one.pk]) for one in known if not one.parent_id]
    return render(request, "commons/figures/programmes.html", {"city": place, "tree": tree})


@require_safe
def programme(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """The sheet of a programme: its own figures, and the sums of what is in it beside what was published."""
    record = programme_of(uid, city)
    form = AskForm(request.GET or {}, record.city)
    scope = form.scope(place=record.pk)
    children = Programme.objects.using(around.ALIAS).public().filter(parent_id=record.pk).order_by("pk")
    return shown(
        request, "programme", form, sheet(scope, record, form.cut_off), programme=record, children=children,
        wholes=wholes(record, scope.until, scope.examples), investments=investments(record, scope.until),
    )  # fmt: skip


@require_safe
def figures_file(request: HttpRequest, city: str, suffix: str) -> HttpResponse:
    place = city_of(city)
    form = AskForm(request.GET or {}, place)
    made = sheet(form.scope(), place, form.cut_off)
    return written(data_of(made, "city", place.name), suffix, f"{city}-figures")


@page
def figures_of_file(request: HttpRequest, city: str, uid: str, suffix: str) -> HttpResponse:
    territory = territory_of(uid, city)
    form = AskForm(request.GET or {}, territory.city)
    made = sheet(form.scope(territory), territory, form.cut_off)
    return written(data_of(made, "neighbourhood", territory.name), suffix, f"{city}-{territory.code}-figures")


@require_safe
def programme_file(request: HttpRequest, city: str, uid: str, suffix: str) -> HttpResponse:
    record = programme_of(uid, city)
    form = AskForm(request.GET or {}, record.city)
    made = sheet(form.scope(place=record.pk), record, form.cut_off)
    return written(data_of(made, "programme", record.name), suffix, f"{city}-programme-figures")


@page
def count(request: HttpRequest, city: str, indicator: str, uid: str = "") -> HttpResponse:
    """What a figure counts: year by year, with its sources and records, and every verdict with its reason."""
    entry = INDICATORS.get(indicator)
    if entry is None or (entry.by == "programme" and not uid):
        raise Http404
    place = city_of(city)
    territory = territory_of(uid, city) if uid and entry.by == "neighbourhood" else None
    record = programme_of(uid, city) if uid and entry.by == "programme" else None
    form = AskForm(request.GET or {}, place)
    scope = form.scope(territory, record.pk if record else None)
    context = {
        "city": place, "form": form, "territory": territory, "programme": record,
        "explanation": explain(scope, entry, territory or record or place, form.cut_off), "until": scope.until,
    }  # fmt: skip
    return render(request, "commons/figures/count.html", context, status=200 if form.is_valid() else 400)


@require_safe
def editions(request: HttpRequest, city: str) -> HttpResponse:
    place = city_of(city)
    known = Edition.objects.using(around.ALIAS).filter(city=place).defer("data")
    return render(request, "commons/figures/editions.html", {"city": place, "editions": known})


@require_safe
def edition(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """A frozen edition, told from what it holds and from nothing else."""
    record = get_object_or_404(Edition.objects.using(around.ALIAS).select_related("city"), uid=uid, city__slug=city)
    context = {"city": record.city, "edition": record, "rows": lines_of(record.data["sheet"])}
    return render(request, "commons/figures/edition.html", context)


@require_safe
def edition_file(request: HttpRequest, city: str, uid: str, suffix: str) -> HttpResponse:
    """A frozen edition as a file: the JSON is all of it, the tables are the city's sheet."""
    record = get_object_or_404(Edition.objects.using(around.ALIAS), uid=uid, city__slug=city)
    data = record.data if suffix == "json" else record.data["sheet"]
    return written(data, suffix, f"{city}-{record.year}-{record.number}")
