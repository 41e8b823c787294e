"""A workspace with a store, a plan and its inventory, for the commands."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalogs.digest import sha256_of_bytes
from inventory.model import Collected, Origin, Record
from inventory.storage.decisions import Decision
from inventory.storage.store import StoredPlan, open_store
from planner.plan import Plan
from tests.iac.builders_plan import a_move, a_planned, a_problem

AT = datetime(2026, 3, 31, 4, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with store and plan, and the command line in it."""

    folder: Path
    plan: StoredPlan
    environment: dict[str, str]

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command as a user runs it."""
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "govcloud", *arguments],
            env={**self.environment, **more},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )

    def call(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        """One command within this process: exit code, stdout, stderr."""
        import govcloud

        out, err, before = io.StringIO(), io.StringIO(), dict(os.environ)
        try:
            os.environ.clear()
            os.environ.update({**self.environment, **more})
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as stop:
                govcloud.main(list(arguments))
        finally:
            os.environ.clear()
            os.environ.update(before)
        return int(stop.value.code or 0), out.getvalue(), err.getvalue()

    def approve(self, digest: str | None = None) -> None:
        """An approval of the plan, as `plan approve` leaves it."""
        with open_store(str(self.folder / "store")) as store:
            store.add_decision(
                Decision(
                    kind="approval", subject=self.plan.id, subject_sha256=digest or self.plan.plan_sha256, value="approved",
                    actor="王处长", role="分管领导", reason="会议纪要", decided_at=AT,
                )
            )  # fmt: skip


def make_workspace(folder: Path, environment: dict[str, str], *, volume: bool = True) -> Workspace:
    """One system of two servers, moved in 2026-W14."""
    origin = Origin(source="ledger:市卫健委", file="台账.xlsx", sheet="台账", row=4)
    records = [
        Record(kind="system", id="sys-his", fields={"sys_name": "医院信息系统", "dept": "市卫健委"}, origin=origin),
        *(
            Record(
                kind="server",
                id=f"ledger:{name}",
                fields={"server_name": name, "sys_name": "医院信息系统", "dept": "市卫健委", "vcpu": 2, "mem": 4.0,
                        "storage": size, "os_app": "CentOS 7.9"},
                origin=origin,
            )
            for name, size in (("his-app", 40.0), ("his-db", 60.0 if volume else 40.0))
        ),
    ]  # fmt: skip
    collected = Collected(source="ledger:市卫健委", collector="ledger", records=tuple(records))
    problem = a_problem(a_planned("sys-his", (4, 8, 100 if volume else 80)))
    content = json.dumps(problem.as_json(), ensure_ascii=False).encode()
    plan = Plan(problem_sha256=sha256_of_bytes(content), moves=(a_move("sys-his"),), clean_ups=(), value=0, bound=0)
    (folder / "govcloud.yaml").write_text(
        "schema: govcloud/settings/1\ncity: 示例市\nservice: sample-cloud\nstore: store\n"
    )
    with open_store(str(folder / "store"), create=True) as store:
        store.add_snapshot(collected, taken_at=AT)
        stored = store.add_plan(
            problem=content,
            plan=plan.to_bytes(),
            about={"service": "sample-cloud", "built": {"catalog_digest": "of another day"}},
            made_at=AT,
        )
    return Workspace(folder, stored, {**environment, "GOVCLOUD_WORKSPACE": str(folder), "GOVCLOUD_AS_OF": "2026-03-31"})
