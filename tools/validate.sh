#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Predicts every published measurement under TOKENFAB_DATA with build/tokenfab and writes
# docs/validation-errors.md, the first table of docs/validation.md and the pictures
# docs/images/errors-*.svg; with --bands also models/data/error_bands.json, from which every report
# takes its error bands. Half a minute on two cores.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bands=no
case "${1:-}" in
  "") ;;
  --bands) bands=yes ;;
  *) echo "usage: tools/validate.sh [--bands]" >&2 && exit 2 ;;
esac

names=(inferencex_points inference_benchmarks llm_power_itl prompt_token_time_power_a100_h100
  video_image train_step_dgxc_nvidia train_throughput_mpt_foundry train_throughput_nemo
  train_throughput_papers collectives_nccl collectives_ep_alltoall measured_efficiency)
if [[ -z ${TOKENFAB_DATA:-} ]]; then
  echo "TOKENFAB_DATA is not set. It names the folders of measured tables, with colons between:" >&2
  printf '  %s.csv\n' "${names[@]}" >&2
  exit 1
fi
IFS=: read -ra folders <<<"$TOKENFAB_DATA"
tables=()
missing=()
for name in "${names[@]}"; do
  found=
  for folder in "${folders[@]}"; do
    if [[ -z $found && -f $folder/$name.csv ]]; then
      found=$folder/$name.csv
    fi
  done
  if [[ -n $found ]]; then tables+=("$found"); else missing+=("$name.csv"); fi
done
if ((${#missing[@]})); then
  echo "No folder of TOKENFAB_DATA has: ${missing[*]}" >&2
fi
if ((${#tables[@]} == 0)); then exit 1; fi

SECONDS=0
"$root/build/tokenfab" validate-against "${tables[@]}" --jobs "$(nproc)" --out "$work" \
  --by chip,model,engine,precision,regime,concurrency
took=$SECONDS

{
  echo "# Errors of every prediction, by label"
  echo
  cat <<EOF
Written by \`tools/validate.sh\` on $(date -u +%F), in $took s on $(nproc) cores; not by hand.
[validation.md](validation.md) says what the rows are, which of them constants were fitted to, and
what explains the large errors. Errors are in percent of the measured value: median and 90th
percentile of their size, and bias, the median with its sign (+ is predicted too high). Fitted rows
are among them; a row without a label counts in "all" alone.

EOF
  echo "    tokenfab validate-against FILE... --by chip,model,engine,precision,regime,concurrency"
  echo
  echo "| table | rows | SHA-256 begins with |"
  echo "|---|---|---|"
  for table in "${tables[@]}"; do
    echo "| $(basename "$table") | $(($(wc -l <"$table") - 1)) |" \
      "$(sha256sum "$table" | cut -c 1-16) |"
  done
  if ((${#missing[@]})); then
    printf '\nNot there: %s.\n' "${missing[*]}"
  fi
  echo
  grep -v ': not of this kind |' "$work/errors.md"
} >"$work/page.md"
mv "$work/page.md" "$root/docs/validation-errors.md"

line() { # WHAT HEADING GROUP GOAL: a row of the first table, where the group occurs
  awk -v what="$1" -v heading="## $2" -v group="$3" -v goal="$4" -F ' *[|] *' '
    /^## / { inside = $0 == heading }
    inside && $2 == group {
      printf "| %s | %s | %s | %s | %s | %s |\n", what, $3, $4, $5, $6, goal }' "$work/errors.md"
}
{
  echo "| what | rows | median % | p90 % | bias % | goal: median (p90) % |"
  echo "|---|---|---|---|---|---|"
  line "time per output token, served" "time per output token" "regime: closed loop" "10 (30)"
  line "time to first token, served" "time to first token" "regime: closed loop" "25"
  rate="output tokens per second and chip"
  line "output tokens/s per chip, served" "$rate" "regime: closed loop" "10 (30)"
  line "output tokens/s per chip, offline" "$rate" "regime: offline" "12"
  line "chip power, language models" "power per chip" "regime: leaderboard" "8"
  line "chip power over a request, A100" "power per chip" "regime: power at measured times" ""
  energy="chip energy per output token"
  line "chip energy per output token" "$energy" "regime: leaderboard" ""
  line "gap between tokens, leaderboard" "time per output token" "regime: leaderboard" ""
  line "time per image" "time per image or video" "regime: image" "15"
  line "time per video" "time per image or video" "regime: video" "15"
  line "chip energy per image or video" "chip energy per image or video" "**all**" ""
  line "training tokens/s" "training tokens per second" "**all**" "8"
  line "collectives from 16 MiB" "time of a collective" "regime: collective from 16 MiB" "12"
  line "collectives below 16 MiB" "time of a collective" "regime: collective below 16 MiB" ""
  line "dispatch and combine of experts" "time of a collective" "regime: expert exchange" ""
} >"$work/summary.md"
awk -v summary="$work/summary.md" '
  /^<!-- end of the table of tools\/validate.sh -->/ { inside = 0 }
  !inside
  /^<!-- table of tools\/validate.sh -->/ {
    inside = 1
    print ""
    while ((getline row <summary) > 0) print row
    print ""
  }' "$root/docs/validation.md" >"$work/validation.md"
mv "$work/validation.md" "$root/docs/validation.md"

images="$root/docs/images"
mkdir -p "$images"
for name in tpot ttft output-rate-per-chip power-per-chip item-latency training-rate \
  collective-time; do
  if [[ -f $work/errors-$name.svg ]]; then cp "$work/errors-$name.svg" "$images"; fi
done
echo "written: docs/validation-errors.md, a table of docs/validation.md, docs/images/errors-*.svg"
if [[ $bands == yes ]]; then
  cp "$work/error_bands.json" "$root/models/data/error_bands.json"
  echo "written: models/data/error_bands.json"
fi
