"""Opening a store: SQLite settings, the first migration, and the refusal of a store of another version."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.storage.schema import HEAD
from inventory.telemetry.remote import point_to, split_remote

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

DATABASE_FILE = "govcloud.db"
TELEMETRY_FOLDER = "telemetry"


def open_engine(where: str, *, create: bool) -> tuple[Engine, Path]:
    """The engine of a store and the folder of its telemetry files; see `inventory.storage.store.open_store`."""
    where, remote = split_remote(where)
    engine, folder = _database(where) if "://" in where else _folder(Path(where), create=create)
    try:
        found = _revision(engine)
    except StoreError:
        engine.dispose()
        raise
    if found is None and create:
        _migrate(engine)
        found = HEAD
    if found != HEAD:
        engine.dispose()
        raise _other_version(where, found)
    if remote:
        point_to(folder, remote)
    return engine, folder


def holds_store(where: str) -> bool:
    """Whether there is a store: its file, or our tables in the database. One that cannot be opened is there: opening it says why."""
    where, _ = split_remote(where)
    if "://" not in where:
        return (Path(where) / DATABASE_FILE).exists()
    engine, _ = _database(where)
    try:
        return _revision(engine) is not None
    except StoreError:
        return True
    finally:
        engine.dispose()


def _folder(folder: Path, *, create: bool) -> tuple[Engine, Path]:
    from sqlalchemy import create_engine, event

    database = folder / DATABASE_FILE
    if not database.exists():
        if not create:
            raise StoreError(f"{folder}：这里还没有存储", f"{folder}: there is no store here",
                             hint=Text("先采集：govcloud collect ledger …；或用 --store 指明位置", "collect first, or name it with --store"))  # fmt: skip
        _make_private(database)
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _sqlite_settings)
    event.listen(engine, "begin", _begin)
    return engine, folder / TELEMETRY_FOLDER


def _make_private(database: Path) -> None:
    """An empty database that only its owner can read: it will hold names and telephone numbers. SQLite's journals follow it.

    A folder that is there already keeps its rights.
    """
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):  # another command was quicker
        os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _sqlite_settings(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once (a later upgrade of a read lock can fail); a reader never waits for a writer.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _database(where: str) -> tuple[Engine, Path]:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        url = make_url(where)
        folder = url.query.get("telemetry", TELEMETRY_FOLDER)
        engine = create_engine(url.difference_update_query(["telemetry"]))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            "--store 的数据库地址不对，或缺少 PostgreSQL 驱动",
            "--store: not a database URL, or the PostgreSQL driver is missing",
            hint=Text("形如 postgresql+psycopg://用户@主机/库；pip install 'govcloud[postgres]'",
                      "postgresql+psycopg://user@host/db; pip install 'govcloud[postgres]'"),
        ) from error  # fmt: skip
    return engine, Path(str(folder))


def _revision(engine: Engine) -> str | None:
    from sqlalchemy import inspect, text
    from sqlalchemy.exc import DBAPIError

    try:
        with engine.connect().execution_options(reading=True) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        said = str(error.orig).strip().splitlines()[0]
        raise StoreError(f"{where}：打不开存储：{said}", f"{where}: the store cannot be opened: {said}",
                         hint=Text("检查地址、密码和文件是否损坏", "check address, password, and whether the file is damaged")) from error  # fmt: skip


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "inventory.storage:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _other_version(where: str, found: str | None) -> StoreError:
    if found is None:
        return StoreError(f"{where}：这个数据库里没有 govcloud 的表", f"{where}: this database has no govcloud tables",
                          hint=Text("先采集：govcloud collect ledger …", "collect something first"))  # fmt: skip
    return StoreError(
        f"{where}：存储的版本是 {found}，本程序需要 {HEAD}",
        f"{where}: the store is of version {found}, this program needs {HEAD}",
        hint=Text(
            "用写入它的那一版 govcloud，或升级程序；存储没有被改动",
            "use the govcloud that wrote it, or upgrade; nothing was changed",
        ),
    )
