package org.p3s.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * db-scheduler with the settings that its documentation recommends for high throughput on
 * PostgreSQL: lock-and-fetch (select for update, skip locked) that fetches several times as many
 * executions as there are threads, and insertions in batches.
 */
final class DbSchedulerPeer implements PeerComparison.Peer {

  static final AtomicLong DONE = new AtomicLong();

  private static final int THREADS = 50;
  private static final double LOWER = 0.5;
  private static final double UPPER = 4;
  private static final int BATCH = 500;
  private static final Duration POLL = Duration.ofMillis(100);

  private static final String TABLE =
      """
      CREATE TABLE scheduled_tasks (
        task_name text NOT NULL,
        task_instance text NOT NULL,
        task_data bytea,
        execution_time timestamptz NOT NULL,
        picked boolean NOT NULL,
        picked_by text,
        last_success timestamptz,
        last_failure timestamptz,
        consecutive_failures int,
        last_heartbeat timestamptz,
        version bigint NOT NULL,
        priority smallint,
        PRIMARY KEY (task_name, task_instance)
      );
      CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
      CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
      """;

  private final OneTimeTask<Void> task =
      Tasks.oneTime("nothing").execute((instance, context) -> DONE.incrementAndGet());
  private final Scheduler scheduler;
  private int next;

  DbSchedulerPeer(DataSource source) throws SQLException {
    PeerComparison.execute(source, TABLE);
    scheduler =
        Scheduler.create(source, task)
            .threads(THREADS)
            .pollUsingLockAndFetch(LOWER, UPPER)
            .pollingInterval(POLL)
            .build();
  }

  @Override
  public String settings() {
    return "lock-and-fetch "
        + LOWER
        + " to "
        + UPPER
        + " of "
        + THREADS
        + " threads, polls every "
        + POLL.toMillis()
        + " ms, insertions in batches of "
        + BATCH;
  }

  @Override
  public void enqueue(int jobs) {
    Instant now = Instant.now();
    for (int from = 0; from < jobs; from += BATCH) {
      List<TaskInstance<?>> list = new ArrayList<>();
      for (int i = from; i < Math.min(jobs, from + BATCH); i++) {
        list.add(task.instance(Integer.toString(next++)));
      }
      scheduler.scheduleBatch(list, now);
    }
  }

  @Override
  public void start() {
    scheduler.start();
  }

  @Override
  public void close() {
    scheduler.stop();
  }
}
