#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The gallery: plays scenarios/gallery/index.json with build/tokenfab, two runs at a time, compares
# the numbers with scenarios/gallery/expected.json, writes the tables of docs/gallery.md and draws
# docs/images/gallery/*.svg. Half a minute. The results stay in build/gallery/ENTRY/RUN.
#
#   tools/gallery.sh [--update] [ENTRY...]   --update takes the numbers over as the expected ones
#   tools/gallery.sh --print [ENTRY...]      the commands of the runs, for playing by hand
# shellcheck disable=SC2016  # $names within single quotes are those of jq
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${TOKENFAB:-$root/build/tokenfab}
gallery=$root/scenarios/gallery
results=$root/build/gallery
images=$root/docs/images/gallery
page=$root/docs/gallery.md
"$root/tools/install-packages.sh" gallery

mode=check
case "${1:-}" in
  --update) mode=update && shift ;;
  --print) mode=print && shift ;;
esac
mapfile -t known < <(jq -r '.entries[].name' "$gallery/index.json")
entries=("$@")
if ((${#entries[@]} == 0)); then
  entries=("${known[@]}")
fi
for entry in "${entries[@]}"; do
  if ! grep -qxF "$entry" <<<"$(printf '%s\n' "${known[@]}")"; then
    echo "tools/gallery.sh: no entry \"$entry\"; known: ${known[*]}" >&2
    exit 2
  fi
done

ask() { # FILTER JQ-ARGS...: of the index, with the functions of figures.jq
  local filter=$1
  shift
  jq -r -L "$root/tools/gallery" "include \"figures\"; $filter" "$@" <"$gallery/index.json"
}

# Every run as a line of words quoted for the shell: folder, scenario, --set POINTER=VALUE...
runs() {
  ask '.entries[] | select(.name | IN($ARGS.positional[])) | .name as $entry | .runs[]
    | [$entry + "/" + (.label | slug), .scenario,
       (.set | to_entries[] | "--set", .key + "=" + .value)] | @sh' --args "${entries[@]}"
}
if [[ $mode == print ]]; then
  runs | sed "s|^'\([^']*\)' '\([^']*\)'|build/tokenfab run scenarios/gallery/\2 --out results/\1|"
  exit
fi

play() { # FOLDER SCENARIO --set POINTER=VALUE...
  local folder=$results/$1 scenario=$2
  shift 2
  mkdir -p "$folder"
  "$program" run "$gallery/$scenario" --out "$folder" --progress none "$@" >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2 && return 1; }
}
export -f play
export results gallery program
mkdir -p "$results"
for entry in "${entries[@]}"; do
  rm -rf "${results:?}/$entry"
done
has_failed=false
runs | xargs -P 2 -L 1 bash -c 'play "$@"' play


# What the runs came out as: NAME of expected.json -> metric -> value.
measured=$results/measured.json
selected='.entries[] | select(.name | IN($ARGS.positional[])) | . as $entry | .runs[]'
ask "$selected"' | [$entry.name, .label, (.label | slug)] | @tsv' --args "${entries[@]}" |
  while IFS=$'\t' read -r entry label folder; do
    ask '.entries[] | select(.name == $entry) | .expected as $names
      | {($entry + "/" + $run): ($report[0] | kept($names))}' --arg entry "$entry" \
      --arg run "$label" --slurpfile report "$results/$entry/$folder/report.json"
  done | jq -s add >"$measured"

if [[ $mode == update ]]; then
  ask '. as $index | ($old[0].results + $new[0]) as $all
    | [$index.entries[] | .name + "/" + .runs[].label] as $names
    | {baseline_version: 1,
       results: [$names[] | {key: ., value: $all[.]}] | from_entries,
       curves: [$index.entries[] | select(.curve) | curve(.; $all)] | from_entries}' \
    --slurpfile old <(cat "$gallery/expected.json" 2>/dev/null ||
      echo '{"results": {}}') \
    --slurpfile new "$measured" >"$results/expected.json"
  cp "$results/expected.json" "$gallery/expected.json"
else
  names='"\($entry.name)/\(.label)=\($results)/\($entry.name)/\(.label | slug)"'
  mapfile -t played < <(ask "$selected | $names" --arg results "$results" --args "${entries[@]}")
  "$program" gate --baseline "$gallery/expected.json" --policy "$gallery/policy.json" --partial \
    "${played[@]}" >"$results/gate.txt" || has_failed=true
fi

# Tables of the page, and columns for the pictures.
for entry in "${entries[@]}"; do
  ask '.entries[] | select(.name == $entry) | table(.; $new[0])' --arg entry "$entry" \
    --slurpfile new "$measured" >"$results/$entry/table.md"
  ask '.entries[] | select(.name == $entry) | csv(.; $new[0])' --arg entry "$entry" \
    --slurpfile new "$measured" >"$results/$entry/table.csv"
  awk -v entry="$entry" -v table="$results/$entry/table.md" '
    $0 == "<!-- end of numbers -->" { inside = 0 }
    !inside { print }
    $0 == "<!-- numbers of " entry " -->" { inside = 1
      while ((getline line < table) > 0) print line }' "$page" >"$results/page.md"
  cp "$results/page.md" "$page"
  (cd "$results/$entry" && gnuplot -e "out = '$images/$entry.svg'" \
    "$root/tools/gallery/common.gp" "$root/tools/gallery/$entry.gp")
done

if $has_failed; then
  cat "$results/gate.txt"
  echo "tools/gallery.sh: numbers differ from scenarios/gallery/expected.json (--update takes" \
    "them over)" >&2
  exit 10
fi
