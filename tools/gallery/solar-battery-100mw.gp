# SPDX-License-Identifier: Apache-2.0
# A week of the largest step, and cost and carbon of a token by step.
set terminal svg size 960,640
set multiplot
set size 1,0.52
set origin 0,0.48
set lmargin 10
set rmargin 24
set key outside right top vertical
set title "520 MW of sun and 1.9 GWh: a week in early November, MW"
set xrange [0:7]
set xtics 0,1,7
set xlabel "day"
day(t) = t / 86400.0 - 301
plot "520-mw-1-9-gwh/series.csv" using (day($1)):($13 / 1e6) every ::1 with filledcurves x1 \
       fs solid 0.5 lc rgb orange title "sun, used or sold", \
     "" using (day($1)):($4 / 1e6) every ::1 with lines lw 2 lc rgb blue title "site", \
     "" using (day($1)):($12 / 1e6) every ::1 with lines lw 2 lc rgb red title "from the grid", \
     "" using (day($1)):($22 * 100) every ::1 with lines lw 2 lc rgb green \
       title "battery charge, %"
unset xlabel
set lmargin -1
set rmargin -1
unset key
set xrange [*:*]
set yrange [0:*]
set xtics auto
set xtics rotate by -25 font ",11"
set offsets 0, 0, graph 0.12, 0
set size 0.33,0.48
set origin 0,0
set title "USD per million tokens"
plot "table.csv" using 0:9:xtic(1) with boxes lc rgb blue, \
     "" using 0:9:(sprintf("%.3g", $9)) with labels offset 0,0.7 font ",11"
set origin 0.33,0
set title "g CO2 per million tokens"
plot "table.csv" using 0:7:xtic(1) with boxes lc rgb green, \
     "" using 0:7:(sprintf("%.3g", $7)) with labels offset 0,0.7 font ",11"
set origin 0.66,0
set title "bought from the grid, GWh"
plot "table.csv" using 0:4:xtic(1) with boxes lc rgb red, \
     "" using 0:4:(sprintf("%.0f", $4)) with labels offset 0,0.7 font ",11"
unset multiplot
