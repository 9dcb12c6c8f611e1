"""What people share: places, what they propose for them, and the pacts they sign."""

from commons.models.pacts import Pact
from commons.models.places import Building, House
from commons.models.proposals import Proposal

__all__ = ["Building", "House", "Pact", "Proposal"]
