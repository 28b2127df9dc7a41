#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats the C++ sources in place with .clang-format; --check only reports and exits 1.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

mode=(-i)
if [[ ${1:-} == --check ]]; then
  mode=(--dry-run --Werror)
fi
"$root/tools/install-packages.sh" format
# Debian 12 has clang-format 14, which does not know InsertBraces yet.
style=$(mktemp)
trap 'rm -f "$style"' EXIT
if (($(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/') < 15)); then
  grep -v '^InsertBraces:' .clang-format >"$style"
else
  cp .clang-format "$style"
fi
find sim models tools tests \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
  sort -z |
  xargs -0 -r clang-format --style="file:$style" "${mode[@]}"
