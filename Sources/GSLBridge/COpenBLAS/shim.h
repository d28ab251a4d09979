// Only what gsl_cblas.h lacks: including OpenBLAS's own cblas.h beside it would define the enumerations twice.
void openblas_set_num_threads(int threads);
int openblas_get_num_threads(void);
char *openblas_get_corename(void);

// LAPACK's divide-and-conquer eigensolver for symmetric matrices, column-major, which OpenBLAS brings along.
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
             const int *lwork, int *iwork, const int *liwork, int *info);

// LAPACK's divide-and-conquer singular value decomposition, column-major.
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s, double *u,
             const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *iwork, int *info);

// LAPACK's inverse iteration for eigenvectors of a symmetric tridiagonal matrix whose eigenvalues are known.
void dstein_(const int *n, const double *d, const double *e, const int *m, const double *w, const int *iblock,
             const int *isplit, double *z, const int *ldz, double *work, int *iwork, int *ifail, int *info);

// LAPACK's Cholesky factorization of a symmetric positive definite matrix, column-major, and the solution by it.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b, const int *ldb,
             int *info);

#if defined(__linux__)
// glibc declares dladdr only under _GNU_SOURCE, which Swift's C library module does not define.
struct flowcheck_symbol_info {
  const char *dli_fname;
  void *dli_fbase;
  const char *dli_sname;
  void *dli_saddr;
};
int flowcheck_dladdr(const void *address, struct flowcheck_symbol_info *info) __asm__("dladdr");
#endif
