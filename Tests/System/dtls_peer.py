"""The DTLSPeer program and processes beside it. DTLS_PEER names another one than .build/debug/DTLSPeer."""

import os
import re
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEER = Path(os.environ.get("DTLS_PEER", ROOT / ".build" / "debug" / "DTLSPeer"))
CONNECTED = r"connected (\S+) (\S+) (\S+) (\d+) ([0-9a-f]*)\n"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(arguments):
    return subprocess.Popen(
        [str(a) for a in arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)


def read_until(process, pattern, seconds=15):
    """Reads the process's output up to what the pattern matches, and returns the match."""
    os.set_blocking(process.stdout.fileno(), False)
    text = getattr(process, "text", "")
    end = time.monotonic() + seconds
    while True:
        # Asked before reading: what it wrote before it ended is read in this turn.
        has_ended = process.poll() is not None
        while chunk := process.stdout.read():
            text += chunk.decode(errors="replace")
        match = re.search(pattern, text)
        if match:
            process.text = text[match.end():]
            return match
        if has_ended or time.monotonic() > end:
            raise AssertionError(f"no {pattern!r} in:\n{text}")
        time.sleep(0.01)


def stop(*processes):
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()
