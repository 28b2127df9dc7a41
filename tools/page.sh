#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rebuilds the script and the style of the HTML report from sim/page/web/src into sim/page/web/dist,
# which is committed, so that building the program needs no npm. The versions of the packages are
# those of package-lock.json; the same sources give the same bytes.
#
#   tools/page.sh            rebuild
#   tools/page.sh --check    rebuild elsewhere; exit 1 unless every byte is the committed one
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# Node from elsewhere brings npm along, and Debian's package of it is then in the way.
command -v npm >/dev/null || "$root/tools/install-packages.sh" page
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In a folder of its own: a check changes nothing in the tree.
cp -r "$root/sim/page/web/." "$work/"
rm -rf "$work/node_modules"
cd "$work"
npm ci --no-audit --no-fund --loglevel=error
rm -rf "$work/fresh"
node build.mjs fresh
if [[ ${1:-} != --check ]]; then
  cp fresh/page.js fresh/page.css "$root/sim/page/web/dist/"
  echo "tools/page.sh: $(du -b fresh/page.js | cut -f1) bytes of script"
  exit 0
fi
for file in page.js page.css; do
  if ! cmp "fresh/$file" "$root/sim/page/web/dist/$file"; then
    echo "tools/page.sh: $file is not what its sources give; run tools/page.sh and commit" >&2
    exit 1
  fi
done
for package in echarts zrender tslib; do
  licence=$(ls "node_modules/$package"/LICENSE* | head -n 1)
  if ! cmp "$licence" "$root/sim/page/web/dist/LICENSE.$package"; then
    echo "tools/page.sh: dist/LICENSE.$package is not that of the package" >&2
    exit 1
  fi
done
echo "tools/page.sh: the committed bundle is what its sources give"
