import pytest


@pytest.mark.django_db(databases=["default", "public"])
def test_the_server_says_it_is_alive(client):
    assert client.get("/healthz").content == b"ok"
