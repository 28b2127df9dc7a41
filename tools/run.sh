#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs a scenario; prints the result.
#
#   tools/run.sh [ARGS...]                  the main scenario, scenarios/main.json
#   tools/run.sh SCENARIO.json [ARGS...]    another one
#
# ARGS go to `tokenfab run` (--out DIR, --set /pointer=VALUE, --seed N, ...). Only results go to
# stdout; the build's output goes to stderr.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

"$root/tools/build.sh" >&2

scenario=$root/scenarios/main.json
if [[ . -ef $root ]]; then
  scenario=scenarios/main.json
fi
if [[ ${1:-} == *.json && ${1:-} != -* ]]; then
  scenario=$1
  shift
fi
exec "$root/build/tokenfab" run "$scenario" "$@"
