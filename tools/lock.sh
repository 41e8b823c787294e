#!/bin/sh
# Rewrite the locks: hashes, no host names. Needs uv. Run it after a change to the dependencies in pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q "$@"; }
compile tools/build-requirements.in -o requirements-build.txt
compile pyproject.toml -o requirements.txt
compile pyproject.toml -c requirements.txt --group dev --extra postgres --extra zabbix --extra gnocchi --extra pdf --extra dask -o requirements-dev.txt
compile pyproject.toml -c requirements-dev.txt --extra spark -o requirements-spark.txt
