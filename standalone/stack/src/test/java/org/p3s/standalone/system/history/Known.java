package org.p3s.standalone.system.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.p3s.contracts.JobEnd;

/** What clients know for sure, whatever the topics say; may be told by many threads. */
public final class Known {

  /**
   * A pilot's word about the end of a payload.
   *
   * @param errcode null if it named none
   */
  public record Report(
      UUID job, long lease, int attempt, UUID pilot, JobEnd state, Integer errcode) {

    /** True if an end of that job says the same. */
    boolean isOf(long otherLease, UUID otherPilot) {
      return lease == otherLease && pilot.equals(otherPilot);
    }

    @Override
    public String toString() {
      return "report %s %s of lease %d, attempt %d, by pilot %s"
          .formatted(state.json(), errcode, lease, attempt, pilot);
    }
  }

  private final Set<UUID> jobs = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Set<UUID> workflows = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Set<UUID> pilots = Collections.synchronizedSet(new LinkedHashSet<>());
  private final List<Report> sent = Collections.synchronizedList(new ArrayList<>());
  private final List<Report> accepted = Collections.synchronizedList(new ArrayList<>());

  /** A job was accepted with 2xx. */
  public void jobAccepted(UUID job) {
    jobs.add(job);
  }

  /** A workflow was accepted with 2xx. */
  public void workflowAccepted(UUID workflow) {
    workflows.add(workflow);
  }

  /** All reports of this pilot are told here. */
  public void pilotSpeaksHere(UUID pilot) {
    pilots.add(Objects.requireNonNull(pilot));
  }

  /** A report left its pilot; whether it arrived is not known. */
  public void reportSent(Report report) {
    sent.add(report);
  }

  /** A report was answered with 2xx. */
  public void reportAccepted(Report report) {
    accepted.add(report);
  }

  public Set<UUID> jobs() {
    return copy(jobs);
  }

  public Set<UUID> workflows() {
    return copy(workflows);
  }

  public Set<UUID> pilots() {
    return copy(pilots);
  }

  public List<Report> sent() {
    synchronized (sent) {
      return List.copyOf(sent);
    }
  }

  public List<Report> accepted() {
    synchronized (accepted) {
      return List.copyOf(accepted);
    }
  }

  private static Set<UUID> copy(Set<UUID> set) {
    synchronized (set) {
      return Set.copyOf(set);
    }
  }
}
