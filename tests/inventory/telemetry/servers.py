"""Real monitoring systems on loopback, from Debian's packages: Prometheus and Zabbix, filled with old samples."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 300) -> None:
    """Until something answers below 500."""
    for _ in range(int(seconds * 5)):
        try:
            urllib.request.urlopen(url, timeout=60).close()
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        else:
            return
        time.sleep(0.2)
    raise TimeoutError(url)


@contextmanager
def running(command: Sequence[str], log: Path, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, start_new_session=True, **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def prometheus(lines: Sequence[str]) -> Iterator[str]:
    """A Prometheus that holds the samples of OpenMetrics lines; yields its address."""
    folder = Path(tempfile.mkdtemp(prefix="govcloud-prometheus-"))
    (folder / "samples").write_text("\n".join([*lines, "# EOF", ""]))
    backfill = [
        "promtool",
        "tsdb",
        "create-blocks-from",
        "--max-block-duration=768h",
        "openmetrics",
        str(folder / "samples"),
        str(folder / "data"),
    ]
    subprocess.run(backfill, check=True, capture_output=True)
    (folder / "prometheus.yml").write_text("global: {}\n")
    port = free_port()
    command = ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
               "--storage.tsdb.retention.time=100y"]  # fmt: skip
    with running(command, folder / "log"):
        wait_for(f"http://127.0.0.1:{port}/-/ready")
        yield f"http://127.0.0.1:{port}"
    shutil.rmtree(folder)


class Zabbix:
    """A Zabbix server with its PHP front end; `psql` runs SQL in its database."""

    def __init__(self, url: str, socket_folder: Path, port: int) -> None:
        self.url, self._socket, self._port = url, socket_folder, port

    def psql(self, sql: str) -> str:
        command = [
            "psql",
            "-h",
            str(self._socket),
            "-p",
            str(self._port),
            "-U",
            "zabbix",
            "-d",
            "zabbix",
            "-qAt",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        return subprocess.run(command, input=sql, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def zabbix() -> Iterator[Zabbix]:
    """Zabbix 6 from an empty PostgreSQL. Old values are written to its tables as its server would write them."""
    folder = Path(tempfile.mkdtemp(prefix="govcloud-zabbix-"))
    folder.chmod(0o755)
    bin_folder = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    port, web = free_port(), free_port()
    subprocess.run(
        [*as_user, str(bin_folder / "initdb"), "-D", str(folder / "pg"), "-U", "zabbix", "-A", "trust"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    control = [*as_user, str(bin_folder / "pg_ctl"), "-D", str(folder / "pg")]
    start = [*control, "-w", "-o", f"-h 127.0.0.1 -p {port} -k {folder} -F", "-l", str(folder / "pglog"), "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        made = Zabbix(f"http://127.0.0.1:{web}", folder, port)
        subprocess.run(
            [*as_user, str(bin_folder / "createdb"), "-h", str(folder), "-p", str(port), "-U", "zabbix", "zabbix"],
            check=True,
            cwd=folder,
        )
        for name in ("schema", "images", "data"):
            made.psql(
                subprocess.run(
                    ["zcat", f"/usr/share/zabbix-server-pgsql/{name}.sql.gz"],
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
            )
        conf = folder / "zabbix.conf.php"
        conf.write_text(
            f"<?php $DB['TYPE']='POSTGRESQL'; $DB['SERVER']='127.0.0.1'; $DB['PORT']='{port}'; $DB['DATABASE']='zabbix'; $DB['USER']='zabbix'; $DB['PASSWORD']='';"
            "$DB['SCHEMA']=''; $DB['ENCRYPTION']=false; $DB['DOUBLE_IEEE754']=true; $ZBX_SERVER_NAME=''; $IMAGE_FORMAT_DEFAULT=IMAGE_FORMAT_PNG;"
        )
        site = folder / "site"
        shutil.copytree("/usr/share/zabbix", site, symlinks=False, ignore_dangling_symlinks=True)
        class_file = (
            site / "include" / "classes" / "core" / "CConfigFile.php"
        )  # Debian's path of the settings is fixed in it
        class_file.write_text(class_file.read_text().replace("/etc/zabbix/zabbix.conf.php", str(conf)))
        with running(
            [
                "php",
                "-d",
                "memory_limit=512M",
                "-d",
                "post_max_size=32M",
                "-d",
                "max_execution_time=300",
                "-S",
                f"127.0.0.1:{web}",
                "-t",
                str(site),
            ],
            folder / "phplog",
        ):
            wait_for(f"{made.url}/api_jsonrpc.php")
            yield made
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)
