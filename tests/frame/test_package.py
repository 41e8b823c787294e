"""`pip install .` carries all that the product needs: catalogues, templates, migrations, Go modules; and it runs from there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def shipped() -> list[str]:
    """Data files below the packages that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "catalogs", "inventory", "planner", "iac", "report", "review"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.splitlines() if not name.endswith(".md")]


def test_every_file_of_the_packages_is_in_the_wheel(installed: Path) -> None:
    missing = [name for name in shipped() if not (installed / name).exists()]
    assert not missing
    assert (installed / "govcloud.py").exists()
    assert not (installed / "tests").exists()


def test_the_go_modules_of_engine_and_provider_are_in_the_wheel(installed: Path) -> None:
    assert len(list(installed.rglob("go.mod"))) == 2
    assert len(list(installed.rglob("go.sum"))) == 2


def test_it_works_from_there(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [
        sys.executable,
        "-P",
        "-c",
        "import govcloud; assert 'site' in govcloud.__file__; govcloud.main(['init', 'city'])",
    ]
    found = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "city" / "catalogs" / "services" / "sample-cloud.yaml").exists()
