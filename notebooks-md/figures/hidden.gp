# Written by flowcheck. Draw again with: gnuplot -d, in this folder, on this file.
set encoding utf8
set terminal svg size 302,218 dynamic font 'Helvetica,10.67' linewidth 1 background rgb 'white'
set output './hidden.svg'
set datafile separator comma
set xlabel 'half the sum of squared residuals' noenhanced offset 0,0.3
set ylabel '|w00|' noenhanced offset 1,0
set key inside right top samplen 2.5 spacing 0.95 noenhanced
set border 3 linewidth 0.5
set tics nomirror scale 0.5
set grid linewidth 0.4 linecolor rgb '#dddddd'
set logscale x
set format x '10^{%T}'
set logscale y
set format y '10^{%T}'
plot './hidden.csv' skip 1 using 1:3 with lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2 title 'bound', \
  './hidden.csv' skip 1 using 1:2 with lines linecolor rgb '#0072b2' dashtype 1 linewidth 1.4 title '|w00|'
unset output
