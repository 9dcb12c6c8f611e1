"""The OpenAPI description: OPERATIONS says, for each address and method, what is not already said by the code."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular import renderers
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers

from commons.api import serializers as words
from commons.models import Proposal


class KeyScheme(OpenApiAuthenticationExtension):
    """The key in the header, as OpenAPI says it."""

    target_class = "commons.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of yours, made on the page “Access keys”."}


class ProblemError(serializers.Serializer):
    field = serializers.CharField(required=False, help_text="The member of the body, by its path.")
    parameter = serializers.CharField(required=False, help_text="The parameter of the address.")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """A problem document of RFC 9457. Rely on `type` and `status`; `detail` is for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemError(many=True, required=False)


class MissingWords(serializers.Serializer):
    field = serializers.CharField()
    detail = serializers.CharField()


class OpenMove(serializers.Serializer):
    """A step that can be taken, and what it still needs."""

    name = serializers.CharField()
    label = serializers.CharField()
    target = serializers.ChoiceField(Proposal.State.choices)
    fields = serializers.ListField(child=serializers.CharField(), help_text="What goes into `fields` of the step.")
    note = serializers.BooleanField(help_text="Whether a reason must be written.")
    public = serializers.CharField(help_text="What becomes public with it.")
    missing = MissingWords(many=True)


class OpenMoves(serializers.Serializer):
    state = serializers.ChoiceField(Proposal.State.choices)
    moves = OpenMove(many=True)


class NextLink(serializers.Serializer):
    rel = serializers.CharField()
    href = serializers.URLField()
    type = serializers.CharField()


class MadeComment(serializers.Serializer):
    id = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    written_at = serializers.DateTimeField()
    moderation = serializers.CharField()


class MadeRequest(serializers.Serializer):
    state = serializers.CharField()
    message = serializers.CharField()
    asked_at = serializers.DateTimeField()


class Supported(serializers.Serializer):
    supported = serializers.BooleanField()
    supports = serializers.IntegerField()


class Followed(serializers.Serializer):
    followed = serializers.BooleanField()


class MessageList(serializers.Serializer):
    messages = words.MessageWords(many=True)
    next = serializers.URLField(allow_null=True)


# How deep the positions lie in `coordinates`.
DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


def nested(depth: int) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": nested(depth - 1)} if depth else POSITION


def geometry(kind: str, depth: int) -> dict[str, Any]:
    return {
        "type": "object", "required": ["type", "coordinates"], "additionalProperties": False,
        "properties": {"type": {"type": "string", "enum": [kind]}, "coordinates": nested(depth)},
    }  # fmt: skip


@extend_schema_field({"oneOf": [geometry(kind, depth) for kind, depth in DEPTHS.items()], "nullable": True})
class Geometry(serializers.JSONField):
    """A GeoJSON geometry as it may come in."""


class ProposalBody(serializers.Serializer):
    """A new or changed proposal: a GeoJSON Feature."""

    type = serializers.ChoiceField(["Feature"])
    geometry = Geometry(
        required=False,
        help_text="EPSG:4326, longitude first, two numbers a position, at most 10,000 positions, inside the city. null "
        "only with `no_place` or a building; leave it out to decide later.",
    )
    properties = words.ProposalWords(required=False)


class ProposalList(serializers.Serializer):
    """A page of a GeoJSON FeatureCollection, the newest first."""

    type = serializers.ChoiceField(["FeatureCollection"])
    features = words.ProposalFeature(many=True)
    links = NextLink(many=True)


JSON, GEOJSON = "application/json", "application/geo+json"


@dataclass(frozen=True)
class Operation:
    """One method of one address: its words, its body, its answer, and the problems beside the usual ones."""

    summary: str
    answer: Any
    status: int = 200
    body: Any = None
    media: str = JSON
    problems: tuple[int, ...] = ()
    parameters: tuple[OpenApiParameter, ...] = ()

    def as_schema(self, name: str, method: str) -> Any:
        """What drf-spectacular wants."""
        writes = {400, 409, 413, 415} if method in {"post", "patch"} else set()
        statuses = sorted({401, 403, 406, 429, 503} | writes | set(self.problems))
        responses: dict[Any, Any] = {(self.status, self.media): self.answer} if self.answer else {self.status: None}
        responses |= {(status, "application/problem+json"): OpenApiResponse(Problem) for status in statuses}
        both = {GEOJSON: self.body, JSON: self.body} if self.media == GEOJSON else {JSON: self.body}
        keyed = (IDEMPOTENCY,) if method == "post" else ()
        return extend_schema(
            operation_id=f"{method}{name}", summary=self.summary, request=both if self.body else None,
            responses=responses, parameters=[*self.parameters, *keyed],
        )  # fmt: skip


def header(name: str, words: str, **also: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=words, **also)


IF_MATCH = header("If-Match", "The ETag of what you have read; 412 when it has changed since.", required=True)
IDEMPOTENCY = header(
    "Idempotency-Key",
    "Any text of your own, at most 255 visible ASCII characters. The same request with the same key within 24 hours is "
    "done once and answered alike; another request with the same key gets 409.",
)
ETAG = header("ETag", "Changes with every change of the text and every step.", response=[200, 201])
LOCATION = header("Location", "The address of what was made.", response=[201])


def query(name: str, words: str, kind: Any = OpenApiTypes.STR, **also: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=words, **also)


PAGED = (
    query("limit", "How many, 1 to 100; 20 when not given.", OpenApiTypes.INT),
    query("cursor", "Where the next page begins, from the link of this one."),
)
STATE = query("state", "Only proposals in this state.", enum=Proposal.State.values)
ONE = words.ProposalFeature

OPERATIONS: dict[str, dict[str, Operation]] = {
    "Proposals": {
        "get": Operation("My proposals", ProposalList, media=GEOJSON, problems=(400,),
                         parameters=(STATE, query("city", "Only in this city."), *PAGED)),
        "post": Operation("Begin a proposal", ONE, 201, ProposalBody, GEOJSON, parameters=(ETAG, LOCATION)),
    },
    "OneProposal": {
        "get": Operation("One proposal", ONE, media=GEOJSON, problems=(404,), parameters=(ETAG,)),
        "patch": Operation("Change what is given", ONE, 200, ProposalBody, GEOJSON, (404, 412), (IF_MATCH, ETAG)),
        "delete": Operation("Delete a draft", None, 204, problems=(400, 404, 409, 412), parameters=(IF_MATCH,)),
    },
    "Moves": {"get": Operation("The steps open to me", OpenMoves, problems=(404,), parameters=(ETAG,))},
    "OneMove": {
        "post": Operation("Take a step", ONE, 200, words.MoveWords, GEOJSON, (404, 412), (IF_MATCH, ETAG)),
    },
    "Comments": {"post": Operation("Comment", MadeComment, 201, words.CommentWords, problems=(404,))},
    "Join": {"post": Operation("Ask to join", MadeRequest, 201, words.JoinWords, problems=(404,))},
    "Supporting": {
        "put": Operation("Support", Supported, problems=(404, 409)),
        "delete": Operation("Take my support back", Supported, problems=(404,)),
    },
    "Following": {
        "put": Operation("Follow", Followed, problems=(404,)),
        "delete": Operation("Follow no longer", Followed, problems=(404,)),
    },
    "Myself": {"get": Operation("Who I am and what this key may do", words.Me)},
    "Messages": {"get": Operation("What I was told", MessageList, problems=(400,), parameters=PAGED)},
}  # fmt: skip


def described(view: type) -> type:
    """Puts a view's row of OPERATIONS on it."""
    rows = OPERATIONS[view.__name__]
    return extend_schema_view(**{method: row.as_schema(view.__name__, method) for method, row in rows.items()})(view)


@cache
def whole() -> dict[str, Any]:
    """The whole description, made once: it changes with the code only."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


class Remembered:
    """A generator that gives what was made before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def get_schema(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return whole()


class Description(SpectacularAPIView):
    """The description for everybody: JSON, which YAML readers can read too, or YAML for whoever asks for it."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    generator_class = Remembered
    renderer_classes = (
        renderers.OpenApiJsonRenderer,
        renderers.OpenApiJsonRenderer2,
        renderers.OpenApiYamlRenderer,
        renderers.OpenApiYamlRenderer2,
    )
