# SPDX-License-Identifier: Apache-2.0
# Output over the day, and what an agent's day costs and brings in.
set terminal svg size 960,420
set multiplot
set size 0.56,1
set origin 0,0
set xrange [0:24]
set xtics 0,3,24
set yrange [0:*]
set key top left
set title "output tokens/s, all services"
set xlabel "hour of the day"
plot "200-developers/series.csv" using ($1 / 3600):10 every ::1 with lines lw 2 lc rgb orange \
       title "200 developers", \
     "100-developers/series.csv" using ($1 / 3600):10 every ::1 with lines lw 2 lc rgb blue \
       title "100 developers"
set size 0.44,1
set origin 0.56,0
set title "USD per agent and day"
unset xlabel
set xrange [*:*]
set xtics auto
set xtics rotate by -20 font ",11"
set key top right
set style data histograms
set style histogram clustered gap 1
set boxwidth 0.9
set offsets 0, 0, graph 0.25, 0
plot "table.csv" using 7:xtic(1) lc rgb blue title "cost", \
     "" using 8 lc rgb green title "revenue"
unset multiplot
