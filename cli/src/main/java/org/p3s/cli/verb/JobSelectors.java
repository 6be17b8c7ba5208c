package org.p3s.cli.verb;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.api.Call;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which jobs; what is given combines. */
final class JobSelectors {

  @Parameters(paramLabel = "UUID", arity = "0..*")
  @Nullable List<String> uuids;

  @Option(names = "--jobtype", paramLabel = "TYPE")
  @Nullable String jobtype;

  @Option(names = "--user", paramLabel = "USER")
  @Nullable String user;

  @Option(names = "--site", paramLabel = "SITE", description = "Where they run, or must run.")
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

  /** The one job that is named and nothing else, or null. */
  @Nullable String one() {
    return onlyUuids() && uuids().size() == 1 ? uuids().get(0) : null;
  }

  /** True if nothing but UUIDs is given, or nothing at all. */
  boolean onlyUuids() {
    return jobtype == null
        && user == null
        && site == null
        && state == null
        && wfuuid == null
        && name == null;
  }

  Call with(Call call) {
    return call.with("jobtype", jobtype)
        .with("user", user)
        .with("site", site)
        .with("state", state)
        .with("wfuuid", wfuuid)
        .with("name", name);
  }
}
