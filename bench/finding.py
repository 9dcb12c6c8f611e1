"""The search among a hundred thousand records and as many streets as Torino has, against SQL that a person would write
for buildings and streets alone."""

import http.client
import json
import time
from statistics import median
from urllib.parse import quote

from bench.data import LARGE
from bench.goals import Report
from bench.measures import alternate, times
from bench.processor import is_busy, of_server, of_session
from bench.server import Client
from bench.statements import Session
from neighbourhoods.models import City

MOST, PAGE = 8, 11  # of each kind: suggestions, results
# Names that begin so, then those that hold the words: both by an index.
HOLDS = """
SELECT string_agg(name || ' ' || uid, ',') FROM ({kinds}) AS found
"""
KIND = """
(SELECT name, uid FROM (
  (SELECT 1 AS tier, name, uid FROM {table} WHERE city_id = %(city)s AND visibility = 'public'
    AND mc_plain(name) COLLATE "C" LIKE mc_plain(%(asked)s) || '%%' ORDER BY mc_plain(name) COLLATE "C" LIMIT %(most)s)
  UNION ALL
  (SELECT 2, name, uid FROM {table} WHERE city_id = %(city)s AND visibility = 'public'
    AND mc_words(name) @@ mc_asked(%(asked)s, true) LIMIT 120)) AS t
ORDER BY tier, length(name) LIMIT %(most)s)
"""
ALIKE = """
(SELECT name, uid FROM {table} WHERE city_id = %(city)s AND visibility = 'public'
  AND mc_plain(name) %%> mc_plain(%(asked)s) ORDER BY word_similarity(mc_plain(%(asked)s), mc_plain(name)) DESC
LIMIT %(most)s)
"""
TABLES = ("commons_building", "neighbourhoods_street")
# What is asked, in how many ways it may be found, and how many times the SQL by hand it may take.
ASKED = {
    "a beginning": ("via cas", KIND, 4.0),
    "a word": ("opificio", KIND, 4.0),
    "a name": ("Via teatro", KIND, 4.0),
    "a misspelt word": ("opifficio", ALIKE, 4.0),
}


def by_hand(template: str, city: int, asked: str, most: int) -> tuple[str, dict[str, object]]:
    kinds = " UNION ALL ".join(template.format(table=table) for table in TABLES)
    return HOLDS.format(kinds=kinds), {"city": city, "asked": asked, "most": most}


def first_answer(port: int, path: str) -> tuple[float, bytes]:
    """Seconds of one request, and what came."""
    began, asked = time.monotonic(), http.client.HTTPConnection("127.0.0.1", port)
    asked.request("GET", path)
    body = asked.getresponse().read()
    asked.close()
    return time.monotonic() - began, body


def search(report: Report, port: int, pid: int, rounds: int) -> None:
    """Suggestions for what people type, right and wrong, and one page of results."""
    city, session = City.objects.get(slug=LARGE), Session()
    with session.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.4', false)")
    for what, (asked, template, goal) in ASKED.items():
        path = f"/{LARGE}/search.json?q={quote(asked)}"
        first, body = first_answer(port, path)
        hits, hand = json.loads(body)["hits"], by_hand(template, city.pk, asked, MOST)
        if not hits or not session.read(*hand)[0]:
            raise SystemExit(f"search: nothing found for {asked}")
        against(report, pid, session, Client(port, path), hand, f"suggestions for {what}", goal, rounds, first)
    path = f"/{LARGE}/search/?q=opificio"
    first, _body = first_answer(port, path)
    hand = by_hand(KIND, city.pk, "opificio", PAGE)
    against(report, pid, session, Client(port, path), hand, "a page of results", 10.0, rounds, first)


def against(
    report: Report, pid: int, session: Session, ours: Client, hand: tuple, what: str, goal: float, rounds: int,
    first: float,
) -> None:  # fmt: skip
    """One question asked of both in turns, and what both cost the processors."""
    found = alternate({"ours": ours.get, "by hand": lambda: session.read(*hand)}, rounds)
    middle = {name: median(one for turn in turns for one in turn) for name, turns in found.items()}
    spent = of_server(pid, session, ours.get), of_session(session, lambda: session.read(*hand))
    report.say(
        f"Search, {what}: by hand {middle['by hand']:.1f} ms, ours {middle['ours']:.1f}, the first time {first:.2f} s; "
        f"of a processor {spent[1]:.1f} and {spent[0]:.1f}"
    )
    if is_busy():
        report.at_most("search", f"{what}, against SQL by hand, time of the processors", spent[0] / spent[1], goal)
    else:
        report.at_most("search", f"{what}, against SQL by hand", times(found["ours"], found["by hand"]), goal)
