package org.p3s.workflow.domain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request changes of a node's job; null: as in the template. The env is merged. */
public record JobInfo(
    @Nullable String payload,
    @Nullable Map<String, String> env,
    @Nullable Integer priority,
    @Nullable Long timelimit) {}
