# SPDX-License-Identifier: Apache-2.0
# The same nodes and users with and without what DeepSeek built.
set multiplot layout 1,3
unset key
set offsets 0, 0, graph 0.08, 0
set xtics rotate by -25 font ",11"
set yrange [0:*]
set title "thousand output tokens/s"
plot "table.csv" using 0:2:xtic(1) with boxes lc rgb blue, \
     "" using 0:2:(sprintf("%.0f", $2)) with labels offset 0,0.7
set title "time to first token p50, s (log)"
set logscale y
set yrange [0.1:40]
plot "table.csv" using 0:4:xtic(1) with boxes lc rgb orange, \
     "" using 0:4:(sprintf("%.3g", $4)) with labels offset 0,0.7
unset logscale y
set yrange [0:*]
set title "tokens/s per user"
plot "table.csv" using 0:3:xtic(1) with boxes lc rgb green, \
     "" using 0:3:(sprintf("%.1f", $3)) with labels offset 0,0.7
unset multiplot
