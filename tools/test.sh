#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the tests need, builds, and runs the fast suite (CTest label `fast`).
#
#   tools/test.sh [CTEST ARGS...]           for instance -R tidy
#
# Exits non-zero when a test fails, and also when none ran. Tests that need the recorded traces
# find them by TOKENFAB_DATA and say so when they skip.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

"$root/tools/build.sh" test

if [[ -z ${TOKENFAB_DATA:-} ]]; then
  folders=()
  for folder in ../shared/traces ../shared/traces/*/ ../shared/traces/rag/ragpulse \
    ../shared/measurements ../shared/facts ../shared/goldens; do
    if [[ -d $folder ]]; then
      folders+=("$(cd "$folder" && pwd -P)")
    fi
  done
  if ((${#folders[@]} > 0)); then
    TOKENFAB_DATA=$(
      IFS=:
      echo "${folders[*]}"
    )
    export TOKENFAB_DATA
  fi
fi

exec ctest --preset test --parallel "$(nproc)" --no-tests=error "$@"
