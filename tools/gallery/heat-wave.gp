# SPDX-License-Identifier: Apache-2.0
# Temperatures, clock and the speed of answers over the hot day.
set terminal svg size 960,640
set multiplot layout 3,1
set lmargin 11
set rmargin 26
set key outside right top vertical
set xrange [6:24]
set xtics 6,2,24
hour(t) = 6 + t / 3600.0
set style data lines
set ylabel "degC"
set yrange [30:95]
plot 85 lc rgb grey dt 2 title "throttling", \
     "heat-wave/series.csv" using (hour($1)):21 every ::1 lw 2 lc rgb red title "chip", \
     "" using (hour($1)):19 every ::1 lw 2 lc rgb blue title "coolant", \
     "" using (hour($1)):17 every ::1 lw 2 lc rgb orange title "outside air"
set ylabel "clock"
set yrange [0.85:1.02]
plot "heat-wave/series.csv" using (hour($1)):16 every ::1 lw 2 lc rgb red title "heat wave", \
     "with-pads/series.csv" using (hour($1)):16 every ::1 lw 2 lc rgb sky title "with pads"
speed(run) = sprintf("< awk -F, 'NR > 1 { t += $10; n += $8 + $9; if ($1 %% 3600 == 0) { ". \
  "print ($1 - 1800) / 3600 + 6 \",\" t / n; t = n = 0 } }' %s/series.csv", run)
set ylabel "tokens/s per request"
set xlabel "hour of the day"
set yrange [0:*]
plot speed("heat-wave") lw 2 lc rgb red title "heat wave", \
     speed("with-pads") lw 2 lc rgb sky title "with pads"
unset multiplot
