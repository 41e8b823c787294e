import hashlib
import json
import re
from importlib.resources import files

ASSETS = files("report") / "assets"
# Apache ECharts 6.1.0, dist/echarts.common.min.js of the npm package.
ECHARTS_SHA256 = "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5"


def test_the_vendored_script_is_the_one_that_was_looked_at() -> None:
    content = (ASSETS / "echarts.common.min.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == ECHARTS_SHA256


def test_the_script_cannot_end_its_own_element() -> None:
    assert "</script" not in (ASSETS / "echarts.common.min.js").read_text(encoding="utf-8").lower()


def test_licences_stand_beside_the_script() -> None:
    assert "Apache License" in (ASSETS / "echarts.LICENSE").read_text(encoding="utf-8")
    assert "Apache ECharts" in (ASSETS / "echarts.NOTICE").read_text(encoding="utf-8")
    assert "Redistribution and use" in (ASSETS / "zrender.LICENSE").read_text(encoding="utf-8")


def test_the_lock_names_the_version_and_no_host() -> None:
    text = (ASSETS / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert packages["node_modules/echarts"]["version"] == "6.1.0"
    assert packages["node_modules/echarts"]["integrity"].startswith("sha512-")
    assert not re.search(r"https?://", text)
