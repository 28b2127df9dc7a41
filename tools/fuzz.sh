#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzzers and runs each one, with the address and undefined-behaviour sanitizers.
#
#   tools/fuzz.sh [RUNS] [TARGET...]        RUNS: executions of each target, 1000000 if not given
#
# Starts from tests/fuzz/corpus, tests/fuzz/found and scenarios/*.json. Prints a line per target and
# exits 1 on a finding, which is left as build-fuzz/findings/TARGET-*: once fixed, move it to
# tests/fuzz/found/TARGET/, where the unit tests replay it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

runs=1000000
if (($# > 0)); then
  runs=$1
  shift
fi
if [[ ! $runs =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: tools/fuzz.sh [RUNS] [TARGET...]" >&2
  exit 2
fi

targets=("$@")
if ((${#targets[@]} == 0)); then
  for folder in tests/fuzz/corpus/*/; do
    targets+=("$(basename "$folder")")
  done
fi
for target in "${targets[@]}"; do
  if [[ ! -d tests/fuzz/corpus/$target ]]; then
    echo "tools/fuzz.sh: there is no target $target; see tests/fuzz/entries.cpp" >&2
    exit 2
  fi
done

"$root/tools/install-packages.sh" fuzz
cmake --preset fuzz >/dev/null
cmake --build build-fuzz --target fuzzers >&2
findings=$root/build-fuzz/findings
mkdir -p "$findings"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The words of a target's input: the short string literals of its reader.
words_of() {
  local sources
  case "$1" in
    scenario) sources=(sim/scenario/{,job_}config.cpp models/*/*.cpp models/data/*.json) ;;
    gate_baseline) sources=(sim/gate/{baseline,policy,curve_csv}.cpp) ;;
    answer) sources=(sim/sweep/run_answer.cpp) ;;
    break_even) sources=(sim/core/unit*.cpp sim/compare/break_even_axis.cpp models/*/*.cpp) ;;
    constraint) sources=(sim/core/unit*.cpp sim/sweep/constraint.cpp) ;;
    page_rows) sources=(sim/page/*.cpp sim/metrics/event_kinds.cpp) ;;
    report_json) sources=(sim/report/*.cpp sim/metrics/*.cpp sim/page/*.cpp) ;;
    sweep) sources=(sim/sweep/*.cpp sim/core/unit*.cpp) ;;
    timeline_rows) sources=(sim/timeline/*.cpp sim/metrics/event_kinds.cpp) ;;
    hf_config) sources=(sim/scenario/hf_*.cpp) ;;
    document) sources=(tests/fuzz/sample_schema.hpp) ;;
    units) sources=(sim/core/unit*.cpp) ;;
    assertion) sources=(sim/core/unit*.cpp sim/metrics/*.cpp) ;;
    site_* | urdb) sources=(sim/data/*_{weather,columns,series,tables,rate,periods}.?pp) ;;
    *) sources=(sim/data/*trace.cpp) ;;
  esac
  grep -ohE '"[A-Za-z0-9_./+-]{1,40}"' "${sources[@]}" | sort -u
}

# stat_of FILE NAME: a number of libFuzzer's -print_final_stats.
stat_of() { sed -n "s/^stat::$2: *//p" "$1"; }

printf '%-13s %10s %7s %9s\n' target executions 'per s' findings
status=0
for target in "${targets[@]}"; do
  mkdir -p "$work/$target"
  seeds=("$work/$target" "tests/fuzz/corpus/$target")
  if [[ -d tests/fuzz/found/$target ]]; then
    seeds+=("tests/fuzz/found/$target")
  fi
  if [[ $target == scenario ]]; then
    seeds+=(scenarios)
  fi
  words_of "$target" >"$work/$target.dict"
  log=$findings/$target.log
  rm -f "$findings/$target"-*
  found=0
  # New inputs go to the first folder. A UBSan report ends the run, as ASan's do; quarantine and
  # allocation stacks are kept small for speed.
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    ASAN_OPTIONS=malloc_context_size=8:quarantine_size_mb=16 \
    "build-fuzz/tests/fuzz_$target" "${seeds[@]}" -runs="$runs" -seed=1 -max_len=4096 \
    -timeout=10 -rss_limit_mb=2000 -entropic=0 -dict="$work/$target.dict" \
    -artifact_prefix="$findings/$target-" -print_final_stats=1 >"$log" 2>&1 || found=1
  printf '%-13s %10s %7s %9s\n' "$target" "$(stat_of "$log" number_of_executed_units)" \
    "$(stat_of "$log" average_exec_per_sec)" "$found"
  if ((found > 0)); then
    status=1
    grep -hE 'ERROR|runtime error|what\(\)|invariant|state:|Test unit' "$log" |
      sed -n '1,5s/^/  /p'
  fi
done
exit $status
