"""The server side of a WebSocket (RFC 6455), as far as the tests need it: whole text frames, pings, close."""
import base64
import hashlib
import json
import struct
import threading


class WebSocket:
    def __init__(self, handler, subprotocol=None):
        """Upgrades the request of an `http.server` handler."""
        key = handler.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Accept: " + base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()]
        if subprotocol:
            lines.append("Sec-WebSocket-Protocol: " + subprotocol)
        handler.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        handler.close_connection = True
        self._connection = handler.connection
        self._file = handler.rfile
        self._lock = threading.Lock()

    def send(self, message):
        self._frame(1, json.dumps(message).encode())

    def _frame(self, opcode, data):
        head = bytes([0x80 | opcode])
        if len(data) < 126:
            head += bytes([len(data)])
        elif len(data) < 1 << 16:
            head += b"\x7e" + struct.pack(">H", len(data))
        else:
            head += b"\x7f" + struct.pack(">Q", len(data))
        try:
            with self._lock:
                self._connection.sendall(head + data)
        except OSError:
            pass  # The page is gone; reading notices.

    def close(self, code=1000, reason=""):
        self._frame(8, struct.pack(">H", code) + reason.encode())

    def drop(self):
        """Cuts the connection without a word."""
        try:
            self._connection.shutdown(2)
        except OSError:
            pass

    def __iter__(self):
        """The messages, until the other side closes."""
        text = b""
        while True:
            try:
                frame = self._read_frame()
            except OSError:
                return
            if frame is None:
                return
            final, opcode, data = frame
            if opcode == 8:
                self._frame(8, data)
                return
            if opcode == 9:
                self._frame(10, data)
            elif opcode in (0, 1):
                text += data
                if final:
                    yield json.loads(text)
                    text = b""

    def _read_frame(self):
        head = self._file.read(2)
        if len(head) < 2:
            return None
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack(">H", self._file.read(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self._file.read(8))[0]
        mask = self._file.read(4)
        data = self._file.read(length)
        if len(data) < length:
            return None
        return bool(head[0] & 0x80), head[0] & 15, bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
