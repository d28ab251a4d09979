// The C library's elementary functions, and vsnprintf, which writes numbers.
#include <math.h>
#include <stdio.h>
