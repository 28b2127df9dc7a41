# SPDX-License-Identifier: Apache-2.0
# Numbers of the gallery: metrics of a report, rows of expected.json, tables of docs/gallery.md.

# A folder's name for a label: "CloudMatrix 384, 25 ms" -> "cloudmatrix-384-25-ms".
def slug: ascii_downcase | gsub("[^a-z0-9]+"; "-") | ltrimstr("-") | rtrimstr("-");

# A metric by the name that `tokenfab compare` uses; null if the report has none.
def metric($name):
  ($name | split("/")) as $path |
  if ($path | length) == 1 then .metrics[$name]
  elif $path[0] == "cost" then
    [.cost_ledger[] | select(.layer == $path[1] and .item == $path[2] and .site == $path[3])
      | .amount_usd] | first
  else .[$path[0]][$path[1:-1] | join("/")][$path[-1]] end;

def kept($names): . as $report
  | reduce $names[] as $name ({}; . + ($report | metric($name) | if . == null then {}
      else {($name): .} end));

# A column of a table: a metric times a factor, over other metrics; null if one is missing.
def cell($column):
  [.[$column.value], .[($column.per // [])[]]] as $values
  | if any($values[]; . == null) then null
    else $values[0] * ($column.times // 1) / (reduce $values[1:][] as $each (1; . * $each)) end;

# Three digits that count, as the tables show them: 12345.6 -> "12,346", 0.012345 -> "0.0123".
def digits:
  def grouped: tostring | if length > 3 then (.[:-3] | tonumber | grouped) + "," + .[-3:] else . end;
  if . == null then "-" elif . == 0 then "0"
  elif fabs >= 100 then round | grouped
  else (fabs | log10 | floor) as $exponent
    | (. * pow(10; 2 - $exponent) | round) as $whole
    | if $whole >= 1000 then ($whole / pow(10; 2 - $exponent) | digits)
      else ($whole / pow(10; 2 - $exponent) * 1e6 | round | . / 1e6 | tostring) end
  end;

def table($entry; $results):
  "| | " + ([$entry.table[].heading] | join(" | ")) + " |",
  "|---|" + ([$entry.table[] | "---|"] | join("")),
  ($entry.runs[].label as $run | $results[$entry.name + "/" + $run] as $row
    | "| \($run) | " + ([$entry.table[] as $column | $row | cell($column) | digits]
      | join(" | ")) + " |");

def csv($entry; $results):
  $entry.runs[].label as $run | $results[$entry.name + "/" + $run] as $row
  | [$run, ($entry.table[] as $column | $row | cell($column) // "NaN" | tostring)]
  | "\"" + .[0] + "\"," + (.[1:] | join(","));

# {key: ENTRY, value: {x, y, lines}} of an entry whose runs are points of a curve.
def curve($entry; $results):
  {key: $entry.name, value: ($entry.curve + {lines: {($entry.title): [
    $entry.runs[].label as $run | $results[$entry.name + "/" + $run]
    | [.[$entry.curve.x], .[$entry.curve.y], $run]]}})};
