"""Why one row stays out."""

from typing import Any


class Rejected(Exception):
    """One row cannot be imported; `code` and `params` choose the sentence."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
