package org.p3s.standalone.system.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.p3s.contracts.JobEnd;

/**
 * What users and pilots of a test know from the answers to their own requests. Many threads may add
 * to it.
 */
public final class ClientObservations {

  /**
   * A pilot's report of the end of a payload.
   *
   * @param errcode null if the report has none
   */
  public record FinishReport(
      UUID job, long lease, int attempt, UUID pilot, JobEnd state, Integer errcode) {

    /** True if the report is of that lease and pilot. */
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
  private final List<FinishReport> sent = Collections.synchronizedList(new ArrayList<>());
  private final List<FinishReport> accepted = Collections.synchronizedList(new ArrayList<>());

  /** The definition of a job was answered with 2xx. */
  public void jobAccepted(UUID job) {
    jobs.add(job);
  }

  /** The start of a workflow was answered with 2xx. */
  public void workflowAccepted(UUID workflow) {
    workflows.add(workflow);
  }

  /** All reports of this pilot are added here. */
  public void pilotReportsHere(UUID pilot) {
    pilots.add(Objects.requireNonNull(pilot));
  }

  /** A pilot sent a report; it may have arrived or not. */
  public void reportSent(FinishReport report) {
    sent.add(report);
  }

  /** A report was answered with 2xx. */
  public void reportAccepted(FinishReport report) {
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

  public List<FinishReport> sent() {
    synchronized (sent) {
      return List.copyOf(sent);
    }
  }

  public List<FinishReport> accepted() {
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
