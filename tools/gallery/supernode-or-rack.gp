# SPDX-License-Identifier: Apache-2.0
# Three machines at two speeds: what they make, draw and cost.
machine(name) = substr(strcol(1), 1, strstrt(strcol(1), ",") - 1)
set multiplot layout 1,3
set style data histograms
set style histogram clustered gap 1
set boxwidth 0.9
set xtics rotate by -30 font ",11"
set yrange [0:*]
set title "thousand output tokens/s"
set key top right
plot "table.csv" using 3:xtic(machine(0)) every ::0::2 lc rgb sky title "25 ms", \
     "" using 3 every ::3::5 lc rgb blue title "50 ms"
unset key
set title "joules per output token"
plot "table.csv" using 7:xtic(machine(0)) every ::0::2 lc rgb sky, \
     "" using 7 every ::3::5 lc rgb blue
set title "USD per million tokens"
plot "table.csv" using 8:xtic(machine(0)) every ::0::2 lc rgb sky, \
     "" using 8 every ::3::5 lc rgb blue
unset multiplot
