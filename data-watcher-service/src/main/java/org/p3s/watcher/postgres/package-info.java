/** The ledger and the watches in PostgreSQL. */
@NullMarked
package org.p3s.watcher.postgres;

import org.jspecify.annotations.NullMarked;
