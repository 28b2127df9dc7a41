# SPDX-License-Identifier: Apache-2.0
# What a second of video costs on three generations, and what it is sold for.
set multiplot layout 1,3
unset key
set yrange [0:*]
set offsets 0, 0, graph 0.1, 0
set title "USD per second of video"
set label 1 "Sora 2: 0.10" at 2, 0.105 center font ",11"
plot "table.csv" using 0:6:xtic(1) with boxes lc rgb blue, \
     0.1 with lines dt 2 lw 2 lc rgb red, \
     "" using 0:6:(sprintf("%.3g", $6)) with labels offset 0,0.7
unset label 1
set title "minutes for a clip, median"
plot "table.csv" using 0:($3 / 60):xtic(1) with boxes lc rgb orange, \
     "" using 0:($3 / 60):(sprintf("%.2g", $3 / 60)) with labels offset 0,0.7
set title "kJ per second of video"
plot "table.csv" using 0:5:xtic(1) with boxes lc rgb green, \
     "" using 0:5:(sprintf("%.0f", $5)) with labels offset 0,0.7
unset multiplot
