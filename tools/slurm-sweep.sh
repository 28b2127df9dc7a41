#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Plays a sweep as a Slurm job array, one part per task, and joins the parts when all are done.
#
#   tools/slurm-sweep.sh SWEEP.json [--parts N] [--out DATABASE] [--program FILE] [-- SBATCH ...]
#
# Give sbatch what the cluster wants behind --, for instance: -- --time=8:00:00 --cpus-per-task=16.
# Parts lie in DATABASE.parts with the log of every task. A worker that is killed is started again
# and goes on with what its part holds; tasks of lost nodes are queued again by Slurm; parts that no
# task has ended are submitted again, three times at most. Sweep, program and DATABASE must be on a
# file system that all nodes see.
set -euo pipefail
script=$(readlink -f "${BASH_SOURCE[0]}")
tries_max=3

usage() {
  sed -n 's/^#   //p' "$script" >&2
  exit 2
}

# submit TRY ARRAY: the array of those parts and, when it has ended, the job that joins them.
submit() {
  local words array merge
  words=$(printf '%q ' "$sweep" "$parts" "$out" "$program" "$1" "${sbatch_options[@]}")
  array=$(sbatch --parsable --job-name="sweep-$(basename "$out")" --array="$2" --requeue \
    --open-mode=append --output="$folder/task-%a.log" "${sbatch_options[@]}" \
    --wrap="exec $(printf %q "$script") task $words")
  array=${array%%;*} # JOB;CLUSTER on some
  merge=$(sbatch --parsable --job-name="merge-$(basename "$out")" --dependency="afterany:$array" \
    --open-mode=append --output="$folder/merge.log" "${sbatch_options[@]}" --cpus-per-task=1 \
    --wrap="exec $(printf %q "$script") merge $words")
  echo "parts $2 of $parts: job array $array, joined into $out by job ${merge%%;*}"
}

# One part, in a task of the array.
play() {
  local part=$SLURM_ARRAY_TASK_ID code=0 try
  rm -f "$folder/part-$part.failed"
  for ((try = 1; try <= tries_max; ++try)); do
    code=0
    # The part by name: an array of the parts that are left has another count.
    "$program" sweep "$sweep" --out "$folder/part-$part.sqlite" --resume --shard "$part/$parts" \
      --jobs "${SLURM_CPUS_PER_TASK:-1}" --progress none || code=$?
    if ((code == 0)); then
      touch "$folder/part-$part.done"
      return 0
    fi
    echo "part $part: exit code $code in try $try"
    if ((code < 128)); then
      break
    fi
  done
  # 6: interrupted, by a time limit or preemption; what is left is submitted again. Otherwise the
  # sweep itself is at fault, and doing it again would not help.
  if ((code < 128 && code != 6)); then
    echo "$code" >"$folder/part-$part.failed"
  fi
  return "$code"
}

merge() {
  local left=() part
  for ((part = 1; part <= parts; ++part)); do
    if [[ -e $folder/part-$part.failed ]]; then
      echo "part $part failed with exit code $(cat "$folder/part-$part.failed"); see" \
        "$folder/task-$part.log"
      exit 1
    fi
    if [[ ! -e $folder/part-$part.done ]]; then
      left+=("$part")
    fi
  done
  if ((${#left[@]} > 0 && try < tries_max)); then
    submit $((try + 1)) "$(IFS=, && echo "${left[*]}")"
    exit 0
  fi
  "$program" sweep merge "$out" "$folder"/part-*.sqlite
  if ((${#left[@]} > 0)); then
    echo "parts ${left[*]} did not end in $tries_max tries"
    exit 1
  fi
}

role=${1:-}
if [[ $role == task || $role == merge ]] && (($# >= 6)); then
  sweep=$2 parts=$3 out=$4 program=$5 try=$6
  sbatch_options=("${@:7}")
  folder=$out.parts
  if [[ $role == task ]]; then
    play
  else
    merge
  fi
  exit
fi

sweep='' parts=8 out='' program=$(dirname "$script")/../build/tokenfab
sbatch_options=()
while (($# > 0)); do
  case "$1" in
    --parts | --out | --program)
      (($# >= 2)) || usage
      case "$1" in
        --parts) parts=$2 ;;
        --out) out=$2 ;;
        --program) program=$2 ;;
      esac
      shift 2
      ;;
    --)
      sbatch_options=("${@:2}")
      break
      ;;
    -*) usage ;;
    *)
      [[ -z $sweep ]] || usage
      sweep=$1
      shift
      ;;
  esac
done
if [[ -z $sweep || ! $parts =~ ^[1-9][0-9]*$ ]]; then
  usage
fi
sweep=$(readlink -f "$sweep")
program=$(readlink -f "$program")
if [[ ! -x $program ]]; then
  echo "tools/slurm-sweep.sh: no program at '$program'; name it by --program" >&2
  exit 2
fi
out=$(readlink -f "${out:-results/$(basename "$sweep" .json).sqlite}" || true)
if [[ -z $out ]]; then
  echo "tools/slurm-sweep.sh: the folder of --out is not there" >&2
  exit 2
fi
folder=$out.parts
if [[ -e $out || -e $folder ]]; then
  echo "tools/slurm-sweep.sh: $out or $folder exists already; nothing was submitted" >&2
  exit 2
fi
# Mistakes of the sweep are told here and now instead of in the log of every task.
"$program" sweep "$sweep" --shard "1/$parts" --dry-run
mkdir -p "$folder"
submit 1 "1-$parts"
