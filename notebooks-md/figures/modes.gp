# Written by flowcheck. Draw again with: gnuplot -d, in this folder, on this file.
set encoding utf8
set terminal svg size 302,218 dynamic font 'Helvetica,10.67' linewidth 1 background rgb 'white'
set output './modes.svg'
set datafile separator comma
set xlabel 'α' noenhanced offset 0,0.3
set ylabel 't' noenhanced offset 1,0
set key inside right top samplen 2.5 spacing 0.95 noenhanced
set border 3 linewidth 0.5
set tics nomirror scale 0.5
set grid linewidth 0.4 linecolor rgb '#dddddd'
set logscale x
set format x '10^{%T}'
set logscale y
set format y '10^{%T}'
plot './modes.csv' skip 1 using 1:3 with lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2 title 'closed form', \
  './modes.csv' skip 1 using 1:5 with lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2 notitle, \
  './modes.csv' skip 1 using 1:7 with lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2 notitle, \
  './modes.csv' skip 1 using 1:2 with linespoints linecolor rgb '#0072b2' dashtype 1 pointtype 7 pointsize 0.45 linewidth 1.4 title 'mode 1', \
  './modes.csv' skip 1 using 1:4 with linespoints linecolor rgb '#d55e00' dashtype (8,3) pointtype 5 pointsize 0.45 linewidth 1.4 title 'mode 2', \
  './modes.csv' skip 1 using 1:6 with linespoints linecolor rgb '#009e73' dashtype (3,2) pointtype 9 pointsize 0.45 linewidth 1.4 title 'mode 3'
unset output
