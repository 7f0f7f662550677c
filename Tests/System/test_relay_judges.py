"""coturn's client relays through the server to coturn's peer. Judged by bytes that came back."""

import re
import subprocess

import pytest

import servers

MESSAGES = 40
SIZE = 200


class Result:
    def __init__(self, output):
        self.output = output
        totals = re.findall(r"tot_send_bytes ~ (\d+), tot_recv_bytes ~ (\d+)", output)
        self.sent, self.received = map(int, totals[-1]) if totals else (0, 0)


def relay(server, peer_port, *flags, host="127.0.0.1", peer="127.0.0.1", port=None, clients=1, login=None, seconds=60):
    """One run of turnutils_uclient; every message goes to the peer and should come back."""
    name, password = login or servers.credentials()
    command = [
        "turnutils_uclient", *flags, "-n", MESSAGES, "-l", SIZE, "-m", clients, "-z", 10, "-e", peer, "-r", peer_port,
        "-p", port or server.port, "-u", name, "-w", password, host,
    ]
    try:
        done = subprocess.run(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds
        )
        output = done.stdout
    except subprocess.TimeoutExpired as expired:
        output = expired.stdout or b""
    return Result(output.decode(errors="replace"))


def expect_all(result, clients=1, share=1.0):
    expected = MESSAGES * SIZE * clients
    assert result.sent == expected, result.output
    assert result.received >= expected * share, result.output


# Flags of the client; -c is without a second allocation for RTCP, -s with Send indications instead of channels.
@pytest.mark.parametrize("flags", [
    pytest.param(["-c"], id="UDP, channels"),
    pytest.param(["-c", "-s"], id="UDP, Send indications"),
    pytest.param(["-c", "-D"], id="UDP, padded channel data"),
    pytest.param(["-c", "-t"], id="TCP, channels"),
    pytest.param(["-c", "-t", "-s"], id="TCP, Send indications"),
    pytest.param(["-c", "-s", "-g"], id="UDP, DONT-FRAGMENT"),
    pytest.param(["-c", "-G"], id="UDP, repeated CreatePermission and ChannelBind"),
    pytest.param(["-c", "-X"], id="UDP, IPv4 asked for by name"),
])
def test_every_byte_comes_back(turn_server, peer_port, flags):
    expect_all(relay(turn_server, peer_port, *flags, clients=2), clients=2)


@pytest.mark.parametrize("flags", [["-c"], ["-c", "-s"]], ids=["channels", "Send indications"])
def test_tls(turn_server, peer_port, flags):
    # The client takes one record each time its socket is readable and may end with answers unread: half of them show
    # that the relay works over TLS.
    result = relay(turn_server, peer_port, "-t", "-S", *flags, port=turn_server.tls_port)
    expect_all(result, share=0.5)


@pytest.mark.parametrize("flags", [["-c"], ["-c", "-s"]], ids=["channels", "Send indications"])
def test_dtls(turn_server, peer_port, flags):
    expect_all(relay(turn_server, peer_port, "-S", *flags, port=turn_server.tls_port))


@pytest.mark.parametrize("flags", [["-c"], ["-c", "-s"]], ids=["channels", "Send indications"])
def test_ipv6_relay_for_an_ipv4_client(turn_server, peer_port, flags):
    expect_all(relay(turn_server, peer_port, "-x", *flags, peer="::1"))


@pytest.mark.parametrize("flags", [["-c"], ["-c", "-t"]], ids=["UDP", "TCP"])
def test_ipv4_relay_for_an_ipv6_client(turn_server, peer_port, flags):
    expect_all(relay(turn_server, peer_port, "-X", *flags, host="::1"))


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_dual_allocation(turn_server, peer_port, peer):
    expect_all(relay(turn_server, peer_port, "-Z", "-s", peer=peer))


def test_even_port_with_reservation(turn_server, peer_port):
    # Without -c a second allocation takes the reserved port, for RTCP.
    expect_all(relay(turn_server, peer_port, "-s", clients=2), clients=2)


def test_wrong_requests_do_no_harm(turn_server, peer_port):
    assert relay(turn_server, peer_port, "-N", "-c", "-s").received > 0
    expect_all(relay(turn_server, peer_port, "-c", "-s"))


def test_wrong_packets_do_no_harm(turn_server, peer_port):
    # The client breaks its own allocation at random, often before the first byte: only those after it count.
    relay(turn_server, peer_port, "-R", "-c", "-s", seconds=20)
    expect_all(relay(turn_server, peer_port, "-c", "-s"))


def test_clients_that_vanish_do_no_harm(turn_server, peer_port):
    relay(turn_server, peer_port, "-O", "-c", "-s", clients=5, seconds=5)
    expect_all(relay(turn_server, peer_port, "-c", "-s"))


def wrong_password():
    return servers.credentials()[0], "wrong"


def expired():
    return servers.credentials(ttl=-60)


def another_secret():
    return servers.credentials(secret="another secret of the same length")


@pytest.mark.parametrize("login", [wrong_password, expired, another_secret], ids=lambda make: make.__name__)
def test_nothing_is_relayed_without_a_good_credential(turn_server, peer_port, login):
    result = relay(turn_server, peer_port, "-c", "-s", login=login(), seconds=10)
    assert (result.sent, result.received) == (0, 0), result.output
    # The same client gets through at once with good ones: it was the credential.
    expect_all(relay(turn_server, peer_port, "-c", "-s"))
