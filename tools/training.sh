#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Plays the named scenarios of training with build/tokenfab, prints the tables of
# docs/training-factory.md and draws its pictures: docs/images/training-size.svg,
# checkpoint-interval.svg, mixed-day.svg, step-power.svg. A minute.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/figures.sh"

of() { # SECTION NAME METRIC FOLDER
  sed -n "/^  \"$1\": {/,/^  }/p" "$work/$4/report.json" | sed -n "/^    \"$2\": {/,/^    }/p" |
    sed -n "s/^ *\"$3\": \([0-9.e+-]*\),*$/\1/p" | head -1
}
of_job() { of jobs "$@"; } # JOB METRIC FOLDER

echo "llama3-405b-16k, simulated and published:"
for seed in 1 2 3 4 5; do
  play llama3-405b-16k "llama$seed" /seed=$seed "/assert=[]"
  echo "$(metric interruptions "llama$seed") $(metric effective_training_time_ratio "llama$seed")"
done | awk '{ stops += $1; share += $2 }
  END { printf "| unexpected interruptions in 54 days | %.0f (mean of 5 seeds) | 419 |\n",
          stops / NR
        printf "| effective training time | %.1f %% | > 90 %% |\n", 100 * share / NR }'
awk -v mfu="$(of_job pretrain training_mfu llama1)" 'BEGIN {
  printf "| TFLOP/s per GPU | %.0f | 400 |\n", 989.5 * mfu }'
awk -v step="$(of_job pretrain step_time_s llama1)" \
  -v share="$(metric effective_training_time_ratio llama1)" 'BEGIN {
    steps = 15.6e12 / 16777216
    printf "| GPU-hours for 15.6T tokens, failures included | %.1f M | 30.8 M, with all stages |\n",
      steps * step * 16384 / 3600 / share / 1e6 }'

echo "deepseek-v3-2048, thousand GPU-hours of the 2,048 at work and published:"
play deepseek-v3-2048 v3
for stage in pretrain extend-32k extend-128k fine-tune; do
  awk -v stage=$stage -v useful="$(of_job $stage chip_time_useful_s v3)" \
    -v begin="$(of_job $stage job_start_s v3)" -v end="$(of_job $stage job_end_s v3)" \
    -v step="$(of_job $stage step_time_s v3)" -v mfu="$(of_job $stage training_mfu v3)" \
    -v cost="$(of_job $stage cost_total_usd v3)" 'BEGIN {
      printf "| %s | %.2f s | %.1f %% | %.1f | %.1f | %.0f |\n", stage, step, 100 * mfu,
        useful / 3.6e6, (end - begin) * 2048 / 3.6e6, cost / 1e3 }'
done

echo "supernode-910c-training:"
play supernode-910c-training pangu
awk -v mfu="$(of_job pretrain training_mfu pangu)" \
  -v rate="$(metric training_tokens_per_s pangu)" -v stops="$(metric interruptions pangu)" \
  -v share="$(metric effective_training_time_ratio pangu)" 'BEGIN {
    printf "| %.1f %% | %.2f M | %d | %.1f %% |\n", 100 * mfu, rate / 1e6, stops, 100 * share }'

echo "Size, one failure profile:"
job=/jobs/pretrain/training
cluster=/sites/meta/clusters/h100
sized() { # COPIES FOLDER CHECKPOINT
  local spares=$(($1 * 16 / 64))
  play llama3-405b-16k "$2" "$job/layout/data_parallel_size=$1" \
    "$job/layout/global_batch_size=$((16 * $1))" "$job/tokens=1e15" "/assert=[]" \
    "$job/spare_nodes=$spares" "$cluster/nodes=$((16 * $1 + spares))" "$job/checkpoint=$3"
}
: >"$work/size.csv"
for copies in 16 32 64 128 256 512; do
  sized $copies fixed '{"policy": "fixed", "interval": "15 min"}'
  sized $copies daly '{"policy": "daly", "mode": "sync"}'
  awk -v chips=$((128 * copies)) -v stops="$(metric interruptions fixed)" \
    -v fixed="$(metric effective_training_time_ratio fixed)" \
    -v daly="$(metric effective_training_time_ratio daly)" \
    -v table="$work/size.csv" 'BEGIN {
      mttf = 54 * 24 / stops
      printf "%d,%g,%g,%g\n", chips, mttf, fixed, daly >>table
      printf "| %d | %.1f | %.1f | %.1f |\n", chips, mttf, 100 * fixed, 100 * daly }'
done

echo "Checkpoint interval, 16,384 chips, sync:"
sweep() { # STORAGE NAME
  : >"$work/$2.csv"
  local save
  for minutes in 1 2 3 5 8 12 19 30 45 70 120; do
    save="{\"policy\": \"fixed\", \"interval\": \"$minutes min\", \"mode\": \"sync\"}"
    for seed in 1 2 3; do
      play llama3-405b-16k sweep "/sites/meta/storage_bandwidth=$1" "/assert=[]" /seed=$seed \
        "$job/checkpoint=$save"
      metric effective_training_time_ratio sweep
    done | awk -v at=$minutes '{ sum += $1 } END { printf "%g,%g\n", at, 100 * sum / NR }' \
      >>"$work/$2.csv"
  done
  for policy in young daly; do
    for seed in 1 2 3; do
      play llama3-405b-16k sweep "/sites/meta/storage_bandwidth=$1" "/assert=[]" /seed=$seed \
        "$job/checkpoint={\"policy\": \"$policy\", \"mode\": \"sync\"}"
      awk -v useful="$(of_job pretrain chip_time_useful_s sweep)" \
        -v written="$(metric checkpoints sweep)" \
        -v share="$(metric effective_training_time_ratio sweep)" 'BEGIN {
          print useful / 16384 / written / 60, share }'
    done | awk '{ at += $1; share += $2 } END { printf "%g,%g\n", at / NR, 100 * share / NR }' \
      >"$work/$2-$policy.csv"
    echo "| $1 | $policy | $(tr ',' '|' <"$work/$2-$policy.csv") |"
  done
  echo "| $1 | best of the sweep | $(sort -t, -k2 -g "$work/$2.csv" | tail -1 | tr ',' '|') |"
}
sweep "2 TB/s" fast
sweep "100 GB/s" slow

echo "mixed-day, as shipped and without lending:"
day() { # FOLDER WHAT
  awk -v what="$2" -v tokens="$(of_job research training_tokens "$1")" \
    -v useful="$(of clusters dallas.h100 chip_time_useful_s "$1")" \
    -v line="$(of_job deploy job_end_s "$1")" -v stops="$(metric job_preemptions "$1")" \
    -v ttft="$(of applications people ttft_p99_s "$1")" \
    -v energy="$(metric energy_site_j "$1")" -v cost="$(metric cost_total_usd "$1")" 'BEGIN {
      printf "| %s | %.1f | %.0f | %d | %.1f | %.2f | %.2f | %.0f |\n", what, tokens / 1e9,
        useful / 3600, stops, line / 3600, ttft, energy / 3.6e9, cost }'
}
play mixed-day day
day day "as shipped"
# All 32 replicas stay on: nothing is lent.
play mixed-day fixed /services/chat/autoscaler=fixed /services/chat/pools/main/replicas=32 \
  /services/chat/pools/main/min_replicas=null /services/chat/pools/main/max_replicas=null
day fixed "32 replicas all day"

echo "Power of a step:"
play llama3-405b-16k step "/horizon=330 s" "/plant_interval=100 ms" "/assert=[]" \
  '/output={"series": "100 ms"}'
awk -F, 'NR > 1 && $1 > 300 { if (!least || $3 < least) least = $3; if ($3 > most) most = $3
    sum += $3; ++rows }
  END { printf "| %.2f | %.2f | %.2f |\n", least / 1e6, sum / rows / 1e6, most / 1e6 }' \
  "$work/step/series.csv"

common='set datafile separator ","; set grid xtics ytics lc rgb "#dddddd"
set style data lines; set key outside right top vertical width -2; set lmargin 10; set rmargin 26'
gnuplot <<EOF2
set terminal svg size 960,520 font "sans-serif,12" background "white"
set output "$images/training-size.svg"
$common
set rmargin 34
set logscale x 2
set xrange [1800:74000]
set xtics (2048, 4096, 8192, 16384, 32768, 65536)
set multiplot layout 2,1
set logscale y
set ylabel "hours between interruptions"
plot "$work/size.csv" using 1:2 with linespoints pt 7 ps 0.5 lw 2 lc rgb "#2a6fbb" \
       title "simulated", \
     3.09 * 16384 / x lc rgb "#888888" dt 2 title "3.09 h x 16,384 / chips"
unset logscale y
set yrange [*:100]
set ylabel "effective training time, %"
set xlabel "chips"
plot "$work/size.csv" using 1:(100 * \$3) with linespoints pt 7 ps 0.5 lw 2 lc rgb "#c0392b" \
       title "every quarter of an hour, async", \
     "" using 1:(100 * \$4) with linespoints pt 7 ps 0.5 lw 2 lc rgb "#2e8b57" \
       title "Daly's interval, sync"
unset multiplot
EOF2
gnuplot <<EOF2
set terminal svg size 960,420 font "sans-serif,12" background "white"
set output "$images/checkpoint-interval.svg"
$common
set logscale x
set xrange [0.8:150]
set xtics (1, 2, 5, 10, 20, 30, 60, 120)
set xlabel "minutes of work between checkpoints"
set ylabel "effective training time, %"
plot "$work/fast.csv" with linespoints pt 7 ps 0.4 lw 2 lc rgb "#2a6fbb" \
       title "storage of 2 TB/s", \
     "$work/slow.csv" with linespoints pt 7 ps 0.4 lw 2 lc rgb "#e09030" title "100 GB/s", \
     "< cat $work/fast-young.csv $work/slow-young.csv" with points pt 2 ps 1.4 lw 2 \
       lc rgb "#c0392b" title "Young", \
     "< cat $work/fast-daly.csv $work/slow-daly.csv" with points pt 6 ps 1.6 lw 2 \
       lc rgb "#2e8b57" title "Daly"
EOF2
gnuplot <<EOF2
set terminal svg size 960,640 font "sans-serif,12" background "white"
set output "$images/mixed-day.svg"
$common
set xrange [0:24]
set xtics 0,3,24
day = "$work/day/series.csv"
h(t) = t / 3600.0
set multiplot layout 3,1
set yrange [0:*]
set ylabel "site, kW"
plot day using (h(\$1)):(\$4 / 1e3) lw 2 lc rgb "#2a6fbb" title "as shipped", \
     "$work/fixed/series.csv" using (h(\$1)):(\$4 / 1e3) lc rgb "#888888" \
       title "32 replicas all day"
set ylabel "chips"
plot day using (h(\$1)):25 with steps lw 2 lc rgb "#c0392b" title "held by jobs", \
     day using (h(\$1)):((\$11) * 4) with steps lw 2 lc rgb "#2e8b57" title "replicas ready"
set ylabel "requests in service"
set xlabel "hour of the run"
plot day using (h(\$1)):9 lw 1 lc rgb "#2a6fbb" title "running"
unset multiplot
EOF2
gnuplot <<EOF2
set terminal svg size 960,320 font "sans-serif,12" background "white"
set output "$images/step-power.svg"
$common
set rmargin 34
set xrange [300:330]
set yrange [0:*]
set xlabel "seconds of the run"
set ylabel "racks, MW"
plot "$work/step/series.csv" using 1:(\$3 / 1e6) with steps lw 1.5 lc rgb "#2a6fbb" \
  title "16,384 H100, means of 100 ms"
EOF2
