/** The data watcher service: finds new data files and keeps the ledger of them. */
@NullMarked
package org.p3s.watcher;

import org.jspecify.annotations.NullMarked;
