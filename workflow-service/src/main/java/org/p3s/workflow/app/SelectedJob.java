package org.p3s.workflow.app;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.JobState;

/** A job that was changed at a person's request, with its present state. */
public record SelectedJob(UUID uuid, @Nullable UUID wfuuid, JobState state) {}
