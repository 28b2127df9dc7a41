#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Opens HTML reports in Debian's Chromium and holds them to what docs/report.md promises: no
# requests, a silent console, every chart drawn, keyboard, colours, paper, interactive in < 1 s.
# Installs what is missing (packages npm and chromium, playwright-core by npm).
#
#   tools/browser-test.sh [PROGRAM]     screenshots stay in build/artefacts/report
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
program=${1:-$root/build/tokenfab}
# Node from elsewhere brings npm along, and Debian's package of it is then in the way.
command -v npm >/dev/null || "$root/tools/install-packages.sh" page
"$root/tools/install-packages.sh" browser
out="$root/build/artefacts/report"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

cp "$root"/tests/browser/{package.json,package-lock.json,.npmrc,report_page_test.mjs} "$work/"
(cd "$work" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)

page() { # NAME RESULT...
  local name=$1
  shift
  "$program" report "$@" --out "$out/$name.html"
}
for scenario in main plant-year-100mw; do
  "$program" run "$root/scenarios/$scenario.json" --out "$work/$scenario" --progress none >/dev/null
  page "$scenario" "$work/$scenario"
done
# What broke and how busy the fleet was, written by hand: every chart of the page at once.
cp -r "$work/main" "$work/events"
cp "$root"/tests/browser/{events,fleet}.csv "$work/events/"
"$program" curve "$root/scenarios/curve-llama-70b.json" --chips h100-sxm,b200 \
  --concurrency 1,16,64 --tensor-parallel 4,8 --out "$work/curve" >/dev/null
cat >"$work/sweep.json" <<END
{"sweep_version": 1, "name": "caps", "base": "$root/scenarios/main.json",
 "axes": {"/sites/site/clusters/h100/node/chip/power_limit": ["500 W", "700 W"]}}
END
"$program" sweep "$work/sweep.json" --out "$work/sweep.sqlite" >/dev/null
page events "$work/events" "$work/main" "$work/curve" "$work/sweep.sqlite"

bytes=$(stat -c %s "$out/plant-year-100mw.html")
if ((bytes >= 3000000)); then
  echo "tools/browser-test.sh: the page of a year has $bytes bytes, at most 3 MB" >&2
  exit 1
fi
node "$work/report_page_test.mjs" "$out" "$out"/{main,plant-year-100mw,events}.html
echo "tools/browser-test.sh: screenshots in ${out#"$root/"}"
