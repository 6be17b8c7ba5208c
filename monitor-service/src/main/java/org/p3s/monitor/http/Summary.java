package org.p3s.monitor.http;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.projection.Reader;

/** The dashboard's numbers. */
@ApplicationScoped
public class Summary {

  private static final List<Integer> WINDOWS = List.of(60, 600, 3_600, 7_200, 86_400);

  private final Reader reader;
  private final DeadLetters deadLetters;
  private final InstantSource clock;

  Summary(Reader reader, DeadLetters deadLetters, InstantSource clock) {
    this.reader = reader;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /** Counts by state, ends by window, the backlog, and what no consumer could use. */
  public Uni<Map<String, @Nullable Object>> get() {
    return Uni.combine()
        .all()
        .unis(
            reader.states("job"),
            reader.states("workflow"),
            reader.states("pilot"),
            reader.states("file"),
            reader.recent())
        .asTuple()
        .map(
            t -> {
              Map<String, @Nullable Object> summary = new LinkedHashMap<>();
              summary.put("jobs", t.getItem1());
              summary.put("workflows", t.getItem2());
              summary.put("pilots", t.getItem3());
              summary.put("files", t.getItem4());
              summary.put("windows", windows(t.getItem5()));
              Map<String, @Nullable Object> backlog = new LinkedHashMap<>();
              backlog.put("waiting", t.getItem5().get("waiting"));
              backlog.put("oldest_s", t.getItem5().get("oldest_s"));
              summary.put("backlog", backlog);
              summary.put("dead_letters", deadLetters.count());
              summary.put("ts", clock.instant());
              return summary;
            });
  }

  private static List<Map<String, @Nullable Object>> windows(Map<String, @Nullable Object> row) {
    List<Map<String, @Nullable Object>> windows = new ArrayList<>();
    for (int seconds : WINDOWS) {
      Map<String, @Nullable Object> window = new LinkedHashMap<>();
      window.put("seconds", seconds);
      window.put("finished", row.get("good_" + seconds));
      window.put("failed", row.get("bad_" + seconds));
      windows.add(window);
    }
    return windows;
  }
}
