// A few threads that share the items of a job and sleep in between: all waits block, none spins.
#ifndef FLOWCHECK_TEAM_H
#define FLOWCHECK_TEAM_H

#include <stdint.h>

typedef struct flow_team flow_team;
// Does one item; `worker` < threads tells the threads apart, 0 being the caller of flow_team_run.
typedef void (*flow_team_body)(void *context, int worker, int64_t item);

// A team of the calling thread and up to threads − 1 helpers; null only where memory is short.
flow_team *flow_team_make(int threads);
// Ends the helpers.
void flow_team_free(flow_team *team);
// Runs body for the items 0 ..< items, each once, in any order and on any thread; returns when all are done. What was
// written before is seen by every item, and what items write is seen after. One call at a time.
void flow_team_run(flow_team *team, int64_t items, void *context, flow_team_body body);
#endif
