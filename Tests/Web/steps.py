"""What people do on the page, for the tests."""

SHOWN = "(id => { const e = document.getElementById(id); return e && !e.hidden && e.offsetParent !== null; })"
PLAYING = "[...document.querySelectorAll('#tiles .tile:not(.no-video) video')].filter((v) => v.videoWidth > 2 && v.currentTime > 0).length"


def open_lobby(page, gateway, name, room="garden", token="good"):
    page.open("about:blank")
    page.open(f"{gateway.url}/#room={room}&token={token}")
    page.wait_for(f"{SHOWN}('lobby')")
    page.evaluate(f"void (document.getElementById('name').value = {name!r})")


def click(page, element):
    page.evaluate(f"void document.getElementById({element!r}).click()")


def join(page, gateway, name, **place):
    open_lobby(page, gateway, name, **place)
    page.wait_for("document.getElementById('preview').videoWidth > 0", 30)
    click(page, "join")
    page.wait_for(f"{SHOWN}('call')", 30)


def leave(page):
    click(page, "leave")
    page.wait_for(f"{SHOWN}('ended')")
    page.open("about:blank")


def sizes(page, shot, name):
    """Screenshots as on a desk and as on a phone."""
    page.resize(1280, 800)
    page.wait_for("innerWidth > 1200")
    page.evaluate("new Promise((done) => setTimeout(done, 400))")
    shot(page, f"{name}-desktop")
    page.resize(390, 844, mobile=True)
    page.evaluate("new Promise((done) => setTimeout(done, 600))")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out to the side"
    shot(page, f"{name}-phone")
    page.resize(1280, 800)
