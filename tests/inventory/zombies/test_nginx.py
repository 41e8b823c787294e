"""A real nginx from Debian: people, robots, probes, the system itself and another system make real requests; the log is rotated,
packed, collected, and the systems judged by it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.inventory.command import call

pytestmark = pytest.mark.servers
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "/usr/sbin/nginx"
FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) "quoted" 政务 Firefox/128.0'
SPIDER = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"
# Addresses of loopback: the web server of the portal, that of the data service, a server of the approval system.
PORTAL, DATA, APPROVAL = "127.0.1.10", "127.0.1.11", "127.0.1.20"
PEOPLE = [f"127.0.9.{number}" for number in range(1, 6)]
FORMATS = {
    "combined": "",
    "vhost": """log_format vhost '$host:$server_port $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';""",
    "main": """log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';""",
    "common": """log_format common '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent';""",
    "json": """log_format json escape=json '{"time":"$time_iso8601","client":"$remote_addr","request":"$request","status":$status,"agent":"$http_user_agent"}';""",
}


# nginx writes the time of this machine; days are those of Beijing.
TODAY = datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai")).date().isoformat()


class Nginx:
    """An nginx of our own with two sites, each writing its log in every format."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.logs = folder / "logs"
        for name in ("logs", "site", "tmp"):
            (folder / name).mkdir()
        for page in ("index.html", "list.html", "style.css", "healthz", "api"):
            (folder / "site" / page).write_text("hello")
        temp = " ".join(f"{kind}_temp_path {folder}/tmp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
        sites = "".join(
            f"server {{ listen {PORTAL}:{self.port}; server_name {name}; root {folder}/site; error_page 405 =200 $uri;"
            + "".join(f" access_log {self.logs}/{name}-{form}.log {form};" for form in FORMATS)
            + " }\n"
            for name in ("www.example.org", "data.example.org")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 64; }}\n"
            f"http {{ {temp} {' '.join(FORMATS.values())}\n{sites} }}\n",
            encoding="utf-8",
        )
        self.running = subprocess.Popen([NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")])  # fmt: skip
        for _ in range(3000):
            with socket.socket() as probe:
                if probe.connect_ex((PORTAL, self.port)) == 0:
                    break
            time.sleep(0.1)

    def ask(
        self, path: str, agent: str | None, *, client: str, host: str = "www.example.org", method: str = "GET"
    ) -> None:
        """One request from one address."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        self.send((head + (f"User-Agent: {agent}\r\n" if agent is not None else "") + "\r\n").encode(), client=client)

    def send(self, raw: bytes, *, client: str) -> None:
        """Any bytes."""
        with socket.create_connection((PORTAL, self.port), timeout=60, source_address=(client, 0)) as talk:
            talk.sendall(raw)
            while talk.recv(4096):
                pass

    def rotate(self) -> None:
        """What logrotate does: rename, then have nginx open its logs anew."""
        for log in list(self.logs.glob("*.log")):
            log.rename(f"{log}.1")
        self.running.send_signal(signal.SIGUSR1)
        for _ in range(600):
            if (self.logs / "www.example.org-combined.log").exists():
                return
            time.sleep(0.1)
        raise TimeoutError("nginx did not open its logs anew")

    def stop(self) -> None:
        """End it; what it wrote is then complete."""
        self.running.terminate()
        self.running.wait(120)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((PORTAL, 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs after a day's requests with a rotation in the middle: 24 requests to the portal, 8 to the data service."""
    nginx = Nginx(tmp_path_factory.mktemp("nginx"))
    try:
        for client in PEOPLE:
            nginx.ask("/", FIREFOX, client=client)
            nginx.ask("/style.css", FIREFOX, client=client)
        nginx.ask("/list.html?q=%E6%A1%A3", FIREFOX, client=PEOPLE[0])
        nginx.ask("/missing", FIREFOX, client=PEOPLE[0])
        nginx.rotate()
        nginx.ask("/list.html", FIREFOX, client=PEOPLE[1], method="POST")
        nginx.ask("/", SPIDER, client="127.0.9.66")
        nginx.ask("/", "curl/8.5.0", client="127.0.9.67")  # a script of nobody known
        nginx.ask("/", None, client="127.0.9.67")
        nginx.ask("/", "Zabbix 6.0", client="127.0.9.68")
        nginx.ask("/healthz", FIREFOX, client="127.0.9.68")
        nginx.ask("/", FIREFOX, client="127.0.9.69", method="HEAD")
        nginx.ask("/", FIREFOX, client=PORTAL)  # the portal asks itself
        nginx.ask("/", "curl/8.5.0", client=PORTAL)
        nginx.send(
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", client="127.0.9.70"
        )  # TLS where none is spoken
        nginx.send(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: www.example.org\r\n\r\n", client="127.0.9.70")
        for _ in range(5):
            nginx.ask("/api", "Apache-HttpClient/4.5.13 (Java/1.8.0_392)", client=APPROVAL, host="data.example.org")
        nginx.ask(
            "/api", "sqlmap/1.7", client=APPROVAL, host="data.example.org"
        )  # the security scan on the same server
        nginx.ask("/nothing", "okhttp/4.9", client=APPROVAL, host="data.example.org")
        nginx.ask("/", SPIDER, client="127.0.9.66", host="data.example.org")
        time.sleep(0.3)
    finally:
        nginx.stop()
    return nginx.logs


HOSTS = f"""主机名,IP地址,信息系统名称,单位名称,机房,服务器类型,CPU核数,内存（GB）,磁盘总量（GB）
portal-web01,{PORTAL},档案查询系统,市档案馆,北楼机房,虚拟机,4,8,100
data-app01,{DATA},数据接口服务,市档案馆,北楼机房,虚拟机,4,8,100
approval-app01,{APPROVAL},审批系统,市档案馆,北楼机房,虚拟机,4,8,100
budget-app01,127.0.1.30,预算系统,市财政局,北楼机房,虚拟机,4,8,100
"""
LEDGER = """单位名称,系统名称,系统访问地址,最近登录时间,是否为僵尸信息系统
市档案馆,档案查询系统,http://www.example.org/login,{old},否
市档案馆,数据接口服务,http://data.example.org/api,{old},否
市档案馆,审批系统,,{recent},否
市财政局,预算系统,,{recent},否
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace with three systems and their servers, as of today: a real server writes today's time."""
    today = date.fromisoformat(TODAY)
    text = LEDGER.format(old=(today - timedelta(days=700)).isoformat(), recent=(today - timedelta(days=3)).isoformat())
    (tmp_path / "台账.csv").write_text(text, encoding="utf-8")
    (tmp_path / "主机.csv").write_text(HOSTS, encoding="utf-8")
    for file in ("台账.csv", "主机.csv"):
        done = call("collect", "ledger", file, "--as-of", TODAY, folder=tmp_path)
        assert done.returncode in {0, 9}, done.stderr
    return tmp_path


def collected(work: Path, logs: Path, form: str, *more: str) -> dict[str, Any]:
    """Collect both sites' logs of one form, the older part packed as logrotate does it."""
    folder = work / f"logs-{form}"
    folder.mkdir()
    for log in logs.glob(f"*-{form}.log*"):
        if log.suffix == ".1":
            (folder / f"{log.name}.gz").write_bytes(gzip.compress(log.read_bytes()))
            (folder / log.name).write_bytes(log.read_bytes())  # and the plain file is still there: counted once
        else:
            (folder / log.name).write_bytes(log.read_bytes())
    done = call("collect", "accesslog", str(folder), *more, "--json", "--as-of", TODAY, folder=work)
    assert done.returncode in {0, 9}, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)["data"]
    return data


@pytest.mark.parametrize("form", ["combined", "vhost", "main"])
def test_people_robots_probes_and_calls_are_told_apart(logs: Path, work: Path, form: str) -> None:
    told = collected(work, logs, form)
    assert told["lines"] == {
        "visit": 7, "static": 5, "refused": 1, "robot": 3 + 3 + 2, "probe": 3, "own": 2, "call": 5,
    }  # fmt: skip
    assert len(told["doubled"]) == 2, "the rotated file of each site, plain and packed"
    (called,) = told["calls"]
    assert called["requests"] == 5


def test_common_has_no_agents_so_everything_asked_for_counts_as_a_visit(logs: Path, work: Path) -> None:
    told = collected(work, logs, "common")
    assert told["lines"]["visit"] == 7 + 3 + 1 + 6 + 1  # rather missed than wrongly suspected
    assert "call" not in told["lines"]


def test_a_form_that_is_not_known_is_said_and_nothing_is_counted(logs: Path, work: Path) -> None:
    folder = work / "json"
    folder.mkdir()
    shutil.copy(logs / "www.example.org-json.log", folder)
    done = call("collect", "accesslog", str(folder), "--as-of", TODAY, folder=work)
    assert done.returncode == 4
    assert "combined" in done.stderr, "what forms are known"
    assert "11 行" in done.stderr


def test_verdicts_by_the_log(logs: Path, work: Path) -> None:
    """Nobody has logged in to either for two years: people visit the portal, a program calls the data service."""
    before = {name: one["state"] for name, one in verdicts(work).items()}
    assert (before["档案查询系统"], before["数据接口服务"]) == ("zombie", "zombie")
    assert before["审批系统"] != "zombie"
    collected(work, logs, "vhost")
    after = verdicts(work)
    assert (after["档案查询系统"]["state"], after["数据接口服务"]["state"]) == ("in_use", "in_use")
    assert "访问" in after["档案查询系统"]["sentence"]["zh"]
    assert "调用" in after["数据接口服务"]["sentence"]["zh"]
    assert len(after["数据接口服务"]["callers"]) == 1


def test_robots_and_probes_keep_nothing_alive(logs: Path, work: Path) -> None:
    folder = work / "robots"
    folder.mkdir()
    lines = (logs / "www.example.org-vhost.log").read_bytes().splitlines(keepends=True)
    (folder / "www.example.org.log").write_bytes(
        b"".join(one for one in lines if b"Baiduspider" in one or b"Zabbix" in one or b"curl" in one)
    )
    assert call("collect", "accesslog", str(folder), "--as-of", TODAY, folder=work).returncode == 0
    found = verdicts(work)["档案查询系统"]
    assert found["state"] == "zombie"
    assert any(
        "机器访问" in seen["name"]["zh"] and seen["value"] > 0 for result in found["results"] for seen in result["seen"]
    )


def verdicts(work: Path) -> dict[str, dict[str, Any]]:
    names = {
        row["id"]: row["name"]
        for row in json.loads(call("inventory", "list", "--json", "--as-of", TODAY, folder=work).stdout)["data"]
    }
    rows = json.loads(call("zombies", "list", "--json", "--as-of", TODAY, folder=work).stdout)["data"]["verdicts"]
    return {names[row["system_id"]]: row for row in rows}


def test_no_address_of_a_visitor_is_kept(logs: Path, work: Path) -> None:
    collected(work, logs, "combined")
    kept = b"".join(path.read_bytes() for path in (work / "store").rglob("*") if path.is_file())
    assert not [client for client in (*PEOPLE, "127.0.9.66", "127.0.9.70") if client.encode() in kept]
