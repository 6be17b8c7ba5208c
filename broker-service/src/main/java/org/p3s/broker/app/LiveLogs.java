package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What running payloads print while somebody follows: a bounded end of each stream per job. */
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
   * @param last true if the attempt wrote no more
   */
  record Tail(String stream, long lease, long from, byte[] bytes, boolean last) {}

  /** A live job: where it stands. */
  record Stand(String state, int attempt, @Nullable Long lease) {}

  /** What the holder is to know. */
  record Answer(String state, boolean stop, @Nullable String why, boolean follow) {}

  /** Somebody follows for so many seconds from now; wakes whoever looks at the job. */
  Uni<Void> want(UUID job, int seconds);

  /**
   * Keeps the bytes and wakes followers; what came before is skipped.
   *
   * @param last these are the last bytes of the attempt
   * @return null if the job is not in these hands
   */
  Uni<@Nullable Answer> append(
      UUID job, long lease, UUID pilot, List<Chunk> chunks, boolean last, int most);

  /** Null if the job is not live. */
  Uni<@Nullable Stand> stand(UUID job);

  /** What is kept beyond these offsets. */
  Uni<List<Tail>> tails(UUID job, long stdoutFrom, long stderrFrom);

  /** Deletes what nobody follows any more. */
  Uni<Void> forget();
}
