"""The page in Chromium and Firefox: lobby, call, errors. Screenshots go to artefacts/web."""
import pytest

from steps import PLAYING, click, join, leave, open_lobby, sizes

BOTH = pytest.mark.parametrize("name", ["chromium", "firefox"])

@BOTH
def test_lobby_shows_the_camera_and_the_microphone(name, gateway, running, shot):
    page = running(name).page
    open_lobby(page, gateway, "Ada Lovelace")
    page.wait_for("document.getElementById('preview').videoWidth > 0", 30)
    # Firefox runs no audio graph on a machine without a loudspeaker.
    if page.evaluate("new Promise((done) => { const c = new AudioContext(); setTimeout(() => done(c.state), 800); })") == "running":
        page.wait_for("document.getElementById('mic-level').value > 0", 10)
    page.wait_for("document.querySelectorAll('#lobby-devices select option').length >= 2")
    assert page.evaluate("document.getElementById('room').value") == "garden"
    sizes(page, shot, f"lobby-{name}")
    click(page, "lobby-camera")
    page.wait_for("document.getElementById('preview').hidden")
    click(page, "lobby-camera")
    page.wait_for("!document.getElementById('preview').hidden")


@BOTH
def test_two_people_see_each_other(name, gateway, running, shot):
    first = running(name).page
    second = running("chromium" if name == "firefox" else "firefox").page
    join(first, gateway, "Ada Lovelace")
    first.wait_for("document.querySelector('.tile.alone') !== null")
    sizes(first, shot, f"alone-{name}")
    join(second, gateway, "Grace Hopper")
    for page in (first, second):
        page.wait_for(f"{PLAYING} === 2", 40)
    first.wait_for("document.querySelectorAll('.bars:not([hidden])').length > 0", 15)
    first.wait_for("document.querySelector('.tile.speaking') !== null", 15)
    sizes(first, shot, f"call-{name}")
    leave(second)
    first.wait_for("document.querySelector('.tile.alone') !== null")
    leave(first)


def test_dark_mode_and_reduced_motion_have_their_looks(gateway, running, shot):
    page = running("chromium").page
    page.emulate(prefers_color_scheme="dark", prefers_reduced_motion="reduce")
    try:
        open_lobby(page, gateway, "Ada Lovelace")
        page.wait_for("document.getElementById('preview').videoWidth > 0", 30)
        shot(page, "lobby-dark")
        join(page, gateway, "Ada Lovelace")
        shot(page, "alone-dark")
        click(page, "open-settings")
        page.wait_for("document.getElementById('connection').childElementCount > 3 || document.querySelector('#settings details').open === false")
        page.evaluate("void (document.querySelector('#settings details').open = true)")
        page.wait_for("document.getElementById('connection').textContent.includes('relay over udp') && document.getElementById('connection').textContent.includes('Sending')", 20)
        sizes(page, shot, "settings-dark")
        page.press("Escape")
        page.wait_for("!document.getElementById('settings').open")
        leave(page)
    finally:
        page.emulate(prefers_color_scheme="", prefers_reduced_motion="")


def test_every_control_has_a_name_and_the_page_no_double_id(gateway, running):
    page = running("chromium").page
    open_lobby(page, gateway, "Ada")
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, select, meter')].filter((e) => !e.textContent.trim() && !e.ariaLabel"
        " && !e.labels?.length && e.id !== 'banner-action' && !e.id.startsWith('toggle-')).map((e) => e.id || e.outerHTML)")
    assert nameless == []
    assert page.evaluate("(() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
                         " return ids.filter((id, i) => ids.indexOf(id) !== i); })()") == []
