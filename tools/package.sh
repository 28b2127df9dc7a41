#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian package build/package/tokenfab_VERSION_ARCHITECTURE.deb and prints its path.
# What it depends on is read off the program (dpkg-shlibdeps); dates in it are the commit's.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
"$root/tools/install-packages.sh" package
"$root/tools/build.sh" >&2
cmake --build build --target tokenfab_pages >&2
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH
umask 022
rm -rf build/package
cpack --config build/CPackConfig.cmake -B build/package >&2
rm -rf build/package/_CPack_Packages
echo "$root"/build/package/tokenfab_*.deb
