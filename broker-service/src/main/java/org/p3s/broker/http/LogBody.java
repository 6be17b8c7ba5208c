package org.p3s.broker.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.LiveLogs.Chunk;
import org.p3s.platform.problem.ProblemException;

/**
 * What a payload has written since the last request.
 *
 * @param last true if the attempt has written all of its output
 */
record LogBody(
    @Nullable Long lease, @Nullable Part stdout, @Nullable Part stderr, @Nullable Boolean last) {

  /**
   * Bytes of a stream.
   *
   * @param from offset of the first one
   * @param data in base64
   */
  record Part(@Nullable Long from, byte @Nullable [] data) {}

  boolean ends() {
    return Boolean.TRUE.equals(last);
  }

  List<Chunk> chunks(int most) {
    List<Chunk> all = new ArrayList<>();
    add("stdout", stdout, most, all);
    add("stderr", stderr, most, all);
    return all;
  }

  private static void add(String stream, @Nullable Part part, int most, List<Chunk> all) {
    if (part == null) {
      return;
    }
    if (part.from() == null || part.from() < 0 || part.data() == null) {
      throw ProblemException.invalid("/" + stream, "needs an offset `from` and bytes `data`");
    }
    if (part.data().length > most) {
      throw ProblemException.invalid(
          "/" + stream + "/data", "is over " + most + " bytes; leave out the first ones");
    }
    all.add(new Chunk(stream, part.from(), part.data()));
  }
}
