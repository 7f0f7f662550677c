"""Firefox over Marionette: JSON messages with their length in front, over TCP."""
import ctypes
import itertools
import json
import os
import socket
import subprocess
import threading
import time


class FirefoxDriver:
    _page_type = None

    def __init__(self, command, options, profile, preferences, namespace):
        port = _free_port(namespace)
        with open(os.path.join(profile, "user.js"), "w", encoding="utf-8") as file:
            for name, value in {**preferences, "marionette.port": port}.items():
                file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        self.process = subprocess.Popen(command, **options)
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._current = None
        self._socket = self._connect(port, namespace)
        self._receive()  # The greeting.
        self.call("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True, "unhandledPromptBehavior": "ignore"}}})
        self.call("WebDriver:SetTimeouts", {"script": 60000, "pageLoad": 30000})

    @classmethod
    def page_base(cls, base):
        cls._page_type = type("FirefoxPage", (_FirefoxPage, base), {})

    def _connect(self, port, namespace):
        deadline = time.monotonic() + 40
        while True:
            try:
                connection = _in_namespace(namespace, lambda: socket.create_connection(("127.0.0.1", port), timeout=90))
                return connection
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError("Firefox ended while it was starting") from None
                if time.monotonic() > deadline:
                    self.process.kill()
                    raise TimeoutError("Firefox did not open its Marionette port") from None
                time.sleep(0.2)

    def first_page(self):
        return self._page_type(self, self.call("WebDriver:GetWindowHandle")["value"])

    def new_page(self):
        return self._page_type(self, self.call("WebDriver:NewWindow", {"type": "tab"})["handle"])

    def call(self, command, parameters=None, window=None):
        with self._lock:
            if window and window != self._current:
                self._exchange("WebDriver:SwitchToWindow", {"handle": window})
                self._current = window
            return self._exchange(command, parameters or {})

    def _exchange(self, command, parameters):
        number = next(self._numbers)
        text = json.dumps([0, number, command, parameters]).encode()
        self._socket.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{command}: {error.get('error')}: {error.get('message')}")
        return result

    def _receive(self):
        length = b""
        while not length.endswith(b":"):
            length += self._read(1)
        return json.loads(self._read(int(length[:-1])))

    def _read(self, count):
        data = b""
        while len(data) < count:
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise RuntimeError("Firefox closed the connection")
            data += piece
        return data

    def close(self):
        try:
            self._socket.settimeout(5)
            self.call("Marionette:Quit", {"flags": ["eForceQuit"]})
        except (OSError, RuntimeError, ValueError):
            pass
        self._socket.close()


class _FirefoxPage:
    def __init__(self, driver, window):
        self._driver = driver
        self._window = window
        # Marionette does not tell what a page prints.
        self.messages = []

    def _call(self, command, parameters=None):
        return self._driver.call(command, parameters, self._window)

    def open(self, url):
        self._call("WebDriver:Navigate", {"url": url})

    def resize(self, width, height, mobile=False):
        """The size of what the page sees; Firefox makes no window narrower than about 450 pixels."""
        outer = self.evaluate("[outerWidth - innerWidth, outerHeight - innerHeight]")
        self._call("WebDriver:SetWindowRect", {"width": width + outer[0], "height": height + outer[1]})

    def press(self, key):
        value = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c"}.get(key, key)
        self._call("WebDriver:PerformActions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
            {"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]}]})

    def _evaluate(self, expression, timeout):
        script = ("const done = arguments[0];"
                  f"(async () => ({expression}))().then((value) => done({{value}}),"
                  " (error) => done({error: String(error) + '\\n' + (error?.stack ?? '')}));")
        answer = self._call("WebDriver:ExecuteAsyncScript", {"script": script, "args": [], "sandbox": None,
                                                             "scriptTimeout": timeout * 1000})["value"]
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def _capture(self):
        return self._call("WebDriver:TakeScreenshot", {"full": False})["value"]


def _in_namespace(namespace, work):
    """Runs `work` in a thread that has entered a network namespace: sockets keep the namespace they were made in."""
    if not namespace:
        return work()
    outcome = {}

    def enter():
        try:
            descriptor = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(descriptor, 0x40000000) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            finally:
                os.close(descriptor)
            outcome["value"] = work()
        except BaseException as error:  # Handed to the caller below.
            outcome["error"] = error

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def _free_port(namespace):
    def find():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    return _in_namespace(namespace, find)
