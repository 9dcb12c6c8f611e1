"""The guide to the API: every command in it is run as it stands, and answers what the guide says."""

import json
import os
import re
import shutil
import subprocess

import pytest

from commons.models import Proposal
from tests.commons.api.conftest import make_cast
from tests.source import ROOT

GUIDE = ROOT / "docs" / "api.md"
STEP = re.compile(r"```sh\n(.*?)```\s+Answer: \*\*(\d{3})\*\*([^\n]*)", re.DOTALL)


def run(command: str, environment: dict[str, str]) -> tuple[int, dict[str, str], dict]:
    """Status, headers and body of what a command of the guide gets."""
    done = subprocess.run(
        ["bash", "-euc", command], env=os.environ | environment, capture_output=True, text=True, timeout=60, check=True
    )
    head, _gap, body = done.stdout.partition("\n\n") if "\r" not in done.stdout else done.stdout.partition("\r\n\r\n")
    lines = head.splitlines()
    headers = {name.strip().lower(): value.strip() for name, _colon, value in (one.partition(":") for one in lines[1:])}
    return int(lines[0].split()[1]), headers, json.loads(body)


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
@pytest.mark.django_db(transaction=True)
def test_every_command_of_the_guide_answers_what_it_says(live_server):
    text = GUIDE.read_text()
    steps = STEP.findall(text)
    assert len(steps) == text.count("```sh") >= 8
    environment = {"SITE": live_server.url, "KEY": make_cast().alice_key}
    for command, status, words in steps:
        got, headers, body = run(command, environment)
        assert got == int(status), (command, body)
        if headers.get("location"):
            environment["PROPOSAL"] = headers["location"]
        if got < 300 and "etag" in headers:
            environment["ETAG"] = headers["etag"]
        if problem := re.search(r"`(/problems/[a-z-]+)`", words):
            assert body["type"] == problem[1], body
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.name, proposal.aims) == ("submitted", "Orto in cortile", "Più verde")
    assert proposal.receipt and [one["id"] for one in body["features"]] == [proposal.uid]


def test_the_guide_names_every_scope_and_every_status_of_a_refusal():
    from people.models import ApiToken

    text = GUIDE.read_text()
    assert not [scope for scope in ApiToken.Scope.values if f"| `{scope}` |" not in text]
    for status in (400, 401, 403, 404, 409, 412, 429, 503):
        assert f"| {status} |" in text
