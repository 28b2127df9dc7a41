# SPDX-License-Identifier: Apache-2.0
# For the scripts that print the tables of docs and draw its pictures, which source it: where the
# program, its results and the pictures are, how a scenario is played and a metric read.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program="$root/build/tokenfab"
"$root/tools/install-packages.sh" picture
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
images="$root/docs/images"
mkdir -p "$images"

play() { # SCENARIO FOLDER POINTER=VALUE...
  local scenario=$1 out=$2 sets=()
  shift 2
  for set in "$@"; do
    sets+=(--set "$set")
  done
  "$program" run "$root/scenarios/$scenario.json" --out "$work/$out" --progress none \
    "${sets[@]}" >"$work/log" 2>&1 || { cat "$work/log" >&2 && return 1; }
}
metric() { sed -n "s/^ *\"$1\": \([0-9.e+-]*\),*$/\1/p" "$work/$2/report.json" | head -1; }
