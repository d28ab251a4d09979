# Written by flowcheck. Draw again with: gnuplot -d, in this folder, on this file.
set encoding utf8
set terminal svg size 302,263 dynamic font 'Helvetica,10.67' linewidth 1 background rgb 'white'
set output './gap.svg'
set datafile separator comma
set xlabel 'learning rate η' noenhanced offset 0,0.3
set ylabel 'gap in parameters, drift' noenhanced offset 1,0
set key outside bottom center horizontal maxcols 1 samplen 2.5 spacing 0.95 noenhanced
set border 3 linewidth 0.5
set tics nomirror scale 0.5
set grid linewidth 0.4 linecolor rgb '#dddddd'
set logscale x
set format x '%g'
set logscale y
set format y '10^{%T}'
plot './gap.csv' skip 1 using 1:4 with lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2 title 'order 1', \
  './gap.csv' skip 1 using 1:2 with linespoints linecolor rgb '#0072b2' dashtype 1 pointtype 7 pointsize 0.45 linewidth 1.4 title 'gap', \
  './gap.csv' skip 1 using 1:3 with linespoints linecolor rgb '#d55e00' dashtype (8,3) pointtype 5 pointsize 0.45 linewidth 1.4 title 'drift of balancedness'
unset output
