"""What every route of the program is: for all, for one's own, for the office, for programs."""

KINDS: dict[str, str] = {}
UNNAMED: dict[str, str] = {}
