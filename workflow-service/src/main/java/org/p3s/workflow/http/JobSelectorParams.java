package org.p3s.workflow.http;

import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.app.JobSelector;

/** The query parameters that select jobs; a job must match all that are given. */
class JobSelectorParams {

  @QueryParam("uuid")
  public @Nullable List<UUID> uuids;

  @QueryParam("jobtype")
  public @Nullable String jobtype;

  @QueryParam("user")
  public @Nullable String user;

  @QueryParam("site")
  public @Nullable String site;

  @QueryParam("state")
  public @Nullable String state;

  @QueryParam("wfuuid")
  public @Nullable UUID wfuuid;

  @QueryParam("name")
  public @Nullable String name;

  /** For lists: without parameters it selects all jobs. */
  JobSelector forList() {
    return new JobSelector(
        uuids == null ? List.of() : uuids, jobtype, user, site, state, wfuuid, name);
  }

  /** For changes: refuses other states, and a selector without any parameter. */
  JobSelector forChange(List<String> allowedStates) {
    if (state != null && !allowedStates.contains(state)) {
      throw ProblemException.invalid(
          "?state", "is one of " + String.join(", ", allowedStates) + ", not " + state);
    }
    JobSelector selector = forList();
    if (selector.isEmpty()) {
      throw ProblemException.invalid(
          "?uuid", "choose jobs by uuid, jobtype, user, site, state, wfuuid or name");
    }
    return selector;
  }
}
