"""What must not disturb relayed traffic, and what must end it: reload, drain, strangers. `martlet load turn` makes the traffic."""

import json
import pathlib
import re
import signal
import socket
import ssl
import struct
import subprocess

import pytest

import servers


@pytest.fixture
def own_peer():
    """A port for the load's own peer, and the next."""
    return servers.free_port(count=2)


@pytest.fixture
def server(tmp_path, certificate, own_peer):
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    for source, target in zip(certificate, (chain, key)):
        target.write_bytes(pathlib.Path(source).read_bytes())
    server = servers.Martlet(tmp_path, (chain, key), own_peer, extra=["--shards", 2], log_level="info", relay_ports=servers.OTHER_RELAY_PORTS)
    yield server
    server.stop()


class Load:
    """Traffic in the background: 20 allocations, 2000 packets per second in both directions."""

    def __init__(self, binary, server, peer_port, *arguments, seconds=4):
        command = [
            binary, "load", "turn", "--server", f"127.0.0.1:{server.port}", "--peer", f"127.0.0.1:{peer_port}",
            "--auth-secret", servers.SECRET, "--namespace", servers.NAMESPACE, "--allocations", 20, "--rate", 2000,
            "--direction", "both", "--size", 200, "--duration", seconds, "--warm-up", 0, "--json", *arguments,
        ]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        # The first line says that all allocations are ready.
        self.first = self.process.stderr.readline()

    def report(self):
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, self.first + err
        return json.loads(out)


def metric(server, name):
    found = re.search(rf"^{re.escape(name)} (\d+)$", server.metrics()[1], re.MULTILINE)
    assert found, name
    return int(found[1])


def test_load_is_relayed_whole_over_two_shards(binary, server, own_peer):
    report = Load(binary, server, own_peer).report()
    assert report["sent"] > 6000
    assert report["received"] == report["sent"]
    shares = [metric(server, f'martlet_shard_allocations{{shard="{index}"}}') for index in (0, 1)]
    assert sum(shares) == 0, "the load has deleted its allocations"
    assert metric(server, "martlet_turn_allocations_created_total") == 20


def test_reloads_do_not_lose_a_packet(binary, server, own_peer, tmp_path):
    load = Load(binary, server, own_peer)
    for number in range(5):
        (tmp_path / "secret").write_text(f"{servers.SECRET}\nanother secret {number} of the system tests\n")
        server.process.send_signal(signal.SIGHUP)
        servers.wait_until(
            lambda: server.text().count("the configuration was taken over") == number + 1, 10, "reload", server
        )
    report = load.report()
    assert report["received"] == report["sent"]


def test_a_bad_reload_does_not_lose_a_packet_and_says_why(binary, server, own_peer, tmp_path):
    load = Load(binary, server, own_peer)
    (tmp_path / "secret").write_text("")
    server.process.send_signal(signal.SIGHUP)
    servers.wait_until(lambda: "the configuration was not taken over" in server.text(), 10, "reload", server)
    report = load.report()
    assert report["received"] == report["sent"]


def test_a_policy_that_forbids_the_peer_ends_permissions_at_once(binary, tmp_path, certificate, own_peer):
    config = tmp_path / "turn.yaml"
    text = """
development: true
namespace: demo
realm: example.org
auth_secret_file: {secret}
relay_ports: {low}-{high}
relay_addresses: ["127.0.0.1"]
listens: ["127.0.0.1:{port}"]
metrics_listen: "127.0.0.1:{metrics}"
allow_peers: ["{peer}"]
"""
    secret = tmp_path / "secret"
    secret.write_text(servers.SECRET + "\n")
    port, metrics = servers.free_port(), servers.free_port()

    def write(peer):
        config.write_text(text.format(
            secret=secret, low=servers.OTHER_RELAY_PORTS[0], high=servers.OTHER_RELAY_PORTS[1], port=port, metrics=metrics, peer=peer
        ))

    write(f"127.0.0.1:{own_peer}")
    server = servers.Process([binary, "turn", "--config", config], tmp_path / "server.log")
    try:
        server.port, server.metrics_port = port, metrics
        server.metrics = lambda: servers.http(f"http://127.0.0.1:{metrics}/metrics")
        servers.wait_until(lambda: server.metrics(), 20, "martlet turn", server)
        load = Load(binary, server, own_peer, seconds=3)
        write(f"127.0.0.2:{own_peer}")
        server.process.send_signal(signal.SIGHUP)
        servers.wait_until(lambda: "the configuration was taken over" in server.text(), 10, "reload", server)
        assert metric(server, 'martlet_turn_revoked_total{kind="permission"}') == 20
        assert metric(server, 'martlet_turn_revoked_total{kind="channel"}') == 20
        report = load.report()
        assert 0 < report["received"] < report["sent"]
        assert metric(server, 'martlet_turn_dropped_total{reason="unboundChannel"}') > 0
    finally:
        server.stop()


def test_a_drain_serves_what_is_there_and_refuses_what_is_new(binary, tmp_path, certificate, own_peer):
    server = servers.Martlet(tmp_path, certificate, own_peer, extra=["--drain-timeout", 20], log_level="info", relay_ports=servers.OTHER_RELAY_PORTS)
    try:
        load = Load(binary, server, own_peer)
        server.process.send_signal(signal.SIGTERM)
        servers.wait_until(lambda: server.health()[0] == 503, 5, "draining", server)
        late = Load(binary, server, own_peer + 1, seconds=1)
        late.process.wait(20)
        assert late.process.returncode == 1
        assert "486" in late.first or "quota" in late.first.lower(), late.first
        report = load.report()
        assert report["received"] == report["sent"]
        # The last allocation has ended, so the server does too, long before its time-out.
        assert server.process.wait(10) == 0
    finally:
        server.stop()


def test_a_renewed_certificate_serves_new_connections_and_keeps_old_ones(server, tmp_path):
    def connect():
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["stun.turn"])
        return context.wrap_socket(socket.create_connection(("127.0.0.1", server.tls_port), timeout=5))

    old = connect()
    first = old.getpeercert(binary_form=True)
    assert old.selected_alpn_protocol() == "stun.turn"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=renewed",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "chain.pem"],
        check=True, capture_output=True,
    )
    server.process.send_signal(signal.SIGHUP)
    servers.wait_until(lambda: "the configuration was taken over" in server.text(), 10, "reload", server)
    new = connect()
    assert new.getpeercert(binary_form=True) != first
    for connection in (old, new):
        connection.sendall(binding_request())
        assert connection.recv(1500)[:2] == b"\x01\x01"
        connection.close()


def binding_request(transaction=b"strangers---"):
    return struct.pack("!HHI", 0x0001, 0, 0x2112A442) + transaction


def allocate_request(transaction):
    return struct.pack("!HHI", 0x0003, 8, 0x2112A442) + transaction + bytes.fromhex("0019000411000000")


def resident(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024


def test_ten_thousand_strangers_leave_memory_and_log_as_they_were(binary, server, own_peer):
    """Each has an address of its own and sends what a spoofed source would: a Binding, an Allocate, ChannelData and noise."""

    def visit(first, count):
        for number in range(first, first + count):
            address = f"127.{1 + number // 40000}.{number // 200 % 200}.{1 + number % 200}"
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((address, 0))
                transaction = struct.pack("!QI", number, 7)
                for message in (
                    binding_request(transaction), allocate_request(transaction), b"\x40\x00\x00\x04abcd", b"\xff" * 40
                ):
                    stranger.sendto(message, ("127.0.0.1", server.port))
                if number % 25 == 0:
                    # Waits for an answer, so that no queue overflows on a busy machine.
                    stranger.settimeout(5)
                    stranger.recv(1500)

    # The first thousand touch whatever a server touches once.
    visit(0, 1000)
    servers.wait_until(lambda: server.health(), 5, "health", server)
    log = server.text()
    before = resident(server.process)
    visit(1000, 10_000)
    servers.wait_until(
        lambda: metric(server, 'martlet_turn_errors_total{code="401"}') >= 10_500, 10, "answers to strangers", server
    )
    grown = resident(server.process) - before
    assert grown < 512 * 1024, f"{grown} bytes"
    assert server.text() == log, "a line for a stranger"
    assert server.health()[1]["allocations"] == 0
    report = Load(binary, server, own_peer, seconds=1).report()
    assert report["received"] == report["sent"]


def test_two_servers_do_not_share_a_port_by_accident(binary, server, tmp_path, own_peer):
    secret = tmp_path / "other-secret"
    secret.write_text(servers.SECRET + "\n")
    done = subprocess.run(
        [str(binary), "turn", "--development", "--namespace", "other", "--auth-secret-file", str(secret),
         "--relay-address", "127.0.0.1", "--relay-ports", "%d-%d" % servers.OTHER_RELAY_PORTS,
         "--allow-peer", f"127.0.0.1:{own_peer}", "--listen", f"127.0.0.1:{server.port}",
         "--tcp-listen", f"127.0.0.1:{server.port}", "--metrics-listen", f"127.0.0.1:{servers.free_port()}"],
        capture_output=True, text=True, timeout=20,
    )
    assert done.returncode != 0
    assert done.stderr.count(f"127.0.0.1:{server.port}") == 2, "both listeners are named"
    assert "in use" in done.stderr
