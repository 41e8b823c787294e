#!/bin/sh
# The long runs. Each prints a dated table for docs/measured/.
set -eu
cd "$(dirname "$0")/.."
GOVCLOUD_SOAK=1 .venv/bin/pytest -q -m "slow"
