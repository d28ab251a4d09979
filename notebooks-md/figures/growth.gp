# Written by flowcheck. Draw again with: gnuplot -d, in this folder, on this file.
set encoding utf8
set terminal svg size 302,422 dynamic font 'Helvetica,10.67' linewidth 1 background rgb 'white'
set output './growth.svg'
set datafile separator comma
set border 3 linewidth 0.5
set tics nomirror scale 0.5
set grid linewidth 0.4 linecolor rgb '#dddddd'
set multiplot
set lmargin at screen 0.20625
set rmargin at screen 0.95
set tmargin at screen 0.94444
set bmargin at screen 0.64337
unset label
unset logscale
set format
set key at screen 0.5,0.18817 center top horizontal maxcols 2 samplen 2.5 spacing 0.95 noenhanced
set xrange [0.001:1.0]
set logscale x
set format x '10^{%T}'
set logscale y
set format y '10^{%T}'
unset xlabel
set format x ''
set label 'σ̇/γ' at screen 0.0375, graph 0.5 center rotate noenhanced
set label 'growth of component norms' at graph 0, graph 1 left offset 0,0.6 noenhanced
plot './growth.csv' skip 1 using 17:18 with lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2 title '3 σ^(4/3)', \
  './growth.csv' skip 1 using 1:2 with linespoints linecolor rgb '#0072b2' dashtype 1 pointtype 7 pointsize 0.45 pointnumber 6 linewidth 1.4 title 'component 6', \
  './growth.csv' skip 1 using 3:4 with linespoints linecolor rgb '#d55e00' dashtype (8,3) pointtype 5 pointsize 0.45 pointnumber 7 linewidth 1.4 title 'component 1', \
  './growth.csv' skip 1 using 5:6 with linespoints linecolor rgb '#009e73' dashtype (3,2) pointtype 9 pointsize 0.45 pointnumber 8 linewidth 1.4 title 'component 8', \
  './growth.csv' skip 1 using 7:8 with linespoints linecolor rgb '#cc79a7' dashtype (8,3,2,3) pointtype 4 pointsize 0.45 pointnumber 6 linewidth 1.4 title 'component 4', \
  './growth.csv' skip 1 using 9:10 with linespoints linecolor rgb '#000000' dashtype (1,2) pointtype 6 pointsize 0.45 pointnumber 7 linewidth 1.4 title 'component 7', \
  './growth.csv' skip 1 using 11:12 with linespoints linecolor rgb '#56b4e9' dashtype 1 pointtype 11 pointsize 0.45 pointnumber 8 linewidth 1.4 title 'component 3', \
  './growth.csv' skip 1 using 13:14 with linespoints linecolor rgb '#e69f00' dashtype (8,3) pointtype 8 pointsize 0.45 pointnumber 6 linewidth 1.4 title 'component 9', \
  './growth.csv' skip 1 using 15:16 with linespoints linecolor rgb '#0072b2' dashtype (3,2) pointtype 13 pointsize 0.45 pointnumber 7 linewidth 1.4 title 'component 5'
set tmargin at screen 0.57885
set bmargin at screen 0.27778
unset label
unset logscale
set format
set key off
set xrange [0.001:1.0]
set logscale x
set format x '10^{%T}'
set logscale y
set format y '10^{%T}'
set xlabel 'σ' noenhanced offset 0,0.3
set label 'relative residual' at screen 0.0375, graph 0.5 center rotate noenhanced
set label 'relative residual against 3 σ^(4/3)' at graph 0, graph 1 left offset 0,0.6 noenhanced
plot './growth.csv' skip 1 using 19:20 with points linecolor rgb '#0072b2' pointtype 7 pointsize 0.2 notitle, \
  './growth.csv' skip 1 using 21:22 with points linecolor rgb '#d55e00' pointtype 5 pointsize 0.2 notitle, \
  './growth.csv' skip 1 using 23:24 with points linecolor rgb '#009e73' pointtype 9 pointsize 0.2 notitle, \
  './growth.csv' skip 1 using 25:26 with points linecolor rgb '#cc79a7' pointtype 4 pointsize 0.2 notitle, \
  './growth.csv' skip 1 using 27:28 with points linecolor rgb '#000000' pointtype 6 pointsize 0.2 notitle, \
  './growth.csv' skip 1 using 29:30 with points linecolor rgb '#56b4e9' pointtype 11 pointsize 0.2 notitle, \
  './growth.csv' skip 1 using 31:32 with points linecolor rgb '#e69f00' pointtype 8 pointsize 0.2 notitle, \
  './growth.csv' skip 1 using 33:34 with points linecolor rgb '#0072b2' pointtype 13 pointsize 0.2 notitle
unset multiplot
unset output
