#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Draws docs/images/cost-curve.svg: what a million output tokens costs against the load, for
# four chip generations. Every point is a run of scenarios/main.json with build/tokenfab.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program="$root/build/tokenfab"
"$root/tools/install-packages.sh" picture
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

metric() { sed -n "s/^ *\"$1\": \([0-9.e+-]*\),*$/\1/p" "$2" | head -1; }

for node in hgx-a100-80 hgx-h100 hgx-h200 hgx-b200; do
  for rate in 0.5 1 2 4 8 12 16 20 24 28 32 40; do
    "$program" run "$root/scenarios/main.json" --out "$work/run" --progress none \
      --set "/sites/site/clusters/h100/node/use=$node" \
      --set "/workloads/load/request_rate=$rate /s" \
      --set /workloads/load/num_prompts=20000 --set /output/requests=false > /dev/null
    # A point counts while users are served: median time to first token below a second.
    awk -v rate="$rate" -v cost="$(metric cost_per_mtok_output_usd "$work/run/report.json")" \
      -v ttft="$(metric ttft_p50_s "$work/run/report.json")" \
      'BEGIN { if (ttft < 1) print rate, cost }' >> "$work/$node"
  done
done

mkdir -p "$root/docs/images"
gnuplot << EOF
set terminal svg size 760,420 font "sans-serif,13" background "white"
set output "$root/docs/images/cost-curve.svg"
set logscale xy
set xlabel "requests per second on 16 GPUs (Llama-3.1-70B, chat)"
set ylabel "USD per million output tokens"
set xrange [0.4:50]
set grid xtics ytics mytics lc rgb "#dddddd"
set key top right
plot "$work/hgx-a100-80" with linespoints lw 2 title "A100", \
     "$work/hgx-h100" with linespoints lw 2 title "H100", \
     "$work/hgx-h200" with linespoints lw 2 title "H200", \
     "$work/hgx-b200" with linespoints lw 2 title "B200"
EOF
