#!/bin/sh
# All tests, quick ones first, then those with real servers, one at a time on a small machine.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
quick="not lab and not engine and not servers and not slow and not traces"
$bin/pytest -q -n 2 -m "$quick"
$bin/pytest -q -m "not ($quick)"
