#ifndef FLOWCHECK_COMMIT_H
#define FLOWCHECK_COMMIT_H

#ifdef __cplusplus
extern "C" {
#endif

/// The git commit that was checked out when this was compiled, 40 hexadecimal digits; empty if that is not known, as without git
/// or in a linked worktree. Changes that were not committed are not seen.
const char *flowcheck_commit(void);

#ifdef __cplusplus
}
#endif

#endif
