#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Plays the named scenarios of the plant with build/tokenfab, prints the tables of docs/plant.md and
# draws its pictures: docs/images/plant-year.svg, four-climates.svg, heat-wave.svg, grid-outage.svg.
# A minute.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/figures.sh"

paid() { # ITEM FOLDER: its line of the cost ledger
  grep -A 2 "\"item\": \"$1\"" "$work/$2/report.json" |
    sed -n 's/^ *"amount_usd": \([0-9.e+-]*\),*$/\1/p' | head -1
}

echo "The battery of plant-year-100mw:"
dispatch=/sites/ulanqab/energy/dispatch
battery() { # FOLDER WHAT
  awk -v what="$2" -v energy="$(paid "grid energy" "$1")" -v demand="$(paid "demand charge" "$1")" \
    -v cycles="$(metric battery_cycles "$1")" -v peak="$(metric peak_import_power_w "$1")" \
    -v export="$(metric energy_export_j "$1")" 'BEGIN {
      printf "| %s | %.2f | %.2f | %.2f | %.0f | %.1f | %.1f |\n", what, energy / 1e6,
        demand / 1e6, (energy + demand) / 1e6, cycles, peak / 1e6, export / 3.6e12 }'
}
play plant-year-100mw none "$dispatch={\"model\": \"none\"}"
battery none "it rests"
play plant-year-100mw self "$dispatch={\"model\": \"self_consumption\"}"
battery self "self_consumption"
play plant-year-100mw shave "$dispatch={\"model\": \"peak_shaving\", \"target\": \"80 MW\"}"
battery shave "peak_shaving, 80 MW"
play plant-year-100mw trade "$dispatch={\"model\": \"price_arbitrage\"}"
battery trade "price_arbitrage"
play plant-year-100mw year
battery year "price_arbitrage, import_target 85 MW (as shipped)"
if play plant-year-100mw best "$dispatch={\"model\": \"day_ahead_optimal\"}" 2>/dev/null; then
  battery best "day_ahead_optimal"
  play plant-year-100mw spared \
    "$dispatch={\"model\": \"day_ahead_optimal\", \"import_target\": \"85 MW\"}"
  battery spared "day_ahead_optimal, import_target 85 MW"
fi

echo "four-climates:"
play four-climates climates
awk -F, 'NR > 1 { it[$1] += $4; all[$1] += $5; water[$1] += $10; carbon[$1] += $12; bill[$1] += $13
    cost[$1] += $14; tokens[$1] += $15 + $16 }
  END { for (site in it) printf "| %s | %.3f | %.2f | %.0f | %.3f | %.1f |\n", site,
    all[site] / it[site], water[site] / it[site], bill[site] / all[site] * 1e3,
    cost[site] / tokens[site] * 1e6, carbon[site] / tokens[site] * 1e9 }' \
  "$work/climates/months.csv" | sort

echo "heat-wave:"
cooling=/sites/dallas/cooling
heat() { # FOLDER WHAT
  awk -v what="$2" -v chip="$(metric chip_temperature_max_degc "$1")" \
    -v clock="$(metric clock_mean "$1")" -v ttft="$(metric ttft_p99_s "$1")" \
    -v tpot="$(metric tpot_p99_s "$1")" -v slo="$(metric slo_attainment "$1")" \
    -v pue="$(metric pue "$1")" -v water="$(metric wue_l_per_kwh "$1")" 'BEGIN {
      printf "| %s | %.1f | %.3f | %.2f | %.0f | %.1f | %.3f | %.2f |\n", what, chip, clock, ttft,
        tpot * 1e3, slo * 100, pue, water }'
}
play heat-wave mild "/sites/dallas/weather/events={}"
heat mild "an ordinary day"
play heat-wave heat
heat heat "the heat wave"
play heat-wave pads $cooling/dry_cooler/pad_effectiveness=0.7
heat pads "with adiabatic pads"
play heat-wave large $cooling/size/margin=1.5
heat large "coolers half as large again"

echo "grid-outage:"
outage() { # FOLDER WHAT
  awk -v what="$2" -v done="$(metric requests_completed "$1")" \
    -v lost="$(metric requests_rejected_deadline "$1")" -v out="$(metric blackouts "$1")" \
    -v hot="$(metric room_temperature_max_degc "$1")" -v cost="$(metric cost_total_usd "$1")" \
    -v token="$(metric cost_per_mtok_output_usd "$1")" \
    -v fuel="$(paid "generator fuel" "$1")" 'BEGIN {
      printf "| %s | %d | %.1f | %.1f | %.0f | %.0f | %.2f |\n", what, out,
        100 * lost / (done + lost), hot, fuel, cost, token }'
}
site=/sites/chicago
play grid-outage calm "$site/plant_faults={}" \
  "$site/energy/grid/outages={\"model\": \"none\"}" "/assert=[]"
outage calm "a quiet day"
play grid-outage outage
outage outage "as shipped"
play grid-outage dark $site/energy/genset=null
outage dark "no generators"
play grid-outage tank "$site/cooling/chilled_water/buffer=8 m3"
outage tank "a buffer tank of 8 m3"

common='set datafile separator ","; set grid xtics ytics lc rgb "#dddddd"
set style data lines; set key outside right top vertical width -2; set lmargin 10; set rmargin 24'

means() { # DAYS: day in the middle, site, own, import, PUE, outside air
  awk -F, -v days="$1" 'NR > 1 { part = int(($1 - 1) / 86400 / days); ++rows[part]; it[part] += $3
      site[part] += $4; own[part] += $13; import[part] += $12; dry[part] += $17 }
    END { for (part = 0; part in rows; ++part) printf "%g,%g,%g,%g,%g,%g\n", (part + 0.5) * days,
      site[part] / rows[part] / 1e6, own[part] / rows[part] / 1e6,
      import[part] / rows[part] / 1e6, site[part] / it[part], dry[part] / rows[part] }' \
    "$work/year/series.csv"
}
# The year by weeks and days, and the hours of a week in spring.
means 7 >"$work/weeks.csv"
means 1 >"$work/days.csv"
awk -F, 'NR > 1 && $1 > 98 * 86400 && $1 <= 105 * 86400 {
    printf "%g,%g,%g,%g,%g,%g\n", ($1 - 3600) / 86400 - 98, $4 / 1e6, $13 / 1e6, $12 / 1e6, $6,
      $22 }' "$work/year/series.csv" >"$work/week.csv"
gnuplot <<EOF
set terminal svg size 960,840 font "sans-serif,12" background "white"
set output "$images/plant-year.svg"
$common
set multiplot layout 4,1
set xrange [0:365]
set xtics ("Jan" 0, "Feb" 31, "Mar" 59, "Apr" 90, "May" 120, "Jun" 151, "Jul" 181, "Aug" 212, \
  "Sep" 243, "Oct" 273, "Nov" 304, "Dec" 334)
set yrange [0:*]
set ylabel "MW, mean of a week"
plot "$work/weeks.csv" using 1:3 with filledcurves x1 fs solid 0.4 lc rgb "#2e8b57" \
       title "own sun and wind", \
     "" using 1:4 lc rgb "#888888" title "import", \
     "" using 1:2 lw 2 lc rgb "#2a6fbb" title "site"
set yrange [1.08:1.16]
set y2range [-25:35]
set y2tics
set ytics nomirror
set ylabel "PUE"
set y2label "degC"
plot "$work/days.csv" using 1:6 axes x1y2 lc rgb "#e09030" title "outside air (right)", \
     "" using 1:5 lw 2 lc rgb "#2a6fbb" title "PUE"
set xrange [0:7]
set xtics ("9 Apr" 0, "10" 1, "11" 2, "12" 3, "13" 4, "14" 5, "15" 6, "16" 7)
unset y2tics
unset y2label
set yrange [0:*]
set ytics mirror
set ylabel "MW, mean of an hour"
plot "$work/week.csv" using 1:3 with filledcurves x1 fs solid 0.4 lc rgb "#2e8b57" \
       title "own sun and wind", \
     "" using 1:4 lc rgb "#888888" title "import", \
     "" using 1:2 lw 2 lc rgb "#2a6fbb" title "site"
set yrange [0:1]
set y2range [0:0.1]
set y2tics 0.02
set ytics nomirror
set ylabel "battery charge"
set y2label "USD/kWh"
plot "$work/week.csv" using 1:5 axes x1y2 with steps lc rgb "#e09030" title "price (right)", \
     "" using 1:6 lw 2 lc rgb "#2a6fbb" title "charge"
unset multiplot
EOF

# Whole months only: the run cuts a January where a site's clock is ahead of the first one's.
for site in chicago guizhou shanghai singapore; do
  awk -F, -v site=$site '$1 == site && $2 ~ /^2025/ {
    printf "%d,%g,%g,%g,%g\n", substr($2, 6), $6, $11, $17, $18 }' \
    "$work/climates/months.csv" >"$work/$site.csv"
done
months() { # COLUMN
  local plot="" name
  for name in guizhou:#2e8b57 shanghai:#e09030 chicago:#2a6fbb singapore:#c0392b; do
    plot+="${plot:+, }\"$work/${name%:*}.csv\" using 1:$1 with linespoints pt 7 ps 0.4 lw 2"
    plot+=" lc rgb \"${name#*:}\" title \"${name%:*}\""
  done
  echo "$plot"
}
gnuplot <<EOF
set terminal svg size 960,620 font "sans-serif,12" background "white"
set output "$images/four-climates.svg"
set datafile separator ","
set grid xtics ytics lc rgb "#dddddd"
set multiplot layout 2,2
set xrange [0.5:12.5]
set xtics ("J" 1, "F" 2, "M" 3, "A" 4, "M" 5, "J" 6, "J" 7, "A" 8, "S" 9, "O" 10, "N" 11, "D" 12)
set key top left
set yrange [1.1:1.32]
set title "PUE"
plot $(months 2)
unset key
set yrange [0:*]
set title "WUE, litres per kWh of IT"
plot $(months 3)
set yrange [*:*]
set title "USD per million tokens"
plot $(months 4)
set yrange [0:*]
set title "g CO2 per million tokens"
plot $(months 5)
unset multiplot
EOF

speed() { # FOLDER: tokens per second of a request in the house, mean of half an hour
  awk -F, 'NR > 1 { tokens += $10; requests += $8 + $9
    if ($1 % 1800 == 0) { printf "%g,%g\n", 6 + ($1 - 900) / 3600, tokens / requests
      tokens = requests = 0 } }' "$work/$1/series.csv" >"$work/$1.csv"
}
speed heat
speed pads
hours='set xrange [6:24]; set xtics 6,2,24; x(t) = 6 + t / 3600.0'
gnuplot <<EOF
set terminal svg size 960,640 font "sans-serif,12" background "white"
set output "$images/heat-wave.svg"
$common
$hours
heat = "$work/heat/series.csv"
pads = "$work/pads/series.csv"
set multiplot layout 3,1
set yrange [30:95]
set ylabel "degC"
plot 85 lc rgb "#c0392b" dt 2 title "throttling", \
     heat using (x(\$1)):21 lw 2 lc rgb "#c0392b" title "chip", \
     "" using (x(\$1)):19 lw 2 lc rgb "#2a6fbb" title "coolant", \
     "" using (x(\$1)):17 lw 2 lc rgb "#e09030" title "outside air", \
     pads using (x(\$1)):21 lc rgb "#888888" title "chip, with pads"
set yrange [0.85:1.02]
set ylabel "clock"
plot heat using (x(\$1)):16 lw 2 lc rgb "#c0392b" title "heat wave", \
     pads using (x(\$1)):16 lc rgb "#888888" title "with pads"
set yrange [0:*]
set ylabel "tokens/s per request"
set xlabel "hour of the day"
plot "$work/heat.csv" lw 2 lc rgb "#c0392b" title "heat wave", \
     "$work/pads.csv" lc rgb "#888888" title "with pads"
unset multiplot
EOF

gnuplot <<EOF
set terminal svg size 960,640 font "sans-serif,12" background "white"
set output "$images/grid-outage.svg"
$common
set xrange [9:14]
set xtics 9,0.5,14
set format x ""
x(t) = 9 + t / 3600.0
shipped = "$work/outage/series.csv"
dark = "$work/dark/series.csv"
set multiplot layout 3,1
set yrange [0:*]
set ylabel "site, kW"
plot shipped using (x(\$1)):(\$4 / 1e3) lw 2 lc rgb "#2a6fbb" title "with generators", \
     dark using (x(\$1)):(\$4 / 1e3) lc rgb "#c0392b" title "without"
set yrange [20:50]
set ylabel "room, degC"
plot 45 lc rgb "#888888" dt 2 title "servers switch off", \
     shipped using (x(\$1)):20 lw 2 lc rgb "#2a6fbb" title "with generators", \
     dark using (x(\$1)):20 lc rgb "#c0392b" title "without"
set yrange [0:*]
set ylabel "output, 1000 tokens/s"
set xlabel "hour of the day"
set format x "%g"
plot shipped using (x(\$1)):(\$10 / 1e3) lw 2 lc rgb "#2a6fbb" title "with generators", \
     dark using (x(\$1)):(\$10 / 1e3) lc rgb "#c0392b" title "without"
unset multiplot
EOF
