/** The tables and the events. */
@NullMarked
package org.p3s.watcher.ledger;

import org.jspecify.annotations.NullMarked;
