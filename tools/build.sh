#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the build needs and builds the program, in release mode, as build/tokenfab.
#
#   tools/build.sh [release|test|bench]     release is the default; the others add the tests
#
# The three presets share build/, so a preset is applied only when the folder's cache does not hold
# its settings yet. What an earlier preset switched on stays on: running does not undo testing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
preset=${1:-release}
cache=$root/build/CMakeCache.txt

case "$preset" in
  release) needed=() packages=build ;;
  test) needed=(TOKENFAB_TESTS:BOOL=ON) packages=test ;;
  bench) needed=(TOKENFAB_TESTS:BOOL=ON TOKENFAB_BENCH:BOOL=ON) packages=bench ;;
  *)
    echo "usage: tools/build.sh [release|test|bench]" >&2
    exit 2
    ;;
esac

is_configured() {
  local setting
  # The presets are no input of build.ninja, so an edit of them goes unnoticed by ninja itself.
  [[ -f $root/build/build.ninja && ! $root/build/build.ninja -ot $root/CMakePresets.json ]] ||
    return 1
  for setting in CMAKE_BUILD_TYPE:STRING=Release "${needed[@]}"; do
    grep -qxF "$setting" "$cache" || return 1
  done
}

# One compiler per core, but no more than one per GiB of free memory: SimGrid's and the JSON
# library's headers take that much in one translation unit.
job_count() {
  local cores gibibytes
  cores=$(nproc)
  gibibytes=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo 2>/dev/null) ||
    gibibytes=1 # a chroot without /proc
  if ((gibibytes < cores)); then
    cores=$((gibibytes > 0 ? gibibytes : 1))
  fi
  echo "$cores"
}

"$root/tools/install-packages.sh" "$packages"
cd "$root"
if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
  echo "tools/build.sh: build/ belongs to another checkout; configuring anew" >&2
  rm -rf build/CMakeCache.txt build/CMakeFiles
fi
if ! is_configured; then
  cmake --preset "$preset"
fi
if [[ $preset == release ]]; then
  cmake --build build --parallel "$(job_count)" --target tokenfab
else
  cmake --build build --parallel "$(job_count)"
fi
