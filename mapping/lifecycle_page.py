"""`docs/lifecycle.md`, derived from the two tables of moves and the profiles of the cities that are known."""

from collections.abc import Iterable, Iterator

from django.utils import translation

from commons.deadlines import DEADLINES
from commons.demo import known_cities, profile
from commons.lifecycle import INITIAL, MACHINES, Move, leads, way_of
from commons.models import FormalAct, Pact, Proposal
from people.roles import Role

HEAD = """# The lifecycle

Written by `script/manage document` from `PROPOSAL_MOVES` and `PACT_MOVES` in `commons/lifecycle.py` and from the
profiles in `fixtures/cities/`; a test holds that it is up to date.

A state is written by `advance()` and by nothing else; the database refuses every other way (decision 5). A move is made
when it leads from the present state, the person has one of its roles, and everything that it needs is there. A move
marked → goes only to the next step of the city's way. Nobody decides on what is their own.
"""
MODELS = {"proposal": Proposal, "pact": Pact}
TITLES = {"proposal": "Moves of a proposal", "pact": "Moves of a pact"}
COLUMNS = "| move | from | to | who | needs | reason | told | then public |\n|---|---|---|---|---|---|---|---|"
PACTS = "Pacts go the same way in every city; `renewed` leads on to the pact that continues it."


def lifecycle_page() -> str:
    """Markdown: a table of moves for each machine, a diagram of the pacts, and one of each way of each city."""
    with translation.override("en"):
        return "\n".join([HEAD, *tables(), "## The way of a pact\n", PACTS + "\n", *pacts(), *ways()])


def tables() -> Iterator[str]:
    for machine, moves in MACHINES.items():
        yield f"## {TITLES[machine]}\n"
        labels = dict(MODELS[machine].State.choices)
        states = ", ".join(f"`{state}` {label}" for state, label in labels.items())
        yield f"States: {states}. A new one is `{INITIAL[machine]}`.\n\n{COLUMNS}"
        yield from (row(move) for move in moves)
        yield ""


def row(move: Move) -> str:
    """One line of the table of moves."""
    name = f"`{move.name}` {move.label}{' →' if move.forward else ''}"
    source = ", ".join(f"`{state}`" if state else "outside" for state in move.sources)
    target = "what the register says" if move.target == "*" else f"`{move.target}`"
    cells = [
        name, source, target, ", ".join(str(Role(role).label) for role in move.by),
        ", ".join(f"`{need}`" for need in move.needs), "yes" if move.note else "", ", ".join(move.tells),
        str(move.public),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def pacts() -> Iterator[str]:
    yield from diagram("pact", MACHINES["pact"], ())


def ways() -> Iterator[str]:
    """A section for each city: its words, acts and deadlines, and the diagram of its way or two ways."""
    for slug in known_cities():
        city = profile(slug)
        yield f"## {city['name']}: {city['profile']['labels']['pact']['en'].lower()}\n"
        yield from facts(city["profile"])
        seen: set[tuple[str, ...]] = set()
        for complexity, title in (("complex", "Complex proposals"), ("ordinary", "Ordinary proposals")):
            way = way_of(city["profile"], complexity)
            if way in seen:
                continue
            alone = way_of(city["profile"], "ordinary") == way_of(city["profile"], "complex")
            yield f"### {city['name']}: {'all proposals' if alone else title.lower()}\n"
            yield " → ".join(f"`{state}`" for state in (INITIAL["proposal"], *way)) + "\n"
            yield from diagram("proposal", MACHINES["proposal"], way)
            seen.add(way)


def facts(said: dict) -> Iterator[str]:
    """What a profile sets beside the way; a deadline that is not set is said to be none."""
    procedure = said["procedure"]
    bodies = dict(FormalAct.Body.choices)
    acts = "; ".join(
        f"{complexity}: {', then '.join(str(bodies[body]) for body in wanted)}"
        for complexity, wanted in procedure["acts"].items()
    )
    yield f"- Acts of approval: {acts}."
    terms = procedure["deadlines"]
    days = ", ".join(f"{what} {terms[what]} days" for what in DEADLINES if terms[what] is not None)
    years = f"; at most {terms['years']} years" if terms["years"] else ""
    yield f"- Deadlines: {days + years or 'none are set, and none are shown'}."
    yield f"- Legal form at the start: `{procedure['legal_form']}`."
    yield f"- Source: {said['sources']['procedure']}\n"


def diagram(machine: str, moves: Iterable[Move], way: tuple[str, ...]) -> Iterator[str]:
    """A Mermaid diagram of the moves that lead somewhere on this way."""
    yield "```mermaid\nstateDiagram-v2"
    yield f"    [*] --> {INITIAL[machine]}"
    reached = {INITIAL[machine], *way}
    for move in moves:
        yield from (
            f"    {source} --> {move.target}: {move.label}"
            for source in move.sources
            if source and (machine == "pact" or (source in reached | side_ways() and leads(move, source, way)))
        )
    yield "```\n"


def side_ways() -> set[str]:
    """States that a proposal goes to from its way and may come back from."""
    return {"needs_changes", "rejected", "redirected"}
