#include "Team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct flow_team {
  pthread_mutex_t lock;
  pthread_cond_t start, done;
  int helpers, stopping;
  // The job at hand; `open` while items may still be waiting.
  uint64_t job;
  int open, busy;
  int64_t items;
  void *context;
  flow_team_body body;
  atomic_int_least64_t next;
  struct flow_helper {
    flow_team *team;
    int worker;
    pthread_t thread;
  } helper[];
};

static void take_items(flow_team *team, int worker, int64_t items, void *context, flow_team_body body) {
  for (;;) {
    const int64_t item = atomic_fetch_add_explicit(&team->next, 1, memory_order_relaxed);
    if (item >= items) return;
    body(context, worker, item);
  }
}

static void *help(void *argument) {
  const struct flow_helper *helper = argument;
  flow_team *team = helper->team;
  uint64_t seen = 0;
  pthread_mutex_lock(&team->lock);
  for (;;) {
    while (!team->stopping && !(team->open && team->job != seen)) pthread_cond_wait(&team->start, &team->lock);
    if (team->stopping) break;
    seen = team->job;
    team->busy++;
    const int64_t items = team->items;
    void *context = team->context;
    flow_team_body body = team->body;
    pthread_mutex_unlock(&team->lock);
    take_items(team, helper->worker, items, context, body);
    pthread_mutex_lock(&team->lock);
    if (--team->busy == 0) pthread_cond_signal(&team->done);
  }
  pthread_mutex_unlock(&team->lock);
  return NULL;
}

flow_team *flow_team_make(int threads) {
  const int helpers = threads > 1 ? threads - 1 : 0;
  flow_team *team = calloc(1, sizeof(flow_team) + (size_t)helpers * sizeof(struct flow_helper));
  if (!team) return NULL;
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->start, NULL);
  pthread_cond_init(&team->done, NULL);
  for (int i = 0; i < helpers; i++) {
    team->helper[i].team = team;
    team->helper[i].worker = i + 1;
    // Fewer threads than asked for change nothing but the time it takes.
    if (pthread_create(&team->helper[i].thread, NULL, help, &team->helper[i]) != 0) break;
    team->helpers++;
  }
  return team;
}

void flow_team_free(flow_team *team) {
  if (!team) return;
  pthread_mutex_lock(&team->lock);
  team->stopping = 1;
  pthread_mutex_unlock(&team->lock);
  pthread_cond_broadcast(&team->start);
  for (int i = 0; i < team->helpers; i++) pthread_join(team->helper[i].thread, NULL);
  pthread_cond_destroy(&team->start);
  pthread_cond_destroy(&team->done);
  pthread_mutex_destroy(&team->lock);
  free(team);
}

void flow_team_run(flow_team *team, int64_t items, void *context, flow_team_body body) {
  pthread_mutex_lock(&team->lock);
  team->items = items;
  team->context = context;
  team->body = body;
  team->job++;
  team->open = 1;
  atomic_store_explicit(&team->next, 0, memory_order_relaxed);
  pthread_mutex_unlock(&team->lock);
  pthread_cond_broadcast(&team->start);
  take_items(team, 0, items, context, body);
  // A helper that has not woken up by now finds the job closed and is not waited for.
  pthread_mutex_lock(&team->lock);
  team->open = 0;
  while (team->busy > 0) pthread_cond_wait(&team->done, &team->lock);
  pthread_mutex_unlock(&team->lock);
}
