#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

extern char **environ;

int cprocess_pipe(int ends[2]) {
  int low[2];
#ifdef __linux__
  if (pipe2(low, O_CLOEXEC) != 0) return errno;
#else
  if (pipe(low) != 0) return errno;
  for (int k = 0; k < 2; k++) fcntl(low[k], F_SETFD, FD_CLOEXEC);
#endif
  int error = 0;
  for (int k = 0; k < 2; k++) {
    ends[k] = fcntl(low[k], F_DUPFD_CLOEXEC, 10);
    if (ends[k] < 0) error = errno;
    close(low[k]);
  }
  if (error != 0) {
    for (int k = 0; k < 2; k++)
      if (ends[k] >= 0) close(ends[k]);
  }
  return error;
}

int cprocess_spawn(char *const words[], int requests, int replies, int prints, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t signals;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP;
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, prints, 1);
  posix_spawn_file_actions_adddup2(&actions, prints, 2);
  posix_spawn_file_actions_adddup2(&actions, requests, 3);
  posix_spawn_file_actions_adddup2(&actions, replies, 4);
#ifdef __APPLE__
  flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#else
  posix_spawn_file_actions_addclosefrom_np(&actions, 5);
#endif
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGPIPE);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGQUIT);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, flags);
  error = posix_spawnp(process, words[0], &actions, &attributes, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

void cprocess_enlarge(int pipe) {
#ifdef F_SETPIPE_SZ
  fcntl(pipe, F_SETPIPE_SZ, 1 << 20);
#else
  (void)pipe;
#endif
}

int cprocess_memory(size_t bytes) {
#if defined(__linux__) && defined(F_ADD_SEALS)
  int memory = memfd_create("flowcheck", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -1;
  if (ftruncate(memory, (off_t)bytes) == 0 &&
      fcntl(memory, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) == 0)
    return memory;
  close(memory);
#else
  (void)bytes;
#endif
  return -1;
}

int cprocess_processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

void cprocess_synchronize(int descriptor) {
#ifdef __linux__
  syncfs(descriptor);
#else
  sync();
#endif
}

int cprocess_work_in(posix_spawn_file_actions_t *actions, const char *directory) {
  return posix_spawn_file_actions_addchdir_np(actions, directory);
}
