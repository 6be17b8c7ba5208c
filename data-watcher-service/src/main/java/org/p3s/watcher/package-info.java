/** Finds new data files and keeps the ledger of data. */
@NullMarked
package org.p3s.watcher;

import org.jspecify.annotations.NullMarked;
