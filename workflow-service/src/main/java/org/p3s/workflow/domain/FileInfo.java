package org.p3s.workflow.domain;

import org.jspecify.annotations.Nullable;

/** What a request changes of the file on an edge; null: as in the template. */
public record FileInfo(@Nullable String name, @Nullable String dirpath, @Nullable String comment) {}
