"""What the page does when something goes wrong, and that it comes back."""
import pytest

from steps import PLAYING, SHOWN, click, join, leave, open_lobby, sizes

BOTH = pytest.mark.parametrize("name", ["chromium", "firefox"])
BANNER = "document.getElementById('banner-text').textContent"


def in_call(gateway, running, name):
    """Two people who see each other: the page of `name`, and the other's."""
    first, second = running(name).page, running("chromium" if name == "firefox" else "firefox").page
    join(first, gateway, "Ada")
    join(second, gateway, "Grace")
    for page in (first, second):
        page.wait_for(f"{PLAYING} === 2", 40)
    return first, second


@BOTH
def test_a_bad_token_is_explained_and_can_be_replaced(name, gateway, running, shot):
    page = running(name).page
    open_lobby(page, gateway, "Ada", token="old")
    page.wait_for("document.getElementById('preview').videoWidth > 0", 30)
    click(page, "join")
    page.wait_for(f"{SHOWN}('join-error')", 20)
    assert "not valid" in page.evaluate("document.getElementById('join-error').textContent")
    sizes(page, shot, f"error-token-{name}")
    page.evaluate("void (document.getElementById('token').value = 'good')")
    click(page, "join")
    page.wait_for(f"{SHOWN}('call')", 20)
    leave(page)


def test_a_full_room_is_explained(gateway, running):
    page = running("chromium").page
    gateway.refuse = ("join_failed", "room is full")
    open_lobby(page, gateway, "Ada")
    click(page, "join")
    page.wait_for("document.getElementById('join-error').textContent.includes('The room is full')", 20)


def test_denied_devices_are_explained_and_joining_works_without(gateway, running, shot):
    page = running("chromium").new_page()
    page.before_load("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }")
    open_lobby(page, gateway, "Ada")
    page.wait_for(f"{SHOWN}('device-error')")
    sizes(page, shot, "error-permission")
    click(page, "join")
    page.wait_for(f"{SHOWN}('call')", 20)
    page.wait_for("document.querySelector('.tile.no-video.audio-off') !== null")
    leave(page)


def test_a_browser_without_webrtc_is_told_so(gateway, running, shot):
    page = running("chromium").new_page()
    page.before_load("delete window.RTCPeerConnection")
    page.open(f"{gateway.url}/")
    page.wait_for(f"{SHOWN}('unsupported')")
    shot(page, "unsupported")


def test_an_unreachable_relay_is_explained(gateway, running, shot):
    page = running("chromium").page
    credentials = gateway.credentials
    gateway.credentials = lambda: {**credentials(), "uris": ["turn:127.0.0.1:40999?transport=udp"]}
    try:
        join(page, gateway, "Ada")
        page.wait_for(f"{BANNER}.includes('relay cannot be reached')", 45)
        sizes(page, shot, "error-relay")
    finally:
        gateway.credentials = credentials
    page.wait_for(f"document.getElementById('banner').hidden", 60)
    leave(page)


@BOTH
def test_muting_is_seen_by_the_other(name, gateway, running, shot):
    first, second = in_call(gateway, running, name)
    first.evaluate("document.activeElement.blur()")
    first.press("m")
    second.wait_for("document.querySelector('.tile[aria-label=Ada]').classList.contains('audio-off')")
    first.press("v")
    second.wait_for("document.querySelector('.tile[aria-label=Ada]').classList.contains('no-video')")
    shot(second, f"muted-{name}")
    first.press("m")
    second.wait_for("!document.querySelector('.tile[aria-label=Ada]').classList.contains('audio-off')")
    first.press("v")
    second.wait_for(f"{PLAYING} === 2", 20)
    assert [data["enabled"] for _, kind, data in gateway.frames if kind == "video-state"] == [False, True]
    leave(second)
    leave(first)


@BOTH
def test_a_lost_socket_is_made_again(name, gateway, running, shot):
    first, second = in_call(gateway, running, name)
    gateway.draining = True
    gateway.drop_all()
    first.wait_for(f"{BANNER}.includes('Reconnecting')", 10)
    sizes(first, shot, f"reconnecting-{name}")
    gateway.draining = False
    for page in (first, second):
        page.wait_for(f"document.getElementById('banner').hidden && {PLAYING} === 2", 60)
    leave(second)
    leave(first)


@BOTH
def test_a_draining_server_is_left_without_a_gap(name, gateway, running):
    first, second = in_call(gateway, running, name)
    before = gateway.peer("Ada")
    gateway.tell(before, "server-draining", {"reason": "server shutting down", "timeoutMs": 30000})
    second.wait_for("document.querySelectorAll('.tile[aria-label=Ada]').length === 1", 5)
    for _ in range(100):
        if gateway.peer("Ada") != before and before not in gateway.participants:
            break
        first.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert before not in gateway.participants
    assert first.evaluate("document.getElementById('banner').hidden")
    for page in (first, second):
        page.wait_for(f"{PLAYING} === 2", 40)
    leave(second)
    leave(first)


@BOTH
def test_new_credentials_cause_no_negotiation(name, gateway, running):
    first, second = in_call(gateway, running, name)
    gateway.frames.clear()
    gateway.tell_all("refresh-credentials", gateway.credentials("two"))
    first.evaluate("new Promise((done) => setTimeout(done, 3000))")
    assert [kind for _, kind, _ in gateway.frames if kind != "answer"] == []
    time = "document.querySelector('.tile[aria-label=Grace] video').currentTime"
    earlier = first.evaluate(time)
    first.wait_for(f"{time} > {earlier} + 1")
    leave(second)
    leave(first)


def test_being_removed_ends_the_call(gateway, running, shot):
    page = running("chromium").page
    join(page, gateway, "Ada")
    gateway.tell(gateway.peer("Ada"), "kicked", {"code": "removed", "reason": "The host removed you."})
    page.wait_for(f"{SHOWN}('ended')")
    assert "The host removed you." in page.evaluate("document.getElementById('ended-text').textContent")
    shot(page, "ended")
    click(page, "rejoin")
    page.wait_for(f"{SHOWN}('lobby')")


def test_a_shared_screen_gets_the_large_place(gateway, running, shot):
    first, second = in_call(gateway, running, "chromium")
    # Headless Chromium has no screen: a canvas takes its place.
    first.evaluate(
        "void (navigator.mediaDevices.getDisplayMedia = async () => { const c = document.createElement('canvas'); c.width = 1280; c.height = 720;"
        " const d = c.getContext('2d'); let n = 0; setInterval(() => { d.fillStyle = '#223'; d.fillRect(0, 0, 1280, 720); d.fillStyle = '#fff';"
        " d.font = '80px sans-serif'; d.fillText('Slide ' + Math.floor(n++ / 10), 80, 200); }, 100); return c.captureStream(10); })")
    click(first, "toggle-screen")
    second.wait_for("document.querySelector('#screens video')?.videoWidth > 100", 30)
    sizes(first, shot, "screen")
    click(first, "toggle-screen")
    second.wait_for("document.getElementById('screens').hidden", 20)
    leave(second)
    leave(first)
