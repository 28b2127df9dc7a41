#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What each serving mechanism is worth: plays scenarios/mechanisms/base.json with one mechanism off
# and on at a time, prints the table, and writes it to docs/mechanisms.md and the picture
# docs/images/mechanisms.svg. Then the same disaggregated service with KV transfers as flows and in
# closed form, metric by metric (docs/performance.md). Half a minute.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program="$root/build/tokenfab"
"$root/tools/install-packages.sh" picture
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

metric() { sed -n "s/^ *\"$1\": \([0-9.e+-]*\),*$/\1/p" "$2" | head -1; }

play() { # FOLDER POINTER=VALUE...
  local out=$1 sets=()
  shift
  for set in "$@"; do
    sets+=(--set "$set")
  done
  "$program" run "$root/scenarios/mechanisms/base.json" --out "$work/$out" --progress none \
    "${sets[@]}" >/dev/null
}

figures() { # FOLDER: all cost and charged cost per million output tokens, p99 of TTFT and of gaps
  local report=$work/$1/report.json
  awk -v all="$(metric cost_total_usd "$report")" -v tokens="$(metric output_tokens "$report")" \
    -v charged="$(metric cost_per_mtok_output_usd "$report")" \
    -v ttft="$(metric ttft_p99_s "$report")" -v gap="$(metric itl_p99_s "$report")" \
    'BEGIN { printf "%.2f %.2f %.2f %.0f", all / tokens * 1e6, charged, ttft, gap * 1e3 }'
}

: >"$work/table"
: >"$work/figure"
row() { # LABEL WHAT; plays are in the folders off and on
  local off on
  off=$(figures off)
  on=$(figures on)
  echo "\"$1\" $off $on" >>"$work/figure"
  # shellcheck disable=SC2086  # each is four words
  printf '| %s | %s to **%s** | %s to %s | %s to **%s** | %s to %s |\n' "$2" \
    $(paste -d' ' <(printf '%s\n' $off) <(printf '%s\n' $on)) | tee -a "$work/table"
}

pool=/services/chat/pools/main
people=/workloads/chats/concurrency

play off $people=512 $pool/engine/enable_prefix_caching=false
play on $people=512
row "prefix cache" "prefix cache, 512 people"

play off $people=512
play on $people=512 \
  "$pool/kv_tiers={\"dram\": {\"capacity\": \"1 TB\", \"bandwidth\": \"100 GB/s\"}}"
row "tiers" "a tier of host DRAM below it, 512 people"

engine='"engine": {"profile": {"use": "vllm"}, "tensor_parallel_size": 4}'
split="/services/chat/pools={
  \"prefill\": {\"cluster\": \"site/h100\", \"role\": \"prefill\", \"replicas\": 5, $engine},
  \"decode\": {\"cluster\": \"site/h100\", \"role\": \"decode\", \"replicas\": 3, $engine}}"
questions=(/workloads/chats/turns=1
  /workloads/chats/first_tokens/median=4000
  /services/chat/router=least_outstanding)
play off $people=160 "${questions[@]}"
play on $people=160 "${questions[@]}" "$split"
row "disaggregation" "disaggregation, 160 people with single long questions"

play off $people=128
play on $people=128 "$pool/engine/speculative={\"method\": \"draft_model\",
  \"num_speculative_tokens\": 3, \"acceptance\": {\"1\": 0.75},
  \"draft_model\": {\"use\": \"llama-3.1-8b\"}}"
row "speculation" "speculation, 128 people"

play off $people=512
play on $people=512 $pool/engine/quantization=fp8 $pool/engine/kv_cache_dtype=fp8
row "quantization" "quantization to FP8, 512 people"

play off $people=256 /services/chat/router=round_robin
play on $people=256 /services/chat/router=prefix_aware
row "prefix router" "router round_robin to prefix_aware, 256 people"
play on $people=256
row "session router" "router round_robin to session_affinity, 256 people"

day=($people=null "/workloads/chats/session_rate=1 /s" "/horizon=24 h" "/plant_interval=1 min"
  '/workloads/chats/diurnal={"0": 0.2, "7": 0.6, "9": 1.8, "12": 1.4, "14": 1.8, "18": 1,
    "22": 0.5}')
play off "${day[@]}"
play on "${day[@]}" $pool/min_replicas=1 $pool/max_replicas=8 $pool/cold_start=true \
  "$pool/startup_time=1 min" '/services/chat/autoscaler={"model": "queue", "in_flight_target": 24}'
row "autoscaling" "autoscaling over a day, 1 chat a second on average"

cat >"$root/docs/mechanisms.md" <<EOF
# What each mechanism is worth

\`tools/mechanisms.sh\` plays [scenarios/mechanisms/base.json](../scenarios/mechanisms/base.json)
with one mechanism off and on at a time and writes this page: Llama-3.1-70B on eight replicas of
four H100, GPUs rented by the time that replicas hold them, people in chats of eight turns who take
a few seconds between an answer and their next turn. So many people are there that the mechanism
matters, which is why the load differs from row to row; what is off in one row is off in the others,
but for the prefix cache, which is off in its own row only, and the router, which keeps sessions
together where the row is not about routers or single questions. In a closed loop what saves time
lets people ask more, so cost falls as output grows.

| off to on | all cost, USD per Mtok out | charged to output | p99 TTFT, s | p99 gap, ms |
|---|---|---|---|---|
$(cat "$work/table")

"All cost" is the total over the output tokens. "Charged to output" is
\`cost_per_mtok_output_usd\`, the part of it that output bears by busy time: a mechanism that makes
prompts cheaper moves cost from prompts to answers, and this figure can rise while the total falls.

![Cost and time to first token, each mechanism off and on](images/mechanisms.svg)

Why each moves:

* **Prefix cache**: a turn's prompt is the chat so far; what is cached is not computed again, and
  the time goes to answers.
* **Tiers**: 64 chats a replica do not fit into the chips' memory between their turns; fetching one
  from host memory is faster than computing it.
* **Disaggregation**: five replicas only compute prompts, three only decode, so a long prompt no
  longer stands between two tokens, and decode batches are large. The first token waits for the
  cache to be handed over, and the split has to fit the load: at four and four the slowest wait
  nearly three times as long.
* **Speculation**: at 16 people a replica a step mostly waits for weights; checking four tokens
  takes hardly longer than making one. The drafter (Llama-3.1-8B, 75 % of drafts accepted) costs
  time before the first token and memory: with 384 people it evicts prefixes and loses money.
* **Quantization**: half the bytes of weights and cache, twice the arithmetic rate; and the cache
  holds twice the chats.
* **Routing**: only the replica that served the last turn has its cache. \`round_robin\` finds it by
  chance; \`prefix_aware\` weighs the hit against the work that waits there; \`session_affinity\`
  always goes back, which is best where chats are alike.
* **Autoscaling**: at night fewer replicas do; the price is a wait where load grows faster than
  replicas load their weights.

The loads, acceptance ratios and think times are made up. What carries over is the direction and
what it depends on, not the percentages.
EOF

mkdir -p "$root/docs/images"
gnuplot <<EOF
set terminal svg size 960,580 font "sans-serif,12" background "white"
set output "$root/docs/images/mechanisms.svg"
set multiplot layout 2,1
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set grid ytics lc rgb "#dddddd"
set yrange [0:*]
set key outside top right horizontal
set xrange [-0.6:7.6]
set lmargin 9
set ylabel "USD per Mtok out, all cost"
plot "$work/figure" using 2:xtic(1) lc rgb "#b0b0b0" title "off", \
     "" using 6 lc rgb "#2a6fbb" title "on"
set logscale y
set yrange [0.1:100]
set ylabel "p99 time to first token, s"
plot "$work/figure" using 4:xtic(1) lc rgb "#b0b0b0" title "off", \
     "" using 8 lc rgb "#2a6fbb" title "on"
unset multiplot
EOF

echo
echo "KV transfers in closed form against flows, 160 people with single long questions:"
play flow $people=160 "${questions[@]}" "$split" /services/chat/kv_transfer/mode=flow
play closed $people=160 "${questions[@]}" "$split" /services/chat/kv_transfer/mode=closed_form
for name in kv_transfers kv_transfer_mean_s output_tokens ttft_mean_s ttft_p99_s tpot_mean_s \
  itl_p99_s cost_per_mtok_output_usd energy_site_j; do
  awk -v name=$name -v flow="$(metric $name "$work/flow/report.json")" \
    -v closed="$(metric $name "$work/closed/report.json")" 'BEGIN {
      if (flow > 0) printf "    %-28s %14.6g %14.6g %+9.4f %%\n", name, flow, closed,
        100 * (closed / flow - 1) }'
done
