"""The command line as an operator meets it."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import time

import pytest

GOOD = """\
listens: 127.0.0.1:3478
relay_addresses: 10.0.0.7
namespace: demo
auth_secrets: [0123456789abcdef]
allow_peers: ["10.0.0.2:20000-20499"]
"""


@pytest.fixture
def config(tmp_path):
    def write(text):
        path = tmp_path / "turn.yaml"
        path.write_text(text)
        return path

    return write


def test_help_names_every_command_and_shows_examples(martlet):
    done = martlet("--help")
    assert done.returncode == 0
    for word in ("turn", "check", "credentials", "martlet turn --config"):
        assert word in done.stdout


def test_help_of_turn_explains_every_flag(martlet):
    done = martlet("turn", "--help")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    flags = [number for number, line in enumerate(lines) if line.startswith("  --")]
    assert len(flags) >= 40
    for number in flags:
        explained = re.search(r"\S {2,}\S", lines[number]) or lines[number + 1].startswith(" " * 20)
        assert explained or re.match(r"  --\S+( <\S+>)? \S", lines[number]), lines[number]


def test_version(martlet):
    done = martlet("--version")
    assert done.returncode == 0 and re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout)


def test_wrong_usage_is_64(martlet):
    assert martlet("turn", "--no-such-flag").returncode == 64
    assert martlet("no-such-command").returncode == 64
    assert martlet("credentials", "--namespace", "demo").returncode == 64


def test_check_prints_what_it_understood_without_secrets(martlet, config):
    done = martlet("check", "--config", config(GOOD + "users: anna:swordfish\n"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "relay_ports: 49152-65535\n" in done.stdout
    assert "allow_peers: 10.0.0.2:20000-20499\n" in done.stdout
    assert "auth_secrets: 1\n" in done.stdout
    assert "0123456789abcdef" not in done.stdout and "swordfish" not in done.stdout


def test_check_warns_about_a_peer_without_ports(martlet, config):
    done = martlet("check", "--config", config(GOOD.replace(":20000-20499", "")))
    assert done.returncode == 0
    assert "warning: allow_peers 10.0.0.2 names no ports" in done.stderr


@pytest.mark.parametrize("command", ["check", "turn"])
def test_every_error_is_named_at_once_with_78(martlet, config, command):
    path = config("listens: nowhere\nrelm: x\nshards: 0\nusers: swordfish\ntenants: []\n")
    done = martlet(
        command, "--config", path, "--max-channels", "none", environment={"MARTLET_TURN_STUN": "perhaps"}
    )
    assert (done.returncode, done.stdout) == (78, "")
    for part in (
        f'{path}:1: listens: "nowhere": expected ADDRESS:PORT',
        f"{path}:2: relm: expected a known key; did you mean `realm`?",
        f'{path}:3: shards: "0": expected a whole number from 1 to 256',
        f"{path}:4: users: expected NAME:PASSWORD",
        f"{path}:5: tenants: expected one namespace per process",
        '--max-channels: "none": expected a whole number',
        'MARTLET_TURN_STUN: "perhaps": expected on or off',
        "relay_addresses: missing", "namespace: missing", "allow_peers: missing",
        "10 errors in the configuration",
    ):
        assert part in done.stderr
    assert "swordfish" not in done.stderr


def test_environment_wins_over_file_and_flags_over_both(martlet, config):
    environment = {"MARTLET_TURN_REALM": "environment", "MARTLET_TURN_CONFIG": str(config(GOOD + "realm: file\n"))}
    assert "realm: environment\n" in martlet("check", environment=environment).stdout
    assert "realm: flag\n" in martlet("check", "--realm", "flag", environment=environment).stdout


def test_a_file_that_is_not_there_is_78(martlet):
    done = martlet("check", "--config", "/nowhere/turn.yaml")
    assert done.returncode == 78
    assert '"/nowhere/turn.yaml": expected a readable YAML file (no such file or directory)' in done.stderr


def password(secret, name):
    return base64.b64encode(hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()).decode()


def test_credentials_as_json(martlet, tmp_path):
    (tmp_path / "secret").write_text("c2VjcmV0\nanother\n")
    done = martlet(
        "credentials", "--auth-secret-file", tmp_path / "secret", "--namespace", "demo", "--user", "anna", "--ttl", 90,
        "--host", "2001:db8::1", "--tls-port", 443, "--format", "json",
    )
    made = json.loads(done.stdout)
    expiry, namespace, user = made["username"].split(":")
    assert (namespace, user, made["ttl"]) == ("demo", "anna", 90)
    assert abs(int(expiry) - time.time() - 90) < 10
    assert made["password"] == password("c2VjcmV0", made["username"])
    assert made["uris"] == [
        "turn:[2001:db8::1]:3478?transport=udp", "turn:[2001:db8::1]:3478?transport=tcp",
        "turns:[2001:db8::1]:443?transport=tcp",
    ]


def test_credentials_survive_a_shell(martlet, tmp_path):
    done = martlet("credentials", "--auth-secret", "s", "--namespace", "demo", "--user", "a'b c$d", "--format", "env")
    script = tmp_path / "env"
    script.write_text(done.stdout)
    shown = subprocess.run(
        ["sh", "-c", '. "$1"; printf "%s\\n%s" "$TURN_USERNAME" "$TURN_PASSWORD"', "sh", script],
        capture_output=True, text=True, check=True,
    ).stdout
    name, made = shown.split("\n")
    assert name.endswith(":demo:a'b c$d")
    assert made == password("s", name)


@pytest.mark.parametrize("arguments", [
    ["--auth-secret", "s", "--auth-secret-file", "f", "--namespace", "demo"],
    ["--auth-secret", "", "--namespace", "demo"],
    ["--auth-secret", "s", "--namespace", "a:b"],
    ["--auth-secret", "s", "--namespace", "demo", "--ttl", "0"],
])
def test_credentials_refuse_what_no_server_would_take(martlet, arguments):
    done = martlet("credentials", *arguments)
    assert (done.returncode, done.stdout) == (64, "")


def test_credentials_of_an_empty_secret_file_are_78(martlet, tmp_path):
    (tmp_path / "secret").write_text("\n \n")
    done = martlet("credentials", "--auth-secret-file", tmp_path / "secret", "--namespace", "demo")
    assert (done.returncode, done.stdout) == (78, "")
    assert "it is empty" in done.stderr
