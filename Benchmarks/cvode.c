// CVODE on one case with our gradient. Prints CPU seconds of the solution and its gradients; writes the final state.
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunlinsol/sunlinsol_spgmr.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <time.h>

void *flow_open(const char *model, long order, const long *shape, long size, const char *data,
                const char *normalization);
long flow_count(void *handle);
double flow_gradient(void *handle, const double *theta, double *gradient, long repeats);

static int derivative(sunrealtype t, N_Vector y, N_Vector ydot, void *handle) {
  (void)t;
  double *out = N_VGetArrayPointer(ydot);
  flow_gradient(handle, N_VGetArrayPointer(y), out, 1);
  for (sunindextype i = 0; i < N_VGetLength(y); i++) out[i] = -out[i];
  return 0;
}

// Arguments: bdf-spgmr|bdf-dense|adams, model, d1xd2…, size, entries, normalization, start (raw), until, rtol, atol,
// end (raw).
int main(int argc, char **argv) {
  if (argc != 12) return 64;
  long shape[16], order = 0;
  for (char *part = strtok(argv[3], "x"); part && order < 16; part = strtok(NULL, "x")) shape[order++] = atol(part);
  void *handle = flow_open(argv[2], order, shape, atol(argv[4]), argv[5], argv[6]);
  if (!handle) return 1;
  long n = flow_count(handle);

  SUNContext context;
#if SUNDIALS_VERSION_MAJOR >= 7
  SUNContext_Create(SUN_COMM_NULL, &context);
#else
  SUNContext_Create(NULL, &context);
#endif
  N_Vector y = N_VNew_Serial(n, context);
  FILE *file = fopen(argv[7], "rb");
  if (!file || fread(N_VGetArrayPointer(y), sizeof(double), n, file) != (size_t)n) return 74;
  fclose(file);

  void *cvode = CVodeCreate(strcmp(argv[1], "adams") ? CV_BDF : CV_ADAMS, context);
  CVodeInit(cvode, derivative, 0.0, y);
  CVodeSStolerances(cvode, atof(argv[9]), atof(argv[10]));
  CVodeSetUserData(cvode, handle);
  CVodeSetMaxNumSteps(cvode, 100000000);
  double until = atof(argv[8]);
  CVodeSetStopTime(cvode, until);
  SUNMatrix matrix = NULL;
  SUNLinearSolver solver;
  if (!strcmp(argv[1], "bdf-dense")) {
    matrix = SUNDenseMatrix(n, n, context);
    solver = SUNLinSol_Dense(y, matrix, context);
  } else {
    solver = SUNLinSol_SPGMR(y, SUN_PREC_NONE, 0, context);
  }
  CVodeSetLinearSolver(cvode, solver, matrix);

  sunrealtype t = 0;
  clock_t begin = clock();
  int flag = CVode(cvode, until, y, &t, CV_NORMAL);
  double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
  long gradients = 0, linear = 0;
  CVodeGetNumRhsEvals(cvode, &gradients);
  CVodeGetNumLinRhsEvals(cvode, &linear);
  file = fopen(argv[11], "wb");
  if (!file || fwrite(N_VGetArrayPointer(y), sizeof(double), n, file) != (size_t)n) return 74;
  fclose(file);
  printf("{\"seconds\": %.6f, \"gradients\": %ld, \"success\": %s}\n", seconds, gradients + linear,
         flag >= 0 ? "true" : "false");
  return 0;
}
