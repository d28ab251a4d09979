// Only what gsl_cblas.h lacks: including OpenBLAS's own cblas.h beside it would define the enumerations twice.
void openblas_set_num_threads(int threads);
int openblas_get_num_threads(void);
char *openblas_get_corename(void);
