package org.p3s.workflow.domain;

import org.jspecify.annotations.Nullable;

/** What a request says of the file on an edge; null leaves it as the template has it. */
public record FileInfo(@Nullable String name, @Nullable String dirpath, @Nullable String comment) {}
