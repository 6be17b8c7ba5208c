package org.p3s.monitor.app;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;

/**
 * The states that the monitor can show. Other services decide them; only a file's state follows
 * here, from the ends of its workflows.
 */
public final class StateNames {

  public static final Set<String> OF_JOBS =
      sorted(
          Stream.of("defined", "dispatched", "running"),
          Arrays.stream(JobEnd.values()).map(JobEnd::json));

  public static final Set<String> OF_WORKFLOWS =
      sorted(names(WorkflowDefined.State.values()), names(WorkflowFinished.State.values()));

  public static final Set<String> OF_FILES = sorted(Stream.of("arrived", "processed", "failed"));

  private static Stream<String> names(Enum<?>[] states) {
    return Arrays.stream(states).map(state -> state.name().toLowerCase(Locale.ROOT));
  }

  @SafeVarargs
  private static Set<String> sorted(Stream<String>... names) {
    Set<String> all = new TreeSet<>();
    List.of(names).forEach(some -> some.forEach(all::add));
    return java.util.Collections.unmodifiableSet(all);
  }

  private StateNames() {}
}
