"""Chromium over its DevTools pipe: JSON messages that end in a zero byte, on descriptors 3 and 4."""
import fcntl
import itertools
import json
import os
import queue
import subprocess
import threading


class ChromiumDriver:
    _page_type = None

    def __init__(self, command, options):
        ours_in, theirs_out = _high_pipe()
        theirs_in, ours_out = _high_pipe()

        def descriptors():
            os.dup2(theirs_in, 3)
            os.dup2(theirs_out, 4)

        self.process = subprocess.Popen(command, pass_fds=(3, 4), preexec_fn=descriptors, **options)
        os.close(theirs_in)
        os.close(theirs_out)
        self._input = os.fdopen(ours_in, "rb")
        self._output = os.fdopen(ours_out, "wb", buffering=0)
        self._numbers = itertools.count(1)
        self._answers = {}
        self._pages = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    @classmethod
    def page_base(cls, base):
        cls._page_type = type("ChromiumPage", (_ChromiumPage, base), {})

    def first_page(self):
        targets = self.call("Target.getTargets")["targetInfos"]
        return self._attach(next(each["targetId"] for each in targets if each["type"] == "page"))

    def new_page(self):
        return self._attach(self.call("Target.createTarget", {"url": "about:blank"})["targetId"])

    def _attach(self, target):
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._page_type(self, session, target)
        self._pages[session] = page
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable", session=session)
        return page

    def call(self, method, parameters=None, session=None, timeout=30):
        number = next(self._numbers)
        answer = self._answers[number] = queue.Queue()
        message = {"id": number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        with self._lock:
            self._output.write(json.dumps(message).encode() + b"\0")
        try:
            reply = answer.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"{method} was not answered within {timeout} s") from None
        finally:
            del self._answers[number]
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error'].get('message')}")
        return reply["result"]

    def _read(self):
        buffer = b""
        while True:
            try:
                piece = self._input.read1(1 << 16)
            except (ValueError, OSError):
                return
            if not piece:
                for waiting in list(self._answers.values()):
                    waiting.put({"error": {"message": "the browser ended"}})
                return
            *messages, buffer = (buffer + piece).split(b"\0")
            for text in messages:
                message = json.loads(text)
                if "id" in message:
                    waiting = self._answers.get(message["id"])
                    if waiting:
                        waiting.put(message)
                elif message.get("sessionId") in self._pages:
                    self._pages[message["sessionId"]].note(message["method"], message["params"])

    def close(self):
        try:
            self.call("Browser.close", timeout=5)
        except (OSError, RuntimeError, TimeoutError, ValueError):
            pass
        self._output.close()


class _ChromiumPage:
    def __init__(self, driver, session, target):
        self._driver = driver
        self._session = session
        self._target = target
        # What the page printed and complained about, as text.
        self.messages = []

    def _call(self, method, parameters=None, timeout=30):
        return self._driver.call(method, parameters, self._session, timeout)

    def note(self, method, parameters):
        if method == "Runtime.consoleAPICalled":
            words = [str(each.get("value", each.get("description", each["type"]))) for each in parameters["args"]]
            self.messages.append(f"{parameters['type']}: {' '.join(words)}")
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.messages.append("error: " + details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded":
            self.messages.append(f"{parameters['entry']['level']}: {parameters['entry']['text']} {parameters['entry'].get('url', '')}")

    def open(self, url):
        self._call("Page.navigate", {"url": url})

    def before_load(self, script):
        """Runs a script in every document of this page before its own scripts."""
        self._call("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def resize(self, width, height, mobile=False):
        self._call("Emulation.setDeviceMetricsOverride",
                   {"width": width, "height": height, "deviceScaleFactor": 2 if mobile else 1, "mobile": mobile})

    def emulate(self, **features):
        """Media features, such as prefers_color_scheme="dark"."""
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._call("Emulation.setEmulatedMedia", {"features": listed})

    def press(self, key):
        """A key with its letter, such as "m" or "Tab"."""
        text = key if len(key) == 1 else ""
        common = {"key": key, "text": text, "modifiers": 8 if text.isupper() else 0,
                  "windowsVirtualKeyCode": {"Tab": 9, "Enter": 13, "Escape": 27}.get(key, ord(key.upper()) if text else 0)}
        self._call("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **common})
        self._call("Input.dispatchKeyEvent", {"type": "keyUp", **common})

    def _evaluate(self, expression, timeout):
        answer = self._call("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True,
                                                 "userGesture": True, "replMode": False}, timeout)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def _capture(self):
        return self._call("Page.captureScreenshot", {"format": "png"})["data"]


def _high_pipe():
    """A pipe whose descriptors are out of the way of 3 and 4."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved
