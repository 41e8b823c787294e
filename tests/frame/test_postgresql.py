"""One real run on Debian's PostgreSQL: the same store, the same guards."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from catalogs.errors import StoreError
from inventory.storage.store import open_store
from tests.frame.test_store import AT, SOURCE, a_collection, a_decision
from tests.inventory.command import Done, call

pytestmark = pytest.mark.servers


def programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "PostgreSQL is missing: make packages installs it"
    return found[-1].parent


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A server of our own on a free port of loopback."""
    base = Path(tempfile.mkdtemp(prefix="govcloud-pg-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    as_user: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(base, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    control = [*as_user, str(programs() / "pg_ctl"), "-D", str(base / "data")]
    initialise = [*as_user, str(programs() / "initdb"), "-D", str(base / "data"), "-U", "govcloud", "-A", "trust"]
    subprocess.run(initialise, check=True, capture_output=True, cwd=base)
    options = f"-h 127.0.0.1 -p {port} -k {base} -F"
    start = [*control, "-w", "-o", options, "-l", str(base / "log"), "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=base)
    yield f"postgresql+psycopg://govcloud@127.0.0.1:{port}/postgres?telemetry={base}/telemetry"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=base)
    shutil.rmtree(base)


def test_a_first_collection_makes_the_tables(database: str, tmp_path: Path) -> None:
    """A fresh database needs no other command before; looking makes nothing."""
    ledger = tmp_path / "台账.csv"
    ledger.write_text("系统名称,单位名称\n排课系统,市教育局\n", encoding="utf-8")
    fresh = database.replace("/postgres?", "/fresh?")
    server = create_engine(database.split("?", maxsplit=1)[0], isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE fresh"))
    server.dispose()
    for given, code in (
        (("collect", "ledger", str(ledger), "--dry-run"), 0),
        (("inventory", "list"), 5),
        (("collect", "ledger", str(ledger)), 0),
        (("inventory", "list"), 0),
    ):
        done = call(*given, "--store", fresh, folder=tmp_path)
        assert done.returncode == code, (given, done.stderr)


def test_the_store_works_the_same_on_postgresql(database: str) -> None:
    with pytest.raises(StoreError, match="没有 govcloud 的表"):
        open_store(database)
    with open_store(database, create=True) as store:
        collected = a_collection()
        made = store.add_snapshot(collected, taken_at=AT)
        assert tuple(store.records([made.id])) == collected.records
        assert tuple(store.gaps([made.id])) == collected.gaps
        first = store.add_decision(a_decision())
        store.add_decision(a_decision(value="move", days=1, supersedes=first.id))
        assert len(store.decisions()) == 2
        plan = store.add_plan(problem=b"{}", plan=b"[]", about={}, made_at=AT)
        assert store.plan("latest") == plan
        assert store.telemetry_folder.name == "telemetry"
    with open_store(database) as again:
        assert again.latest(AT)[SOURCE] == made
    raw = create_engine(database.split("?", maxsplit=1)[0])
    for statement in ("UPDATE record SET id = 'x'", "DELETE FROM decision", "TRUNCATE snapshot"):
        with raw.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))
    raw.dispose()


GRANTS = re.compile(r"```sql\n(.*?)```", re.DOTALL)


def test_the_contact_table_has_readers_of_its_own(database: str, tmp_path: Path) -> None:
    """The statements in docs/howto/install.md, carried out as they stand there."""
    ledger = tmp_path / "台账.csv"
    ledger.write_text("系统名称,单位名称,联系人,联系电话\n排课系统,市教育局,张三,13800000000\n", encoding="utf-8")
    with open_store(database, create=True):
        pass
    page = (Path(__file__).parents[2] / "docs" / "howto" / "install.md").read_text(encoding="utf-8")
    (statements,) = [block for block in GRANTS.findall(page) if "REVOKE" in block]
    raw = create_engine(database.split("?", maxsplit=1)[0])
    with raw.begin() as connection:
        for statement in filter(str.strip, statements.split(";")):
            connection.exec_driver_sql(statement)
    raw.dispose()
    daily, reader = (database.replace("//govcloud@", f"//{role}@") for role in ("govcloud_daily", "govcloud_contacts"))

    def run(store: str, *arguments: str) -> Done:
        return call(*arguments, "--store", store, "--actor", "李四", folder=tmp_path)

    look = ("inventory", "contacts", "--reason", "核对配置")
    commands = [("collect", "ledger", str(ledger)), ("inventory", "list"), ("inventory", "gaps"), ("inventory", "export", "清单.xlsx"),
                ("decisions", "add", "alias", "排课", "排课系统", "--reason", "同一系统", "--role", "科长"), ("decisions", "list"), ("inventory", "contacts", "--log")]  # fmt: skip
    for command in commands:
        done = run(daily, *command)
        assert done.returncode == 0, (command, done.stderr)
    refused = run(daily, *look)
    assert refused.returncode != 0
    assert "permission denied for table contact" in refused.stderr
    assert "张三" not in refused.stdout + refused.stderr
    allowed = run(reader, *look, "--json")
    assert allowed.returncode == 0, allowed.stderr
    assert "张三" in allowed.stdout
    assert run(reader, "collect", "ledger", str(ledger), "--department", "市财政局").returncode != 0
    log = run(daily, "inventory", "contacts", "--log")
    assert "核对配置" in log.stdout
    assert "共查看 1 次" in log.stdout


def test_a_database_that_does_not_answer_is_one_message() -> None:
    with pytest.raises(StoreError, match="打不开存储"):
        open_store("postgresql+psycopg://govcloud@127.0.0.1:1/none")
