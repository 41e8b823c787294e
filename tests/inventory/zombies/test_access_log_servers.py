"""The log of a real Apache that real requests were made to: a browser's, curl's, a scanner's, and lines that are no requests."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.access_log.count import Sites, count_logs
from inventory.access_log.lines import read_agents

pytestmark = pytest.mark.servers
APACHE = "/usr/sbin/apache2"
MODULES = Path("/usr/lib/apache2/modules")


@pytest.fixture
def apache(tmp_path: Path) -> Iterator[int]:
    """The port of an Apache of our own that writes `combined.log` and `vhost.log` below the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("hello")
    loaded = ("mpm_event", "authz_core", "dir", "mime", "unixd")
    (tmp_path / "apache.conf").write_text(
        f"""ServerRoot {tmp_path}
ServerName www.example.org
Listen 127.0.0.1:{port}
PidFile {tmp_path}/pid
ErrorLog {tmp_path}/error.log
TypesConfig /dev/null
"""
        + "".join(
            f"LoadModule {name}_module {MODULES}/mod_{name}.so\n"
            for name in loaded
            if (MODULES / f"mod_{name}.so").exists()
        )
        + f"""DocumentRoot {tmp_path}/site
<Directory {tmp_path}/site>
Require all granted
</Directory>
LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" vhost_combined
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog {tmp_path}/vhost.log vhost_combined
CustomLog {tmp_path}/combined.log combined
"""
    )
    environment = {**os.environ, "APACHE_RUN_DIR": str(tmp_path)}
    with subprocess.Popen([APACHE, "-f", str(tmp_path / "apache.conf"), "-DFOREGROUND"], env=environment) as running:
        for _ in range(3000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
        running.terminate()


def send(port: int, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as talk:
        talk.sendall(raw)
        talk.settimeout(60)
        while talk.recv(4096):
            pass


def asked(path: str, agent: str) -> bytes:
    return f"GET {path} HTTP/1.0\r\nUser-Agent: {agent}\r\n\r\n".encode()


def test_a_real_log_is_read(apache: int, tmp_path: Path) -> None:
    firefox = 'Mozilla/5.0 (X11; Linux x86_64) "quoted" Firefox/128.0'
    for raw in (
        asked("/", firefox), asked("/index.html?q=1", firefox), asked("/missing", firefox), asked("/", "curl/8.5.0"), asked("/", "Zabbix 6.0"),
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"GET /\x1b[31m HTTP/1.0\r\nUser-Agent: \xff\xfe\r\n\r\n",
    ):  # fmt: skip
        send(apache, raw)
    for _ in range(600):  # the last line may be written after its answer
        if (tmp_path / "combined.log").read_bytes().count(b"\n") >= 7:
            break
        time.sleep(0.1)
    sites = Sites(by_host={"www.example.org": "vm-1"}, own={})
    later = datetime(2100, 1, 1, tzinfo=UTC)
    for name in ("vhost.log", "combined.log"):
        found = count_logs([tmp_path / name], sites, read_agents(), as_of=later, host="www.example.org")
        assert found.lines.total() == 7, (tmp_path / name).read_text()
        assert (found.lines["visit"], found.lines["robot"], found.lines["probe"]) == (
            2,
            3,
            1,
        )  # requests that name no agent, too
        assert found.lines["refused"] == 1
        assert not found.broken
