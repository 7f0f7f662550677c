"""Starts servers on free loopback ports, waits until they are ready, and ends them by their process id."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMESPACE = "demo"
SECRET = "a secret of the system tests"
# Above the ports that Linux hands out, so that no listener falls into the range.
RELAY_PORTS = (61000, 63499)
# For a second server beside the one that most tests share: two servers must not share relay ports.
OTHER_RELAY_PORTS = (63500, 65535)


def martlet_binary():
    path = pathlib.Path(os.environ.get("MARTLET_BINARY", ROOT / ".build/debug/martlet"))
    if not path.exists():
        raise FileNotFoundError(f"{path}: build it first (make build CONFIGURATION=debug) or set MARTLET_BINARY")
    return path


def free_port(address="127.0.0.1", count=1):
    """A port that is free for UDP and TCP, and so are the next `count - 1`."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for _ in range(100):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
            first = probe.getsockname()[1]
        try:
            for port in range(first, first + count):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    with socket.socket(family, kind) as probe:
                        probe.bind((address, port))
            return first
        except (OSError, OverflowError):
            continue
    raise RuntimeError("no free port")


def credentials(user="tester", ttl=600, secret=SECRET):
    """Made here and not by the program under test."""
    name = f"{int(time.time()) + ttl}:{NAMESPACE}:{user}"
    digest = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
    return name, base64.b64encode(digest).decode()


class Process:
    """A program with its output in a file, ended by SIGTERM, by SIGKILL after `patience` seconds."""

    def __init__(self, command, log, environment=None):
        self.log = pathlib.Path(log)
        self.output = open(self.log, "wb")
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=self.output, stderr=subprocess.STDOUT, env=environment
        )

    def text(self):
        return self.log.read_text(errors="replace")

    def stop(self, patience=15):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.output.close()
        return self.process.returncode


def wait_until(condition, seconds, what, process=None):
    """Asks `condition` until it answers with something; fails with the process's output when it ended or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process is not None and process.process.poll() is not None:
            raise AssertionError(f"{what}: ended with {process.process.returncode}\n{process.text()}")
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s\n{process.text() if process else ''}")


def http(url):
    """Status and text, or None when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None


class Martlet(Process):
    """`martlet turn` for coturn's clients: UDP, TCP and TLS on loopback, peers on one port and the next."""

    def __init__(self, folder, certificate, peer_port, extra=(), log_level="debug", relay_ports=RELAY_PORTS):
        self.port, self.tls_port, self.metrics_port = free_port(), free_port(), free_port()
        secret = folder / "secret"
        secret.write_text(SECRET + "\n")
        command = [
            martlet_binary(), "turn", "--development", "--namespace", NAMESPACE, "--realm", "example.org",
            "--auth-secret-file", secret, "--relay-ports", "%d-%d" % relay_ports,
            "--relay-address", "127.0.0.1", "--relay-address", "::1",
            "--allow-peer", f"127.0.0.1:{peer_port}-{peer_port + 1}",
            "--allow-peer", f"[::1]:{peer_port}-{peer_port + 1}",
            "--metrics-listen", f"127.0.0.1:{self.metrics_port}", "--log-level", log_level, "--drain-timeout", "2",
            "--tls-listen", f"127.0.0.1:{self.tls_port}",
            "--dtls-listen", f"127.0.0.1:{self.tls_port}", "--tls-certificate", certificate[0], "--tls-key", certificate[1],
        ]
        for address in (f"127.0.0.1:{self.port}", f"[::1]:{self.port}"):
            command += ["--listen", address, "--tcp-listen", address]
        super().__init__(command + list(extra), folder / "martlet.log")
        try:
            wait_until(lambda: (self.health() or (0,))[0] == 200, 20, "martlet turn", self)
        except BaseException:
            self.stop()
            raise

    def health(self):
        answer = http(f"http://127.0.0.1:{self.metrics_port}/health")
        return answer and (answer[0], json.loads(answer[1]))

    def metrics(self):
        return http(f"http://127.0.0.1:{self.metrics_port}/metrics")


class Coturn(Process):
    """coturn's server in the same role: shows that the tests themselves are right."""

    def __init__(self, folder, certificate, peer_port, extra=()):
        self.port, self.tls_port = free_port(), free_port()
        command = [
            "turnserver", "-n", "-c", "/dev/null", "--listening-ip", "127.0.0.1", "--listening-ip", "::1",
            "--listening-port", self.port, "--tls-listening-port", self.tls_port,
            "--cert", certificate[0], "--pkey", certificate[1], "--relay-ip", "127.0.0.1", "--relay-ip", "::1",
            "--min-port", RELAY_PORTS[0], "--max-port", RELAY_PORTS[1], "--use-auth-secret",
            "--static-auth-secret", SECRET, "--realm", "example.org", "--allow-loopback-peers", "--no-cli",
            "--userdb", folder / "turndb", "--pidfile", folder / "pid", "--log-file", "stdout", "--simple-log",
        ]
        super().__init__(command + list(extra), folder / "coturn.log")
        try:
            wait_until(lambda: self.accepts(self.port) and self.accepts(self.tls_port), 20, "turnserver", self)
        except BaseException:
            self.stop()
            raise

    @staticmethod
    def accepts(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False
