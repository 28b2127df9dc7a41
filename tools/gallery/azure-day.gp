# SPDX-License-Identifier: Apache-2.0
# Load and replicas over the day.
set terminal svg size 960,520
set multiplot layout 2,1
set lmargin 11
set xrange [0:24]
set xtics 0,3,24
set yrange [0:*]
set key top left
set ylabel "output tokens/s"
plot "three-replicas/series.csv" using ($1 / 3600):10 every ::1 with lines lw 2 lc rgb blue \
       title "asked for, and served by both"
set ylabel "replicas of two GPUs"
set xlabel "hour of the day"
set yrange [0:4.4]
set ytics 1
plot "three-replicas/series.csv" using ($1 / 3600):11 every ::1 with steps lw 2 lc rgb grey \
       title "three replicas", \
     "follows-the-queue/series.csv" using ($1 / 3600):11 every ::1 with steps lw 2 \
       lc rgb orange title "follows the queue"
unset multiplot
