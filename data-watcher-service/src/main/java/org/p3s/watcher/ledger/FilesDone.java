package org.p3s.watcher.ledger;

/** Files may have been done: there may be some to move, or room under a cap. */
public record FilesDone() {}
