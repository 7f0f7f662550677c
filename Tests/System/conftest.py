"""Fixtures: the program, a certificate, peers that echo, and a running server.

MARTLET_BINARY names another program than .build/debug/martlet; MARTLET_SYSTEM_SERVER=coturn puts coturn's server in the
place of ours, which shows whether a failing judge is right.
"""

import os
import subprocess

import pytest

import servers


@pytest.fixture(scope="session")
def binary():
    return servers.martlet_binary()


@pytest.fixture
def martlet(binary):
    """Runs the program to its end."""

    def run(*arguments, environment=None):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("MARTLET_")}
        return subprocess.run(
            [str(binary), *map(str, arguments)], capture_output=True, text=True, timeout=60,
            env={**clean, **(environment or {})},
        )

    return run


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A chain and a key, PEM."""
    folder = tmp_path_factory.mktemp("certificate")
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", chain],
        check=True, capture_output=True,
    )
    return chain, key


@pytest.fixture(scope="session")
def peer_port(tmp_path_factory):
    """turnutils_peer on a port and the next, IPv4 and IPv6: sends back what it gets."""
    port = servers.free_port(count=2)
    folder = tmp_path_factory.mktemp("peers")
    peers = [
        servers.Process(["turnutils_peer", "-L", address, "-p", port], folder / f"peer{number}.log")
        for number, address in enumerate(["127.0.0.1", "::1"])
    ]
    yield port
    for peer in peers:
        peer.stop()


@pytest.fixture(scope="session")
def turn_server(tmp_path_factory, certificate, peer_port):
    """One server for all tests that relay, with the optional protocol parts that coturn's client uses."""
    folder = tmp_path_factory.mktemp("server")
    if os.environ.get("MARTLET_SYSTEM_SERVER") == "coturn":
        server = servers.Coturn(folder, certificate, peer_port)
    else:
        server = servers.Martlet(
            folder, certificate, peer_port,
            extra=["--rfc5766-channels", "--dual-allocation", "--even-port-reservation"],
        )
    yield server
    server.stop()
