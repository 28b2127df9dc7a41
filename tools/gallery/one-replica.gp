# SPDX-License-Identifier: Apache-2.0
# Cost against the speed that a user sees, and what the chips do meanwhile.
set multiplot layout 1,2
set title "USD per million output tokens"
set logscale y
set grid xtics
set xrange [0:150]
set yrange [0.1:50]
set xlabel "output tokens/s of one user"
unset key
plot "table.csv" using 2:8 with linespoints pt 7 ps 0.7 lw 2 lc rgb blue, \
     "" using 2:8:1 with labels left offset 0.8,-0.9 font ",11"
unset logscale
set title "Share of the chips' peak, %"
set xlabel "users"
unset grid
set grid ytics lc rgb "#dddddd"
set yrange [0:40]
set xrange [-0.5:6.5]
set key top right
plot "table.csv" using 0:6:xtic(word(strcol(1), 1)) with linespoints pt 7 ps 0.7 lw 2 lc rgb blue \
       title "memory bandwidth", \
     "" using 0:5 with linespoints pt 5 ps 0.7 lw 2 lc rgb orange title "arithmetic (MFU)"
unset multiplot
