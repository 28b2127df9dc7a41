# SPDX-License-Identifier: Apache-2.0
# Cost and energy of a token, chip by chip, at 40 tokens/s per user.
set multiplot layout 1,2
set xtics rotate by -35 font ",11"
unset key
set yrange [0:*]
set offsets 0, 0, graph 0.08, 0
set title "USD per million output tokens"
plot "table.csv" using 0:6:xtic(1) with boxes lc rgb blue, \
     "" using 0:6:(sprintf("%.2g", $6)) with labels offset 0,0.7 font ",11"
set title "joules per output token"
plot "table.csv" using 0:5:xtic(1) with boxes lc rgb orange, \
     "" using 0:5:(sprintf("%.2g", $5)) with labels offset 0,0.7 font ",11"
unset multiplot
