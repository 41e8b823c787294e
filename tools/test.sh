#!/bin/sh
# All tests, quick ones first, then those with real servers, one at a time on a small machine.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
quick="not lab and not engine and not servers and not slow and not traces"

echo "== quick tests"
$bin/pytest -q -n 2 -m "$quick"

echo "== the Pulumi engine (built from Go modules where nothing else is in reach: about 10 minutes)"
$bin/govcloud engine install --lang en

echo "== tests with real servers, and slow ones"
$bin/pytest -q --durations=15 -m "not ($quick)"
