"""Who: accounts, organisations, what each may do, and what is said to them."""

from people.models.accounts import Grant, User
from people.models.messages import Message
from people.models.organisations import Invitation, Membership, Organisation
from people.models.tokens import ApiToken

__all__ = ["ApiToken", "Grant", "Invitation", "Membership", "Message", "Organisation", "User"]
