"""What goes out, by an explicit list of members, and what comes in, by the strictest reading of each."""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from commons.functions import Function
from commons.models import Proposal, Resource
from commons.qualities import Quality, goals_of
from people.models import ApiToken, Message, User

# Characters that turn the direction of the text around them, or that nobody sees.
UNSEEN = re.compile("[\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
PILE = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]{9}")


class Words(serializers.CharField):
    """A text: really a text, in one way of writing it (NFC), without characters that cannot be seen."""

    default_error_messages = {"invalid": _("This must be a text."), "strange": _("This text holds control characters.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = unicodedata.normalize("NFC", UNSEEN.sub("", data.replace("\r\n", "\n")))
        if CONTROL.search(text) or PILE.search(text):
            self.fail("strange")
        if not (text.strip() or self.allow_blank):
            self.fail("blank")
        return super().to_internal_value(text)


class Line(Words):
    """A text of one line."""

    def to_internal_value(self, data: Any) -> str:
        return " ".join(super().to_internal_value(data).split())


class Whole(serializers.IntegerField):
    """A whole number, not a text that looks like one."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """true or false, nothing that resembles them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:50])
        return data


class ResourceWords(serializers.ModelSerializer):
    """What a proposal holds or asks for."""

    quantity = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    words = Line(max_length=300, required=False, allow_blank=True)

    class Meta:
        model = Resource
        fields = ("side", "kind", "quantity", "words")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        from commons.api.bodies import an_object

        return super().to_internal_value(an_object(data, set(self.fields), "properties.resources"))


def long_text(most: int) -> Words:
    return Words(max_length=most, required=False, allow_blank=True)


def short_text(most: int) -> Line:
    return Line(max_length=most, required=False, allow_blank=True)


class ProposalWords(serializers.Serializer):
    """The members of `properties` that authors write. `building`, `call` and `proposers` are identifiers."""

    city = serializers.SlugField(required=False)
    name = Line(max_length=200, required=False)
    description = long_text(10_000)
    aims = long_text(10_000)
    people_involved = long_text(5_000)
    address = short_text(200)
    wanted_from = serializers.DateField(required=False, allow_null=True)
    duration_months = Whole(min_value=1, max_value=1_200, required=False, allow_null=True)
    no_place = YesNo(required=False)
    no_resources = YesNo(required=False)
    qualities = serializers.ListField(child=serializers.ChoiceField(Quality.choices), max_length=8, required=False)
    needed_functions = serializers.ListField(
        child=serializers.ChoiceField(Function.choices), max_length=7, required=False
    )
    contact_name = short_text(150)
    contact_email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    contact_phone = short_text(50)
    consent = YesNo(required=False)
    language = serializers.ChoiceField(["it", "en"], required=False)
    building = short_text(36)
    call = short_text(36)
    proposers = serializers.ListField(child=Line(max_length=36), max_length=50, required=False)
    resources = ResourceWords(many=True, max_length=100, required=False)


class MoveWords(serializers.Serializer):
    """What goes with a step: the reason, and the step's own fields."""

    note = Words(max_length=10_000, required=False, allow_blank=True)
    fields = serializers.DictField(required=False)


class CommentWords(serializers.Serializer):
    text = Words(max_length=5_000)
    language = serializers.ChoiceField(["it", "en"], required=False)


class JoinWords(serializers.Serializer):
    """Who wants in: what they would bring, and for which organisation of theirs."""

    message = long_text(2_000)
    organisation = short_text(36)


class ProposalFeature(GeoFeatureModelSerializer):
    """A proposal as a GeoJSON Feature. Members that only its authors and the office may see are left out for others."""

    place = GeometryField(precision=6)
    city = serializers.CharField(source="city.slug")
    building = serializers.CharField(source="building.uid", default=None)
    call = serializers.CharField(source="call.uid", default=None)
    pact = serializers.CharField(source="pact.uid", default=None)
    neighbourhood = serializers.CharField(source="neighbourhood.name", default=None)
    district = serializers.CharField(source="district.name", default=None)
    goals = serializers.SerializerMethodField("_goals")
    consent = serializers.SerializerMethodField("_consent")
    resources = ResourceWords(many=True)
    proposers = serializers.SerializerMethodField("_proposers")
    url = serializers.SerializerMethodField("_url")

    PRIVATE = ("contact_name", "contact_email", "contact_phone", "consent", "receipt", "review_due", "call")
    TEXT = ("resources", "people_involved", "needed_functions")

    class Meta:
        model = Proposal
        geo_field = "place"
        id_field = "uid"
        fields = (
            "uid", "place", "city", "name", "state", "state_since", "revision", "language", "description", "aims",
            "people_involved", "address", "wanted_from", "duration_months", "no_place", "no_resources", "qualities",
            "needed_functions", "goals", "building", "call", "pact", "neighbourhood", "district", "placement",
            "proposers", "resources", "contact_name", "contact_email", "contact_phone", "consent", "receipt",
            "submitted_on", "review_due",
            "reply_by", "comments_open_at", "comments_close_at", "final_text", "budget", "indicators", "risks",
            "redirected_to", "public_since", "text_public", "created_at", "updated_at", "url",
        )  # fmt: skip

    def _goals(self, proposal: Proposal) -> list[int]:
        return goals_of(proposal.qualities)

    def _consent(self, proposal: Proposal) -> bool:
        return proposal.consent_at is not None

    def _proposers(self, proposal: Proposal) -> list[dict[str, str]]:
        found = [one for one in proposal.proposers.all() if self.context["whole"] or one.visibility == "public"]
        return [{"id": one.uid, "name": one.name} for one in found]

    def _url(self, proposal: Proposal) -> str:
        return self.context["request"].build_absolute_uri(f"/id/{proposal.uid}")

    def to_representation(self, instance: Proposal) -> dict[str, Any]:
        feature = super().to_representation(instance)
        if not self.context["whole"]:
            hidden = {*self.PRIVATE, *(() if instance.text_public else self.TEXT)}
            kept = {name: value for name, value in feature["properties"].items() if name not in hidden}
            feature["properties"] = kept
        return feature


class MessageWords(serializers.ModelSerializer):
    """A message to the person, as it stands in the app."""

    id = serializers.IntegerField(source="pk")
    read = serializers.SerializerMethodField("_read")

    class Meta:
        model = Message
        fields = ("id", "kind", "subject", "text", "path", "created_at", "read")

    def _read(self, message: Message) -> bool:
        return message.read_at is not None


class Me(serializers.ModelSerializer):
    """Who the key belongs to, and what it may do."""

    scopes = serializers.SerializerMethodField("_scopes")
    grants = serializers.SerializerMethodField("_grants")
    organisations = serializers.SerializerMethodField("_organisations")

    class Meta:
        model = User
        fields = ("display_name", "email", "language", "scopes", "grants", "organisations")

    def _scopes(self, user: User) -> list[str]:
        key = self.context["request"].auth
        return list(key.scopes) if isinstance(key, ApiToken) else list(ApiToken.Scope.values)

    def _grants(self, user: User) -> list[dict[str, str | None]]:
        found = user.grants.valid().select_related("city", "territory").order_by("pk")
        return [
            {
                "role": one.role, "city": one.city.slug, "territory": one.territory.uid if one.territory else None,
                "house": one.house_uid or None,
            }
            for one in found
        ]  # fmt: skip

    def _organisations(self, user: User) -> list[dict[str, str]]:
        found = user.memberships.filter(state="active").select_related("organisation").order_by("pk")
        return [{"id": one.organisation.uid, "name": one.organisation.name, "role": one.role} for one in found]
