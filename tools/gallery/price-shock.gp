# SPDX-License-Identifier: Apache-2.0
# Prices by the week, and what they do to the cost of a token.
set multiplot
set size 0.62,1
set origin 0,0
set xrange [0:365]
set xtics ("Jan" 0, "Apr" 90, "Jul" 181, "Oct" 273)
set yrange [0:*]
set key top left
set title "price of electricity, USD/kWh, mean of a week"
week(file) = sprintf("< awk -F, 'NR > 1 { w = int(($1 - 1) / 604800); p[w] += $6; n[w]++ } ". \
  "END { for (w = 0; w in p; ++w) print w * 7 + 3.5 \",\" p[w] / n[w] }' %s/series.csv", file)
plot week("prices-of-2022") with lines lw 2 lc rgb red title "prices of 2022", \
     week("prices-of-2024") with lines lw 2 lc rgb blue title "prices of 2024"
set size 0.38,1
set origin 0.62,0
unset key
set xrange [*:*]
set xtics auto
set xtics rotate by -20 font ",11"
set offsets 0, 0, graph 0.1, 0
set title "USD per million tokens"
plot "table.csv" using 0:7:xtic(1) with boxes lc rgb blue, \
     "" using 0:7:(sprintf("%.3g", $7)) with labels offset 0,0.7
unset multiplot
