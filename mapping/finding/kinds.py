"""What the search looks through. The layers come from LAYERS: one with a searched attribute is found, no other."""

from django.db.models import F
from django.db.models.expressions import BaseExpression, Col

from mapping.layers import ADDRESSES, LAYERS, ORGANISATIONS
from mapping.query import Query
from mapping.registry import Layer

# What a name of each kind weighs beside an equal one: whoever types the name of a neighbourhood means it first.
WEIGHTS = {
    "territory": 10,
    "house": 8,
    "building": 6,
    "street": 6,
    "pact": 5,
    "proposal": 5,
    "organisation": 4,
    "project": 4,
    "need": 3,
}


def kinds() -> list[Layer]:
    """Everything that is looked through, in the order of LAYERS."""
    return [*(layer for layer in LAYERS.values() if layer.searched), ORGANISATIONS, ADDRESSES]


def weight(layer: Layer) -> int:
    return WEIGHTS.get(layer.legend.kind, 3) + (2 if layer.role == "primary" else 0)


def own_paths(layer: Layer) -> list[str]:
    """The searched attributes that stand in the layer's own table: an index can hold them."""
    return [attribute.path for attribute in layer.searched if is_own(layer, attribute.path)]


def other_paths(layer: Layer) -> list[str]:
    """The searched attributes that are another record's, such as the name of who runs a house."""
    own = own_paths(layer)
    return [attribute.path for attribute in layer.searched if attribute.path not in own]


def is_own(layer: Layer, path: str) -> bool:
    query = Query(layer).rows().query
    resolved = F(path).resolve_expression(query)
    table = query.get_initial_alias()
    return all(one.alias == table for one in parts(resolved) if isinstance(one, Col))


def parts(expression: BaseExpression) -> list[BaseExpression]:
    """An expression with everything it is made of."""
    found = [expression]
    for source in expression.get_source_expressions():
        if source is not None:
            found += parts(source)
    return found
