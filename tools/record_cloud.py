"""Record the binding snapshot that the demo previews with, from the lab: `python tools/record_cloud.py [SERVICE]`.

Needs the lab (`tests/lab/up.sh`) made into the target cloud (`python -m tests.lab.target`), and OS_CLIENT_CONFIG_FILE
pointing at the lab's clouds.yaml. Writes iac/snapshots/CLOUD.json.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FROM = "本项目测试用的 OpenStack 实验室（tests/lab），不是真实的政务云"


def main() -> None:
    """Look everything up and write the file."""
    sys.path.insert(0, str(ROOT))
    from iac.binding import bind, write_snapshot
    from iac.cloud import connect

    cloud = sys.argv[1] if len(sys.argv) > 1 else "sample-cloud"
    recorded_at = os.environ.get("RECORDED_AT", "")
    if not recorded_at:
        raise SystemExit("set RECORDED_AT to the time of recording, such as 2026-03-31T12:00:00Z")
    path = ROOT / "iac" / "snapshots" / f"{cloud}.json"
    write_snapshot(replace(bind(connect(cloud), cloud, recorded_at), recorded_from=FROM), path)
    print(path)


if __name__ == "__main__":
    main()
