# SPDX-License-Identifier: Apache-2.0
# Where 54 days of 16,384 GPUs go, by checkpoint; cost of a trained token.
set multiplot
set size 0.55,1
set origin 0,0
set title "lost and restarting, share of the GPU time of 54 days, %"
set style data histograms
set style histogram rowstacked
set boxwidth 0.6
set xtics rotate by -25 font ",11"
set key top right
all = 54 * 24 * 16.384
plot "table.csv" using ($5 / all * 100):xtic(1) lc rgb red title "done again", \
     "" using ($6 / all * 100) lc rgb orange title "restarting"
set size 0.45,1
set origin 0.55,0
unset key
set style data boxes
set yrange [0:*]
set offsets 0, 0, graph 0.08, 0
set title "USD per million trained tokens"
plot "table.csv" using 0:8:xtic(1) with boxes lc rgb blue, \
     "" using 0:8:(sprintf("%.3g", $8)) with labels offset 0,0.7
unset multiplot
