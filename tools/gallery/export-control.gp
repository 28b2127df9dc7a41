# SPDX-License-Identifier: Apache-2.0
# Cost, energy and speed of the fleets that are left.
set multiplot layout 1,3
unset key
set xtics rotate by -30 font ",11"
set yrange [0:*]
set offsets 0, 0, graph 0.1, 0
set title "USD per million tokens"
plot "table.csv" using 0:8:xtic(1) with boxes lc rgb blue, \
     "" using 0:8:(sprintf("%.2g", $8)) with labels offset 0,0.7 font ",11"
set title "joules per output token"
plot "table.csv" using 0:7:xtic(1) with boxes lc rgb orange, \
     "" using 0:7:(sprintf("%.2g", $7)) with labels offset 0,0.7 font ",11"
set title "output tokens/s per chip"
plot "table.csv" using 0:3:xtic(1) with boxes lc rgb green, \
     "" using 0:3:(sprintf("%.0f", $3)) with labels offset 0,0.7 font ",11"
unset multiplot
