# SPDX-License-Identifier: Apache-2.0
# Chips at work for jobs over the day, shared and not.
set terminal svg size 960,520
set multiplot layout 2,1
set lmargin 11
set rmargin 26
set xrange [0:24]
set xtics 0,3,24
set yrange [0:*]
set key outside right top vertical
set ylabel "replicas, 8 of them rollouts"
plot "shared/series.csv" using ($1 / 3600):11 every ::1 with lines lw 2 lc rgb blue \
       title "shared", \
     "replicas-all-day/series.csv" using ($1 / 3600):11 every ::1 with lines lw 2 \
       lc rgb grey title "replicas all day"
set ylabel "GPUs that jobs hold"
set xlabel "hour of the day"
plot "shared/series.csv" using ($1 / 3600):25 every ::1 with lines lw 2 lc rgb blue \
       title "shared", \
     "replicas-all-day/series.csv" using ($1 / 3600):25 every ::1 with lines lw 2 \
       lc rgb grey title "replicas all day"
unset multiplot
