"""Our DTLS 1.2 against OpenSSL's, both roles: what each exports for SRTP must be equal.

Needs the DTLSPeer program (swift build --product DTLSPeer) and the openssl command. Traffic stays on 127.0.0.1.
"""

import subprocess

import pytest

from dtls_peer import CONNECTED, PEER, free_port, read_until, start, stop

# Number of the profile, OpenSSL's name for it, and how many bytes are exported.
PROFILES = [(7, "SRTP_AEAD_AES_128_GCM", 56), (8, "SRTP_AEAD_AES_256_GCM", 88), (1, "SRTP_AES128_CM_SHA1_80", 60)]
CIPHERS = {
    "ecdsa": ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"],
    "rsa": ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"],
}

@pytest.fixture(scope="module")
def credentials(tmp_path_factory):
    """Kind of key -> (certificate file, key file, fingerprint line)."""
    folder = tmp_path_factory.mktemp("dtls")
    made = {}
    for kind, algorithm in [("ecdsa", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]), ("rsa", ["-newkey", "rsa:2048"])]:
        certificate, key = folder / f"{kind}.pem", folder / f"{kind}.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", *algorithm, "-subj", "/CN=test", "-days", "2", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        digest = subprocess.run(
            ["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"],
            check=True, capture_output=True, text=True).stdout.split("=")[1].strip()
        made[kind] = (str(certificate), str(key), "sha-256 " + digest)
    return made


MATERIAL = r"Keying material: ([0-9A-F]+)"


@pytest.mark.parametrize("profile", PROFILES, ids=[p[1] for p in PROFILES])
@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_our_server(credentials, kind, profile):
    """OpenSSL is the client; both sides have certificates."""
    number, name, length = profile
    certificate, key, fingerprint = credentials[kind]
    port = free_port()
    server = start([PEER, "server", port, "--fingerprint", fingerprint, "--certificate", certificate, "--key", key])
    client = None
    try:
        read_until(server, r"listening")
        client = start([
            "openssl", "s_client", "-dtls1_2", "-connect", f"127.0.0.1:{port}", "-cert", certificate, "-key", key,
            "-use_srtp", name, "-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", str(length)])
        connected = read_until(server, CONNECTED)
        assert connected[1] == "dtls12"
        assert int(connected[4]) == number
        material = read_until(client, MATERIAL)
        assert material[1].lower() == connected[5]
        client.stdin.write(b"over and back\n")
        read_until(server, "data over and back")
        read_until(client, "over and back")
    finally:
        stop(*[p for p in (client, server) if p])


@pytest.mark.parametrize("kind,cipher", [(kind, cipher) for kind in CIPHERS for cipher in CIPHERS[kind]])
def test_our_client(credentials, kind, cipher):
    """OpenSSL is the server, asks for a certificate and sends a HelloVerifyRequest first."""
    certificate, key, fingerprint = credentials[kind]
    port = free_port()
    server = start([
        "openssl", "s_server", "-dtls1_2", "-listen", "-accept", f"127.0.0.1:{port}", "-cert", certificate, "-key", key,
        "-Verify", "1", "-cipher", cipher, "-use_srtp", "SRTP_AEAD_AES_128_GCM", "-keymatexport", "EXTRACTOR-dtls_srtp",
        "-keymatexportlen", "56"])
    client = None
    try:
        read_until(server, "ACCEPT")
        client = start([PEER, "client", port, "--fingerprint", fingerprint, "--send", "hello server"])
        connected = read_until(client, CONNECTED)
        assert connected[1] == "dtls12"
        material = read_until(server, MATERIAL)
        assert material[1].lower() == connected[5]
        read_until(server, "hello server")
    finally:
        stop(*[p for p in (client, server) if p])


def test_small_datagrams(credentials):
    """OpenSSL fragments its flights to 256 bytes."""
    certificate, key, fingerprint = credentials["rsa"]
    port = free_port()
    server = start([PEER, "server", port, "--fingerprint", fingerprint, "--mtu", "256"])
    client = None
    try:
        read_until(server, r"listening")
        client = start([
            "openssl", "s_client", "-dtls1_2", "-mtu", "256", "-connect", f"127.0.0.1:{port}", "-cert", certificate,
            "-key", key, "-use_srtp", "SRTP_AES128_CM_SHA1_80", "-keymatexport", "EXTRACTOR-dtls_srtp",
            "-keymatexportlen", "60"])
        connected = read_until(server, CONNECTED)
        assert read_until(client, MATERIAL)[1].lower() == connected[5]
    finally:
        stop(*[p for p in (client, server) if p])


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_our_listener(credentials, kind):
    """A client of the TURN listener: no certificate, no use_srtp, a cookie, with and without ALPN."""
    certificate, key, _ = credentials[kind]
    for alpn in [["-alpn", "stun.turn"], []]:
        port = free_port()
        server = start([PEER, "listener", port, "--certificate", certificate, "--key", key])
        client = None
        try:
            read_until(server, r"listening")
            client = start(["openssl", "s_client", "-dtls1_2", "-connect", f"127.0.0.1:{port}", *alpn])
            connected = read_until(server, CONNECTED)
            assert connected[5] == ""
            if alpn:
                read_until(client, "ALPN protocol: stun.turn")
            client.stdin.write(b"allocate\n")
            read_until(server, "data allocate")
        finally:
            stop(*[p for p in (client, server) if p])


def test_wrong_fingerprint(credentials):
    certificate, key, _ = credentials["ecdsa"]
    port = free_port()
    server = start([PEER, "server", port, "--fingerprint", credentials["rsa"][2]])
    client = None
    try:
        read_until(server, r"listening")
        client = start([
            "openssl", "s_client", "-dtls1_2", "-connect", f"127.0.0.1:{port}", "-cert", certificate, "-key", key,
            "-use_srtp", "SRTP_AEAD_AES_128_GCM"])
        read_until(server, "failed fingerprintMismatch")
    finally:
        stop(*[p for p in (client, server) if p])
