"""What the measurements rely on: the page they write, the copies they make, the answers they read."""

import http.server
import os
import threading

import pytest
from django.db import connection

from bench import data, finding, growing, measures, processor, reading, statements, tiling
from bench.goals import Report, Result
from bench.load import rate
from bench.server import Client
from commons.models import Building
from mapping.layers import LAYERS
from mapping.query import Query
from tests import factories as make


def test_a_result_says_whether_its_goal_is_reached(capsys):
    report = Report()
    report.at_most("W1", "latency", 1.1, 1.15)
    report.at_least("W1", "rate", 0.8, 0.9)
    assert [one.met for one in report.results] == [True, False] and not report.met
    assert "| W1 | rate | 0.8 × | ≥ 0.9 | NO |" in "\n".join(f"| {one.row} |" for one in report.results)
    assert Result("W3", "rows", 12_345, "a second", 1).row.split(" | ")[2] == "12,345 a second"
    assert "latency" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_page_has_every_result_and_remark(tmp_path):
    report = Report()
    report.at_most("W1", "latency", 1.1, 1.15)
    report.say("one thousand features")
    report.write(tmp_path / "performance.md")
    written = (tmp_path / "performance.md").read_text()
    assert "| W1 | latency | 1.1 × | ≤ 1.15 | yes |" in written and "- one thousand features" in written
    assert "PostGIS" in written and all(len(line) <= 120 for line in written.splitlines()[:8])


@pytest.mark.django_db
def test_the_huge_city_holds_ten_copies_whole_tiles_apart(monkeypatch):
    large, huge = make.CityFactory(slug=data.LARGE), make.CityFactory(slug=data.HUGE)
    original = make.BuildingFactory(city=large, source="bench", source_id="1")
    with connection.cursor() as cursor:
        cursor.execute(data.copies(huge), [huge.pk, large.pk])
    copies = list(Building.objects.filter(city=huge).order_by("pk"))
    assert len({one.uid for one in copies}) == 10
    x, y = tiling.address_of(*original.place.coords, 13)
    assert [tiling.address_of(*one.place.coords, 13) for one in copies] == [(x + 6 * k, y) for k in range(1, 11)]
    assert growing.key_at(data.HUGE, 0.5) == copies[5].pk


@pytest.mark.django_db
def test_the_indexes_of_the_search_are_made_after_the_records():
    def found() -> list[str]:
        names = connection.introspection.get_constraints(cursor, "commons_building")
        return sorted(name for name in names if "_found_" in name)

    with connection.cursor() as cursor:
        before = found()
        with data.without_search():
            assert not found()
        assert found() == before and before


@pytest.mark.django_db
def test_what_is_written_by_hand_gives_what_the_program_gives(client, town):
    Building.objects.filter(place=None).update(visibility="hidden")
    query = Query(LAYERS["buildings"], city="torino")
    ours = client.get(query.address("geojson")).content
    with connection.cursor() as cursor:
        cursor.execute(*statements.by_hand(query))
        written = cursor.fetchone()[0].encode()
        assert reading.same_features(ours, written) and measures.features(ours) == measures.features(written)
        cursor.execute(statements.PAGE_BY_HAND, (town.city.pk, 0))
        assert cursor.fetchone()[0] == 6
        cursor.execute(*statements.per_neighbourhood(town.city.pk))
        assert cursor.fetchone()[0] == 3


def test_the_client_reads_answers_in_chunks_and_with_a_length():
    class Chunks(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            if self.path == "/chunks":
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"4\r\nab\r\n\r\n5\r\ncdefg\r\n0\r\n\r\n")
            else:
                self.send_header("Content-Length", "3")
                self.end_headers()
                self.wfile.write(b"xyz")

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Chunks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    for path, body in (("/chunks", b"ab\r\ncdefg"), ("/", b"xyz")):
        client = Client(port, path)
        assert [client.body(), client.body()] == [body, body]
    assert rate(lambda: Client(port, "/").get, seconds=0.2, connections=2) > 5
    server.shutdown()


@pytest.mark.django_db
def test_what_the_search_is_measured_against_finds_buildings_and_streets(town):
    make.BuildingFactory(city=town.city, name="Ex opificio")
    with connection.cursor() as cursor:
        for asked, template in (("opif", finding.KIND), ("opifficio", finding.ALIKE)):
            cursor.execute(*finding.by_hand(template, town.city.pk, asked, 8))
            assert "Ex opificio" in cursor.fetchone()[0]


def test_the_time_of_a_processor_is_read_of_living_processes_only():
    assert processor.spent(os.getpid()) > 0 and processor.spent(2**22 + 1) == 0
