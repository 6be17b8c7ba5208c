package org.p3s.bench;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.BackgroundJob;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/**
 * JobRunr, the open source edition. Its workers fetch more jobs as soon as they have few left, so
 * the poll interval matters at the beginning only. Jobs are stored in bulk from a stream. The class
 * is public because JobRunr calls the job by reflection.
 */
public final class JobRunrPeer implements PeerComparison.Peer {

  static final AtomicLong DONE = new AtomicLong();

  private static final int WORKERS = 32;
  private static final Duration POLL = Duration.ofSeconds(5);

  private final DataSource source;

  JobRunrPeer(DataSource source) {
    this.source = source;
    JobRunr.configure()
        .useStorageProvider(SqlStorageProviderFactory.using(source))
        .useBackgroundJobServer(
            BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                .andWorkerCount(WORKERS)
                .andPollInterval(POLL),
            false)
        .initialize();
  }

  /** The job: counts itself and does nothing else. */
  public static void nothing() {
    DONE.incrementAndGet();
  }

  @Override
  public String settings() {
    return WORKERS + " workers, polls every " + POLL.toSeconds() + " s (it refuses less)";
  }

  @Override
  public void enqueue(int jobs) {
    BackgroundJob.enqueue(IntStream.range(0, jobs).boxed(), i -> JobRunrPeer.nothing());
  }

  @Override
  public void start() {
    JobRunr.getBackgroundJobServer().start();
  }

  @Override
  public void close() {
    JobRunr.destroy();
  }

  @Override
  public String toString() {
    return "JobRunr on " + source;
  }
}
