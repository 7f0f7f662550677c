"""A gateway for looking at the web client without Martlet's server: static files, the signaling WebSocket, and room state.

The media part is a page in a browser (fake/sfu.html) that is connected to every participant; this program relays frames
between the participants and that page. TURN is coturn.
"""
import http.server
import mimetypes
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import urllib.parse
import uuid

from websocket import WebSocket

HERE = pathlib.Path(__file__).parent
WEB = HERE.parent.parent / "web"
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


class Turn:
    """coturn on 127.0.0.1 for the time of a test run."""

    program = shutil.which("turnserver")

    def __init__(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [self.program, "-n", "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", str(self.port),
             "--min-port", "41000", "--max-port", "41999", "--lt-cred-mech", "--realm", "test", "--user", "one:secret", "--user", "two:secret",
             "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls", "--log-file", "stdout", "--simple-log",
             "--pidfile", os.devnull, "--userdb", os.devnull],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def credentials(self, user="one", ttl=600):
        uris = [f"turn:127.0.0.1:{self.port}?transport=udp"]
        return {"username": user, "password": "secret", "credential": "secret", "ttl": ttl, "uris": uris, "urls": uris}

    def close(self):
        self.process.terminate()
        self.process.wait(10)


class Gateway:
    """The server of one test run. `refuse`, `credentials` and the methods change how it behaves."""

    def __init__(self, credentials):
        self.credentials = credentials
        self.token = "good"
        # A join gets this error: (code, message).
        self.refuse = None
        # Upgrades get 503.
        self.draining = False
        self.participants = {}
        # Frames from clients, as (peer id, type, data), for tests to look at.
        self.frames = []
        self.sfu = None
        self._sfu_ready = threading.Event()
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"gateway": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.url = f"http://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for_sfu(self, timeout=20):
        if not self._sfu_ready.wait(timeout):
            raise TimeoutError("the page that plays the SFU did not connect")

    def tell(self, peer_id, kind, data):
        """Sends a frame to one participant."""
        self.participants[peer_id]["socket"].send({"type": kind, "data": data, **data})

    def tell_all(self, kind, data, but=None):
        for peer_id in list(self.participants):
            if peer_id != but:
                self.tell(peer_id, kind, data)

    def peer(self, user_id):
        """The peer id of the newest participant with this name."""
        return [peer_id for peer_id, each in self.participants.items() if each["userId"] == user_id][-1]

    def drop_all(self):
        """Cuts every participant's socket."""
        for each in list(self.participants.values()):
            each["socket"].drop()

    def reset(self):
        self.refuse = None
        self.draining = False
        self.frames.clear()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def serve_sfu(self, websocket):
        self.sfu = websocket
        self._sfu_ready.set()
        for message in websocket:
            participant = self.participants.get(message["peerId"])
            if participant:
                participant["socket"].send({"type": message["type"], "data": message["data"], **message["data"]})

    def serve_participant(self, websocket):
        messages = iter(websocket)
        first = next(messages, None)
        if first is None:
            return
        error = self.refuse or (None if first["type"] == "join" else ("invalid_message", "first message must be join"))
        if error:
            data = {"code": error[0], "message": error[1]}
            websocket.send({"type": "error", "data": data, **data})
            websocket.close(1008, error[0])
            return
        peer_id = str(uuid.uuid4())
        identity = {"peerId": peer_id, "userId": first["data"].get("userId", "")}
        with self._lock:
            self.tell_all("participant-joined", {"participant": identity, **identity})
            self.participants[peer_id] = {"socket": websocket, "userId": identity["userId"]}
        everybody = [{"peerId": each, "userId": who["userId"]} for each, who in self.participants.items()]
        self.tell(peer_id, "welcome", {"peerId": peer_id, "roomId": first["data"]["roomId"], "participants": everybody})
        self.tell(peer_id, "turn-credentials", self.credentials())
        self._to_sfu(peer_id, "joined", {})
        try:
            for message in messages:
                self._receive(peer_id, identity, message)
                if message["type"] == "leave":
                    break
        finally:
            del self.participants[peer_id]
            self._to_sfu(peer_id, "left", {})
            self.tell_all("participant-left", {"peerId": peer_id})
            websocket.close()

    def _receive(self, peer_id, identity, message):
        kind, data = message["type"], message.get("data", {})
        self.frames.append((peer_id, kind, data))
        if kind in ("audio-state", "video-state"):
            self.tell_all("participant-state", {**identity, "kind": kind.split("-")[0], "enabled": data["enabled"]}, but=peer_id)
        elif kind in ("offer", "answer", "ice-candidate"):
            self._to_sfu(peer_id, kind, data)

    def _to_sfu(self, peer_id, kind, data):
        if self.sfu:
            self.sfu.send({"peerId": peer_id, "type": kind, "data": data})


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway = None

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = urllib.parse.urlparse(self.path).path
        if path == "/v1/webrtc/signal":
            self._signal()
        elif path == "/fake-sfu-control":
            self.gateway.serve_sfu(WebSocket(self))
        elif path == "/v1/webrtc/rooms":
            status = 503 if self.gateway.draining else 200 if self._authorized(self.headers.get("Authorization", "")[7:]) else 401
            self._reply(status, "application/json", b"{}")
        elif path.startswith("/fake/"):
            self._file(HERE, path, policy=None)
        else:
            self._file(WEB, "/index.html" if path == "/" else path, POLICY)

    def _authorized(self, token):
        return token == self.gateway.token

    def _signal(self):
        offered = [each.strip() for each in self.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        if not self._authorized(offered[-1]):
            self._reply(401, "application/json", b'{"error":"invalid API key"}')
        elif self.gateway.draining:
            self._reply(503, "text/plain", b"server draining")
        else:
            self.gateway.serve_participant(WebSocket(self, "Bearer"))

    def _file(self, root, path, policy):
        file = (root / path.lstrip("/")).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            self._reply(404, "text/plain", b"not found")
            return
        self._reply(200, mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes(), policy)

    def _reply(self, status, media_type, body, policy=None):
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)
