"""Drives headless Chromium and Firefox with the Python standard library alone.

    with launch("chromium", "http://localhost:8080/") as browser:
        page = browser.page
        page.wait_for("document.querySelector('#join')")
        page.evaluate("document.querySelector('#join').click()")
        page.screenshot("/tmp/shot.png")

Chromium is spoken to over its DevTools pipe, Firefox over Marionette. `run` is for pages that report by themselves: it opens a
page and returns the JSON that the page POSTs to a `Collector`.
"""
import base64
import http.server
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from chromium import ChromiumDriver
from firefox import FirefoxDriver

PROGRAMS = {"chromium": "chromium", "firefox": "firefox-esr"}

CHROMIUM_FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]

FIREFOX_PREFERENCES = {
    "media.navigator.streams.fake": True, "media.navigator.permission.disabled": True, "media.autoplay.default": 0,
    "media.peerconnection.ice.obfuscate_host_addresses": False, "media.gmp-manager.updateEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False, "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False, "browser.aboutwelcome.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "services.settings.server": "http://127.0.0.1:9/",
    "browser.safebrowsing.update.enabled": False, "dom.min_background_timeout_value": 4,
}

# What browsers need for media on 127.0.0.1, which they leave out of ICE otherwise.
LOOPBACK_FLAGS = ["--allow-loopback-in-peer-connection"]
LOOPBACK_PREFERENCES = {"media.peerconnection.ice.loopback": True}


def available(name):
    """Whether this browser is installed."""
    return shutil.which(PROGRAMS[name]) is not None


class Browser:
    """A running browser with a profile of its own; a context manager. `page` is the first page."""

    def __init__(self, name, *, flags=(), preferences=None, namespace=None, authority=None, size=(1280, 800)):
        self.name = name
        self.profile = tempfile.mkdtemp(prefix="browser-")
        if authority:
            self._trust(authority)
        environment = dict(os.environ, HOME=self.profile, MOZ_CRASHREPORTER_DISABLE="1")
        prefix = ["ip", "netns", "exec", namespace] if namespace else []
        self.log = open(os.path.join(self.profile, "browser.log"), "wb")
        options = {"env": environment, "stdout": self.log, "stderr": self.log, "start_new_session": True}
        try:
            if name == "chromium":
                command = prefix + [PROGRAMS[name], *CHROMIUM_FLAGS, f"--user-data-dir={self.profile}",
                                    f"--window-size={size[0]},{size[1]}", "--remote-debugging-pipe", *flags, "about:blank"]
                self.driver = ChromiumDriver(command, options)
            else:
                self.driver = FirefoxDriver(
                    prefix + [PROGRAMS[name], "--headless", "--no-remote", "--marionette", "--profile", self.profile,
                              f"--width={size[0]}", f"--height={size[1]}", *flags, "about:blank"],
                    options, self.profile, {**FIREFOX_PREFERENCES, **(preferences or {})}, namespace)
        except BaseException:
            self._remove_profile()
            raise
        self.page = self.driver.first_page()

    def _trust(self, authority):
        """Makes the browser trust a certificate authority (a PEM file); needs certutil of libnss3-tools."""
        store = self.profile if self.name == "firefox" else os.path.join(self.profile, ".pki/nssdb")
        os.makedirs(store, exist_ok=True)
        subprocess.run(["certutil", "-N", "-d", "sql:" + store, "--empty-password"], check=True)
        subprocess.run(["certutil", "-A", "-d", "sql:" + store, "-n", "test", "-t", "C,,", "-i", authority], check=True)

    def new_page(self, url="about:blank"):
        """Another tab."""
        page = self.driver.new_page()
        page.open(url)
        return page

    def close(self):
        process = self.driver.process
        self.driver.close()
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
                process.wait(5)
                break
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        self.log.close()
        self._remove_profile()

    def _remove_profile(self):
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


class Page:
    """What a page of either browser can do. Drivers give `_evaluate`, `_capture`, `open`, `resize`, `press`."""

    def evaluate(self, expression, timeout=20):
        """The JSON value of an expression; promises are awaited. Raises `RuntimeError` when the page throws."""
        return self._evaluate(expression, timeout)

    def wait_for(self, expression, timeout=20):
        """Waits until the expression is true and returns its value."""
        deadline = time.monotonic() + timeout
        while True:
            value = self.evaluate(expression)
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(f"not true after {timeout} s: {expression}")
            time.sleep(0.1)

    def screenshot(self, path):
        """Writes a PNG of the visible part."""
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(self._capture()))
        return path


ChromiumDriver.page_base(Page)
FirefoxDriver.page_base(Page)


def launch(name, url="about:blank", **options):
    """Starts "chromium" or "firefox" and opens `url`.

    flags: more command line flags; preferences: more Firefox preferences; namespace: name of a network namespace to run in;
    authority: PEM file of a certificate authority to trust; size: (width, height) of the window.
    """
    browser = Browser(name, **options)
    try:
        browser.page.open(url)
    except BaseException:
        browser.close()
        raise
    return browser


class Collector:
    """A small server that pages POST their result to, and that serves files of one folder. A context manager."""

    def __init__(self, folder=None, address="127.0.0.1", port=0):
        collector = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments, **keywords):
                super().__init__(*arguments, directory=folder or tempfile.gettempdir(), **keywords)

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                if folder is None:
                    self.send_error(404)
                else:
                    super().do_GET()

            def do_OPTIONS(self):
                self._empty()

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                collector._result = json.loads(self.rfile.read(length))
                self._empty()
                collector._arrived.set()

            def _empty(self):
                self.send_response(204)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Headers", "*")
                self.end_headers()

        self._arrived = threading.Event()
        self._result = None
        self.server = http.server.ThreadingHTTPServer((address, port), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def result(self, timeout=60):
        """The next result; raises `TimeoutError`."""
        if not self._arrived.wait(timeout):
            raise TimeoutError(f"no page reported within {timeout} s")
        self._arrived.clear()
        return self._result

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.server.shutdown()
        self.server.server_close()


def run(name, url, collector, timeout=60, **options):
    """Opens a page that reports to `collector` by itself and returns what it reported."""
    with launch(name, url, **options):
        return collector.result(timeout)
