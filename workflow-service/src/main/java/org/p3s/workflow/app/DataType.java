package org.p3s.workflow.app;

import org.jspecify.annotations.Nullable;

/**
 * A type of files.
 *
 * @param ext the extension of the files, with its dot; empty for none
 */
public record DataType(String name, String ext, @Nullable String comment) {}
