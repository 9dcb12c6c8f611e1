"""LAYERS: what this program publishes. One entry gives the map layer, its legend, filters, list and search,
every format, its tiles, its change triggers and its documentation."""

from mapping.layers.care import CARE, ORGANISATIONS
from mapping.layers.figures import FIGURES
from mapping.layers.ground import ADDRESSES, BACKGROUND, TERRITORIES
from mapping.layers.houses import HOUSES
from mapping.layers.neighbourhood_care import NEIGHBOURHOOD_CARE
from mapping.layers.portal import NEWS, PORTAL
from mapping.registry import Layer

__all__ = ["ADDRESSES", "LAYERS", "NEWS", "ORGANISATIONS"]

# In the order of the legend, the catalogue and every list of layers.
LAYERS: dict[str, Layer] = {
    layer.slug: layer for layer in (*TERRITORIES, *CARE, *NEIGHBOURHOOD_CARE, *HOUSES, *PORTAL, *FIGURES, *BACKGROUND)
}
