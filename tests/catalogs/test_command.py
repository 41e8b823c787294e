"""`catalogs check` as a person meets it: exit code 3 with every place, or a table and a digest."""

import json
import subprocess
import sys
from pathlib import Path

from tests.catalogs.files import text_of

ROOT = Path(__file__).resolve().parents[2]


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "govcloud.py"), "catalogs", "check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=300)


def workspace(folder: Path, text: str) -> Path:
    (folder / "govcloud.yaml").write_text("city: 示例市\n", encoding="utf-8")
    place = folder / "catalogs" / "policies"
    place.mkdir(parents=True)
    (place / "sample-city.yaml").write_text(text, encoding="utf-8")
    return folder


def test_right_catalogues(tmp_path: Path) -> None:
    found = check(workspace(tmp_path, text_of("policies/sample-city.yaml")))
    assert found.returncode == 0, found.stderr
    assert "没有错误" in found.stdout
    assert "工作区" in found.stdout


def test_json_names_layers_and_ignored_files(tmp_path: Path) -> None:
    workspace(tmp_path, text_of("policies/sample-city.yaml"))
    (tmp_path / "catalogs" / "policies" / "old.yml").write_text("x")
    found = check(tmp_path, "--json", "--as-of", "2026-03-31")
    data = json.loads(found.stdout)["data"]
    layers = {file["file"]: file["layer"] for file in data["files"]}
    assert layers["policies/sample-city.yaml"] == "workspace"
    assert layers["services/sample-cloud.yaml"] == "built-in"
    assert data["ignored"] == ["policies/old.yml"]
    assert len(data["digest"]) == 64


def test_every_mistake_with_its_place_and_exit_code_3(tmp_path: Path) -> None:
    text = (
        text_of("policies/sample-city.yaml")
        .replace("powered_off: zero", "powered_of: zero")
        .replace("0.60, clause", "60, clause")
    )
    found = check(workspace(tmp_path, text), "--lang", "en")
    assert found.returncode == 3
    line = text.splitlines().index("  powered_of: zero") + 1
    assert (
        f"catalogs/policies/sample-city.yaml:{line}:3 there is no field 'powered_of'; is it 'powered_off'?"
        in found.stderr
    )
    assert "outside 0 to 1" in found.stderr
    assert "catalogs check" in found.stderr
    assert "Traceback" not in found.stderr
