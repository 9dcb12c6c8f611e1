"""The feedback page: anybody tells those who answer for the site what does not work for them."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commons.feedback import REPLY_DAYS, allow, own_page, receipt_of, record_feedback, shown_as
from commons.models import Feedback
from commons.refusals import Missing, Refused
from neighbourhoods.models import City
from neighbourhoods.plain_text import PlainTexts


class FeedbackForm(PlainTexts, forms.Form):
    """A message about the site. `website` is a trap: people do not see it, programs fill it."""

    subject = forms.ChoiceField(label=_("what is it about?"), choices=Feedback.Subject.choices)
    text = forms.CharField(
        label=_("what you want to tell us"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("What did you want to do, and what happened? If you use a screen reader or other aids, say which."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("your e-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Write it if you want an answer. Only those who answer for the site see it."),
    )  # fmt: skip
    website = forms.CharField(required=False)


def city_of(page: str) -> City | None:
    """The city whose page it is; else the only city there is."""
    names = [name for name in own_page(page).split("/") if name and name != "en"]
    found = City.objects.filter(slug=names[0]).first() if names else None
    return found or (City.objects.get() if City.objects.count() == 1 else None)


def trapped(form: FeedbackForm) -> None:
    """Raises Refused where the field that nobody sees was filled, and says so: it may have been a browser's help."""
    if form.cleaned_data.pop("website"):
        raise Refused([Missing("website", str(_("A field that must stay empty was filled. Send it again.")))])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """The form. No account is needed; what was typed is kept when something is wrong with it."""
    page = own_page((request.POST.get("page") or request.GET.get("page") or "").replace("\x00", ""))
    subject = request.GET.get("subject", "")
    begun = {"subject": subject if subject in Feedback.Subject.values else Feedback.Subject.ACCESSIBILITY}
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial=begun)
    city, status = city_of(page), 200
    if request.method == "POST" and form.is_valid():
        try:
            trapped(form)
            allow(request)
            return redirect("feedback-sent", shown_as(record_feedback(city, page, **form.cleaned_data).receipt))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
    status = 400 if form.errors and status == 200 else status
    said = {"form": form, "city": city, "page": page, "days": REPLY_DAYS}
    return render(request, "commons/feedback/write.html", said, status=status)


@never_cache
@require_safe
def sent(request: HttpRequest, shown: str) -> HttpResponse:
    """The receipt. It reads nothing: the number is in the address, under our signature."""
    receipt = receipt_of(shown)
    if not receipt:
        raise Http404
    return render(request, "commons/feedback/sent.html", {"city": None, "receipt": receipt, "days": REPLY_DAYS})
