package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The output of running payloads while somebody follows it: the end of each stream, up to a size
 * limit for each job.
 */
public interface LiveLogs {

  /**
   * Bytes that a pilot sends.
   *
   * @param from offset of the first byte in the stream
   */
  record Chunk(String stream, long from, byte[] data) {}

  /**
   * What is kept of a stream from some offset on.
   *
   * @param last true if the attempt has written all of it
   */
  record Tail(String stream, long lease, long from, byte[] bytes, boolean last) {}

  /** State, attempt and lease of a live job. */
  record LiveJob(String state, int attempt, @Nullable Long lease) {}

  /** What the holder of a job has to know, see {@link JobQueries.LeaseView}. */
  record HolderInstructions(String state, boolean stop, @Nullable String why, boolean follow) {}

  /** Notes that somebody follows the log for so many seconds from now; wakes the job's pilot. */
  Uni<Void> noteFollower(UUID job, int seconds);

  /**
   * Keeps the bytes and wakes those who follow; bytes that came before are skipped.
   *
   * @param last true if these are the last bytes of the attempt
   * @return null if the pilot does not hold the job
   */
  Uni<@Nullable HolderInstructions> append(
      UUID job, long lease, UUID pilot, List<Chunk> chunks, boolean last, int most);

  /** Null if the job is not live. */
  Uni<@Nullable LiveJob> liveJob(UUID job);

  /** What is kept of both streams from these offsets on. */
  Uni<List<Tail>> tails(UUID job, long stdoutFrom, long stderrFrom);

  /** Deletes what nobody follows any more. */
  Uni<Void> deleteUnfollowed();
}
