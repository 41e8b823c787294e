#!/bin/sh
# The long runs: slow tests at full size, property tests with examples that no landing has seen. Each prints a dated table for docs/measured/.
set -eu
cd "$(dirname "$0")/.."
GOVCLOUD_SOAK=1 .venv/bin/pytest -q -m "slow or hypothesis"
