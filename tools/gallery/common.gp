# SPDX-License-Identifier: Apache-2.0
# What all pictures of the gallery share. Colours: Okabe and Ito (2008), which colour-blind eyes
# tell apart.
set terminal svg size 960,440 font "sans-serif,13" background "white"
set output out
set datafile separator ","
set datafile missing "NaN"
blue = "#0072b2"; orange = "#e69f00"; green = "#009e73"; red = "#d55e00"
sky = "#56b4e9"; pink = "#cc79a7"; yellow = "#f0e442"; grey = "#888888"
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror
set style fill solid 0.9 noborder
set boxwidth 0.6
set xtics scale 0
