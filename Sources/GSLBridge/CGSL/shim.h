// GSL's global step, control and generator types are C pointers that never change;
// the attribute lets Swift 6 read them without a data-race diagnosis.
#define HAVE_INLINE 1
#define GSL_VAR extern __attribute__((swift_attr("nonisolated(unsafe)")))
#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_version.h>
