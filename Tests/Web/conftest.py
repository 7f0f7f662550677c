import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System")]

import browsers  # noqa: E402
import fake_gateway  # noqa: E402

# Where screenshots go: artefacts/web below the repository, unless told otherwise.
SHOTS = pathlib.Path(os.environ.get("MARTLET_SCREENSHOTS", HERE.parent.parent / "artefacts" / "web"))


@pytest.fixture(scope="session")
def turn():
    if not fake_gateway.Turn.program:
        pytest.skip("turnserver (package coturn) is not installed")
    server = fake_gateway.Turn()
    yield server
    server.close()


@pytest.fixture(scope="session")
def gateway_of_session(turn):
    server = fake_gateway.Gateway(turn.credentials)
    if not browsers.available("chromium"):
        pytest.skip("chromium is not installed")
    flags = [*browsers.LOOPBACK_FLAGS, "--disable-features=WebRtcHideLocalIpsWithMdns"]
    with browsers.launch("chromium", f"{server.url}/fake/sfu.html", flags=flags) as browser:
        server.wait_for_sfu()
        server.sfu_page = browser.page
        yield server
    server.close()


@pytest.fixture
def gateway(gateway_of_session):
    gateway_of_session.reset()
    yield gateway_of_session
    gateway_of_session.reset()


@pytest.fixture(scope="session")
def running():
    """Browsers that are shared by the tests: a function from a name to a `browsers.Browser`."""
    started = {}

    def get(name):
        if not browsers.available(name):
            pytest.skip(f"{name} is not installed")
        if name not in started:
            started[name] = browsers.launch(name, flags=browsers.LOOPBACK_FLAGS if name == "chromium" else (),
                                            preferences=browsers.LOOPBACK_PREFERENCES)
        return started[name]

    yield get
    for browser in started.values():
        browser.close()


@pytest.fixture
def shot():
    """Takes a screenshot under a name."""
    return lambda page, name: page.screenshot(SHOTS / f"{name}.png")
