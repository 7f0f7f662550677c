"""Metrics, health, reload and drain of a running server."""

import re
import signal

import pytest

import servers


@pytest.fixture
def server(tmp_path, certificate, peer_port):
    server = servers.Martlet(tmp_path, certificate, peer_port)
    yield server
    server.stop()


def test_metrics_are_text_that_prometheus_reads(server):
    status, text = server.metrics()
    assert status == 200
    line = re.compile(
        r'(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .*|[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_]\w*="([^"\\\n]|\\.)*",?)+\})? '
        r"([-+0-9.eE]+|NaN|[+-]Inf))"
    )
    lines = text.splitlines()
    assert lines
    for each in lines:
        assert line.fullmatch(each), each
    assert servers.SECRET not in text


def test_health_is_ok(server):
    status, body = server.health()
    assert status == 200 and body["status"] == "ok"
    assert servers.SECRET not in server.text()


def test_sigterm_ends_an_idle_server_at_once(server):
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0


def test_sighup_takes_a_changed_secret_over(server, tmp_path):
    (tmp_path / "secret").write_text("another secret of the system tests\n")
    server.process.send_signal(signal.SIGHUP)
    servers.wait_until(lambda: "the configuration was taken over" in server.text(), 10, "reload", server)


def test_a_bad_reload_keeps_the_server(server, tmp_path):
    (tmp_path / "secret").write_text("")
    server.process.send_signal(signal.SIGHUP)
    servers.wait_until(lambda: "the configuration was not taken over" in server.text(), 10, "reload", server)
    assert server.health()[0] == 200
