"""What a person wants to be told by e-mail: the form, and the link in every mail that stops it without signing in."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Message, User
from people.outbox import due, unwanted, zone_of
from people.topics import TOPICS, topic_of

SALT = "people.preferences.stop"


class PreferencesForm(forms.ModelForm):
    """How often, about what, and in which language."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me e-mails about"), required=False, widget=forms.CheckboxSelectMultiple, choices=TOPICS.items()
    )
    language = forms.ChoiceField(label=_("Language of the e-mails"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("rhythm", "language")
        widgets = {"rhythm": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("wanted", [topic for topic in TOPICS if topic not in self.instance.muted])

    def prefer(self) -> User:
        """Writes what the person chose, and what it means for the e-mails that wait."""
        kept = [one for one in self.instance.muted if one not in TOPICS]
        muted = [*kept, *(topic for topic in TOPICS if topic not in self.cleaned_data["wanted"])]
        return prefer(self.instance, muted=muted, **{name: self.cleaned_data[name] for name in self.Meta.fields})


@transaction.atomic
def prefer(user: User, **values: Any) -> User:
    """Writes preferences of a person. E-mails that wait follow: not wanted any more, or due by the new rhythm."""
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    waiting = user.messages.select_for_update().filter(state=Message.State.WAITING, attempts=0)
    skipped = [message.pk for message in waiting if unwanted(user, message.kind)]
    user.messages.filter(pk__in=skipped).update(state=Message.State.SKIPPED)
    if "rhythm" in values:
        moment = due(user.rhythm, timezone.now(), zone_of({}))
        user.messages.filter(state=Message.State.WAITING, attempts=0).update(due_at=moment)
    return user


def stopping_token(user: User, kind: str) -> str:
    """The signed words of a link that stops a topic for a person; all e-mails when no kind is given."""
    return signing.dumps([user.pk, topic_of(kind) if kind else ""], salt=SALT)


def stopped_by(token: str) -> tuple[User, str] | None:
    """Whose e-mails a link stops, and about what; None when we did not write it."""
    try:
        key, topic = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    return (user, topic) if user else None


def stop(user: User, topic: str) -> None:
    """Stops the e-mails about a topic, or all of them."""
    if topic:
        prefer(user, muted=[*user.muted, *({topic} - set(user.muted))])
    else:
        prefer(user, rhythm=User.Rhythm.NEVER)
