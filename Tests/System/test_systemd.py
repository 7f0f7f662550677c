"""The unit is right in systemd's eyes and leaves a stolen process little to do."""

import re
import subprocess

import pytest

import servers

UNIT = servers.ROOT / "systemd/martlet-turn@.service"


@pytest.fixture
def unit(tmp_path, binary):
    """The unit with the program that was built, since verify wants it to exist."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/usr/bin/martlet", str(binary.resolve())))
    return copy


def verify(unit):
    return subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)


def test_verify_is_silent(unit):
    done = verify(unit)
    assert (done.returncode, done.stderr) == (0, "")


def test_verify_would_say_so(unit):
    unit.write_text(unit.read_text() + "\n[Service]\nNoSuchKey=yes\n")
    assert "NoSuchKey" in verify(unit).stderr


def test_exposure_is_below_two(unit):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", unit], capture_output=True, text=True
    )
    level = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert level, done.stdout + done.stderr
    assert float(level[1]) < 2.0, done.stdout


def test_stopping_may_take_longer_than_draining(martlet):
    timeout = int(re.search(r"^TimeoutStopSec=(\d+)s$", UNIT.read_text(), re.MULTILINE)[1])
    shown = martlet("check", "--development", "--user", "a:b", "--allow-peer", "127.0.0.1:5").stdout
    assert timeout > int(re.search(r"^drain_timeout: (\d+)$", shown, re.MULTILINE)[1])


def test_the_program_takes_the_command_line_of_the_unit(martlet, tmp_path):
    line = re.search(r"^ExecStart=/usr/bin/martlet turn (.*)$", UNIT.read_text(), re.MULTILINE)[1]
    config = tmp_path / "turn.yaml"
    config.write_text("relay_addresses: 10.0.0.7\nauth_secrets: 0123456789abcdef\nallow_peers: 10.0.0.2:20000-20499\n")
    done = martlet("check", *line.replace("/etc/martlet/%i/turn.yaml", str(config)).replace("%i", "demo").split())
    assert done.returncode == 0, done.stderr
    assert "namespace: demo\n" in done.stdout
