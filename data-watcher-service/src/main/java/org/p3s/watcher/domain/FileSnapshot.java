package org.p3s.watcher.domain;

import java.time.Instant;

/**
 * What the storage says of a file at one moment.
 *
 * @param size bytes
 * @param mtime time of the last modification
 */
public record FileSnapshot(long size, Instant mtime) {}
