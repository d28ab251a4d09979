// What the system has for programs that run beside this one and Swift's own imports do not show.
#ifndef FLOWCHECK_CPROCESS_H
#define FLOWCHECK_CPROCESS_H

#include <spawn.h>
#include <stddef.h>
#include <sys/types.h>

/// A pipe that no other program inherits, its ends (read, write) above the numbers that a program's descriptors get.
/// 0, or the error number.
int cprocess_pipe(int ends[2]);

/// Starts words[0], looked up in PATH, with nothing on its standard input, `prints` as both of its outputs, `requests` as its descriptor 3 and
/// `replies` as its descriptor 4, in a process group of its own; no other descriptor and no ignored signal is handed on. 0, or the error number.
int cprocess_spawn(char *const words[], int requests, int replies, int prints, pid_t *process);

/// Lets a pipe hold a megabyte where the system allows it.
void cprocess_enlarge(int pipe);

/// A descriptor of so many bytes of memory that cannot shrink; -1 where the system has none.
int cprocess_memory(size_t bytes);

/// Lets a program that is started work in a directory; what was opened for it before is opened from here. 0, or the error number.
int cprocess_work_in(posix_spawn_file_actions_t *actions, const char *directory);

/// How many processors this process may use.
int cprocess_processors(void);

/// Makes everything durable that was written to the file system of an open file; the whole system's where it cannot be told apart.
void cprocess_synchronize(int descriptor);

#endif
