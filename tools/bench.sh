#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the benchmarks, runs them, and prints how fast the simulator itself is: one million
# requests (scenarios/bench-million.json) at several fleet sizes, the load growing with the fleet.
#
#   tools/bench.sh [--requests N] [--replicas "N N ..."] [--table-only]
#
# CPU seconds are user + system of the whole process; peak MB is its largest resident set in
# 1e6 bytes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
scenario=$root/scenarios/bench-million.json
# The scenario's request rate is meant for this many replicas.
rate_replicas=64

requests=
replica_counts="1 64 1000 10000"
table_only=false
while (($# > 0)); do
  case "$1" in
    --requests) requests=$2 && shift 2 ;;
    --replicas) replica_counts=$2 && shift 2 ;;
    --table-only) table_only=true && shift ;;
    *)
      echo 'usage: tools/bench.sh [--requests N] [--replicas "N N ..."] [--table-only]' >&2
      exit 2
      ;;
  esac
done

# without_space FILE: JSON on one line, so that grep sees an object whole.
without_space() { tr -d ' \t\r\n' <"$1"; }

# report_number FILE OBJECT KEY: a number in a flat top-level object of report.json. The first
# object of that name counts, which is the top-level one: stamp, run, metrics lead the file.
report_number() {
  without_space "$1" | grep -o "\"$2\":{[^}]*}" | sed -n 1p |
    grep -o "\"$3\":[-+0-9.eE]*" | sed -n '1s/.*://p'
}

# scenario_value KEY: its first value in the scenario, with quotes if it has some.
scenario_value() {
  local value='"[^"]*"\|[-+0-9.eE]*'
  sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\($value\).*/\1/p" "$scenario" | sed -n 1p
}

# scaled_rate REPLICAS: the scenario's request rate for a fleet of that size, unit kept.
scaled_rate() {
  awk -v value="$(scenario_value request_rate)" -v replicas="$1" -v base="$rate_replicas" 'BEGIN {
    quote = sub(/^"/, "", value) ? "\"" : ""
    sub(/"$/, "", value)
    unit = value
    sub(/^[-+0-9.eE]+/, "", unit)
    printf "%s%.9g%s%s\n", quote, value * replicas / base, unit, quote
  }'
}

# bench_row REPLICAS: one run, one line of the table.
bench_row() {
  local out=$scratch/$1 cost=$scratch/$1.cost log=$scratch/$1.log events done_count
  if ! /usr/bin/time -q -f '%U %S %M' -o "$cost" "$root/build/tokenfab" run "$scenario" \
    --out "$out" --progress none \
    --set "/services/chat/pools/main/replicas=$1" \
    --set "/sites/site/clusters/h100/nodes=$1" \
    --set "/workloads/load/request_rate=$(scaled_rate "$1")" \
    --set "/workloads/load/num_prompts=$requests" >"$log" 2>&1; then
    printf '%9s  failed:\n' "$1"
    tail -n 5 "$log"
    return 1
  fi
  events=$(report_number "$out/report.json" run events) || true
  done_count=$(report_number "$out/report.json" metrics requests_completed) || true
  if [[ -z $events || -z $done_count ]]; then
    printf '%9s  failed: no run.events or metrics.requests_completed in its report.json\n' "$1"
    return 1
  fi
  awk -v replicas="$1" -v requests="$done_count" -v events="$events" '{
    cpu = $1 + $2
    per_cpu = (cpu > 0) ? cpu : 0.01  # the clock of time(1) ticks in 0.01 s
    printf "%9d %10d %12d %9.2f %14.0f %12.2f %12.0f %9.1f\n", replicas, requests, events, cpu,
           requests / per_cpu, (requests > 0) ? events / requests : 0, events / per_cpu,
           $3 * 1024 / 1e6
  }' "$cost"
}

"$root/tools/build.sh" bench >&2
if ! $table_only; then
  for program in "$root"/build/tests/bench_*; do
    if [[ -f $program && -x $program ]]; then
      echo "== ${program##*/}"
      "$program"
    fi
  done
fi

if [[ -z $requests ]]; then
  requests=$(scenario_value num_prompts)
fi
if [[ -z $requests || -z $(scenario_value request_rate) ]]; then
  echo "tools/bench.sh: $scenario must state num_prompts and request_rate" >&2
  exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "== simulation speed, $requests requests"
printf '%9s %10s %12s %9s %14s %12s %12s %9s\n' replicas requests events 'CPU s' \
  'req/CPU s' 'events/req' 'events/s' 'peak MB'
status=0
for replicas in $replica_counts; do
  bench_row "$replicas" || status=1
done
exit $status
