"""Clouds that cannot be signed in to: one clear message, in bounded time."""

from __future__ import annotations

import contextlib
import http.server
import json
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from catalogs.errors import CollectError
from inventory.collectors.clouds import openstack_connection
from inventory.collectors.clouds.at_once import at_once
from inventory.collectors.clouds.masking import masked
from inventory.collectors.clouds.openstack_connection import connect

ROOT = Path(__file__).resolve().parents[3]


def clouds(folder: Path, monkeypatch: pytest.MonkeyPatch, **auth_urls: str) -> None:
    entries = {
        name: {
            "auth": {
                "auth_url": url,
                "username": "u",
                "password": "p",
                "project_name": "x",
                "user_domain_name": "Default",
                "project_domain_name": "Default",
            }
        }
        for name, url in auth_urls.items()
    }
    file = folder / "clouds.yaml"
    file.write_text(json.dumps({"clouds": entries}), encoding="utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    monkeypatch.setattr(openstack_connection, "SIGN_IN_SECONDS", 1.0)


def test_an_unknown_cloud_lists_the_known_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clouds(tmp_path, monkeypatch, north="http://127.0.0.1:1/v3", south="http://127.0.0.1:1/v3")
    with pytest.raises(CollectError, match="没有名为 east 的云；现有：north、south") as caught:
        connect("east")
    assert caught.value.hint is not None


def test_no_clouds_yaml_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "none.yaml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CollectError, match="没有名为 east 的云"):
        connect("east")


def test_a_closed_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clouds(tmp_path, monkeypatch, north="http://127.0.0.1:1/v3")
    with pytest.raises(CollectError, match="身份服务没有应答（连接不上）"):
        connect("north")


class Busy(http.server.BaseHTTPRequestHandler):
    """An identity service that says it cannot serve."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_cloud_that_answers_503_is_asked_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        clouds(tmp_path, monkeypatch, north=f"http://127.0.0.1:{server.server_port}/v3")
        with pytest.raises(CollectError, match="现在不能服务") as refused:
            connect("north")
        server.shutdown()
    assert refused.value.hint is not None
    assert "过一会儿再采" in refused.value.hint.zh


def test_a_port_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        clouds(tmp_path, monkeypatch, north=f"http://127.0.0.1:{listening.getsockname()[1]}/v3")
        with pytest.raises(CollectError, match="在时限内没有应答"):
            connect("north")
        listening.setblocking(False)
        asked = 0
        with contextlib.suppress(BlockingIOError):
            while listening.accept():
                asked += 1
        assert asked <= 2, "asked again and again"


@pytest.mark.parametrize("content", ["clouds: [", "clouds: {north: {auth: {}}}", "nothing: here"])
def test_a_broken_clouds_yaml(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clouds.yaml"
    file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    with pytest.raises(CollectError):
        connect("north")


def test_accounts_in_addresses_are_masked() -> None:
    assert masked("see http://user:pa55@host/x and ftp://a:b@c") == "see http://***@host/x and ftp://***@c"


def test_ctrl_c_while_a_cloud_is_silent_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        with pytest.MonkeyPatch.context() as patch:
            clouds(tmp_path, patch, north=f"http://127.0.0.1:{listening.getsockname()[1]}/v3")
            given = [sys.executable, str(ROOT / "govcloud.py"), "collect", "openstack", "--cloud", "north"]
            running = subprocess.Popen(given, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            listening.accept()  # it is asking now
            running.send_signal(signal.SIGINT)
            _, said = running.communicate(timeout=300)
    assert (running.returncode, "已中断" in said, "Traceback" in said) == (130, True, False)
    assert not (tmp_path / "store").exists()


def test_questions_are_answered_in_their_order_and_failures_are_raised() -> None:
    assert at_once(lambda number: number * number, range(20), 4) == [number * number for number in range(20)]
    assert at_once(str, [], 4) == []
    with pytest.raises(ZeroDivisionError):
        at_once(lambda number: 1 // number, [1, 0, 2], 2)
