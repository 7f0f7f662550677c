"""Our DTLS against aiortc's, both roles: fingerprints are judged on both sides, and SRTP packets cross with equal keys.

Needs the DTLSPeer program (swift build --product DTLSPeer). Traffic stays on 127.0.0.1.
"""

import asyncio
import socket
import struct
import subprocess

import pytest
from aiortc import RTCCertificate, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from pylibsrtp import Policy, Session

from dtls_peer import CONNECTED, PEER, free_port, read_until, start, stop

# Number of the profile -> name in OpenSSL, libsrtp's number, bytes of key and of salt.
PROFILES = {
    1: (b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
    7: (b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    8: (b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12),
}


class Path:
    """What aiortc takes for its ICE transport: a UDP socket with one peer."""

    role = "controlling"
    state = "completed"

    def __init__(self, peer_port, port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.peer = ("127.0.0.1", peer_port) if peer_port else None

    async def _recv(self):
        data, self.peer = await asyncio.get_running_loop().sock_recvfrom(self.socket, 65536)
        return data

    async def _send(self, data):
        self.socket.sendto(data, self.peer)


class Received:
    """Takes the application data of aiortc's transport."""

    def __init__(self):
        self.data = asyncio.Queue()

    async def _handle_data(self, data):
        await self.data.put(data)


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    """Our certificate file, key file and fingerprint."""
    folder = tmp_path_factory.mktemp("aiortc")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=test",
         "-days", "2", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    line = subprocess.run(
        ["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"],
        check=True, capture_output=True, text=True).stdout
    return certificate, key, line.split("=")[1].strip()


def fingerprint_line(certificate):
    """What signaling would say of aiortc's certificate."""
    return next(f"{f.algorithm} {f.value}" for f in certificate.getFingerprints() if f.algorithm == "sha-256")


async def shake_hands(identity, our_role, profile, ours=None, theirs=None):
    """Runs a handshake; `ours` and `theirs` are fingerprints to expect in place of the right ones.

    Returns aiortc's transport and our process.
    """
    certificate, key, fingerprint = identity
    their_certificate = RTCCertificate.generateCertificate()
    options = ["--certificate", certificate, "--key", key, "--profiles", profile,
               "--fingerprint", theirs or fingerprint_line(their_certificate)]
    if our_role == "server":
        peer = start([PEER, "server", port := free_port(), *options])
        read_until(peer, "listening")
        path = Path(port)
    else:
        path = Path(None)
        peer = start([PEER, "client", path.socket.getsockname()[1], *options, "--send", "from us"])
    transport = RTCDtlsTransport(path, [their_certificate])
    transport._set_role("client" if our_role == "server" else "server")
    received = transport.received = Received()
    transport._register_data_receiver(received)
    parameters = RTCDtlsParameters(fingerprints=[RTCDtlsFingerprint(algorithm="sha-256", value=ours or fingerprint)])
    try:
        await asyncio.wait_for(transport.start(parameters), 15)
    except BaseException:
        stop(peer)
        raise
    return transport, peer


def rtp(sequence_number):
    return struct.pack("!BBHII", 0x80, 96, sequence_number, 1234, 0xCAFEBABE) + b"a packet of media"


def sessions(exported, profile, our_role):
    """libsrtp with the keys that we exported: what we send with, and what we receive with."""
    _, number, key_length, salt_length = PROFILES[profile]
    assert len(exported) == 2 * (key_length + salt_length)
    keys = [exported[:key_length], exported[key_length:2 * key_length]]
    salts = [exported[2 * key_length:][:salt_length], exported[2 * key_length + salt_length:]]
    client, server = (k + s for k, s in zip(keys, salts))
    sending, receiving = (client, server) if our_role == "client" else (server, client)
    return (
        Session(Policy(key=sending, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=number)),
        Session(Policy(key=receiving, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=number)),
    )


@pytest.mark.parametrize("profile", PROFILES, ids=[name.decode() for name, *_ in PROFILES.values()])
@pytest.mark.parametrize("our_role", ["server", "client"])
def test_media(identity, our_role, profile):
    async def run():
        transport, peer = await shake_hands(identity, our_role, profile)
        try:
            assert transport.state == "connected"
            assert transport._ssl.get_selected_srtp_profile() == PROFILES[profile][0]
            connected = read_until(peer, CONNECTED)
            assert connected[1] == "dtls12"
            assert int(connected[4]) == profile
            sender, receiver = sessions(bytes.fromhex(connected[5]), profile, our_role)
            assert transport._rx_srtp.unprotect(sender.protect(rtp(1))) == rtp(1)
            assert receiver.unprotect(transport._tx_srtp.protect(rtp(2))) == rtp(2)
            if our_role == "server":
                await transport._send_data(b"over and back")
                read_until(peer, "data over and back")
                assert await asyncio.wait_for(transport.received.data.get(), 5) == b"over and back"
            else:
                assert await asyncio.wait_for(transport.received.data.get(), 5) == b"from us"
        finally:
            await transport.stop()
            stop(peer)

    asyncio.run(run())


@pytest.mark.parametrize("our_role", ["server", "client"])
def test_we_refuse_a_wrong_fingerprint(identity, our_role):
    async def run():
        wrong = fingerprint_line(RTCCertificate.generateCertificate())
        transport, peer = await shake_hands(identity, our_role, 7, theirs=wrong)
        try:
            read_until(peer, "failed fingerprintMismatch")
        finally:
            await transport.stop()
            stop(peer)

    asyncio.run(run())


@pytest.mark.parametrize("our_role", ["server", "client"])
def test_aiortc_refuses_a_wrong_fingerprint(identity, our_role):
    async def run():
        wrong = fingerprint_line(RTCCertificate.generateCertificate()).split()[1]
        transport, peer = await shake_hands(identity, our_role, 7, ours=wrong)
        try:
            assert transport.state == "failed"
        finally:
            await transport.stop()
            stop(peer)

    asyncio.run(run())
