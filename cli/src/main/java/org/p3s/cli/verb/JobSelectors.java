package org.p3s.cli.verb;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.api.ApiRequest;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that select jobs; a job must match all of them. */
final class JobSelectors {

  @Parameters(paramLabel = "UUID", arity = "0..*")
  @Nullable List<String> uuids;

  @Option(names = "--jobtype", paramLabel = "TYPE")
  @Nullable String jobtype;

  @Option(names = "--user", paramLabel = "USER")
  @Nullable String user;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "The site where they run or must run.")
  @Nullable String site;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "template, defined, dispatched, running.")
  @Nullable String state;

  @Option(names = "--wfuuid", paramLabel = "UUID", description = "Jobs of this workflow.")
  @Nullable String wfuuid;

  @Option(names = "--name", paramLabel = "NAME")
  @Nullable String name;

  List<String> uuids() {
    return uuids == null ? List.of() : uuids;
  }

  /** The UUID if a single one is the only selector, else null. */
  @Nullable String onlyUuid() {
    return onlyUuids() && uuids().size() == 1 ? uuids().get(0) : null;
  }

  /** True if there are no selectors but UUIDs. */
  boolean onlyUuids() {
    return jobtype == null
        && user == null
        && site == null
        && state == null
        && wfuuid == null
        && name == null;
  }

  ApiRequest addTo(ApiRequest request) {
    return request
        .with("jobtype", jobtype)
        .with("user", user)
        .with("site", site)
        .with("state", state)
        .with("wfuuid", wfuuid)
        .with("name", name);
  }
}
