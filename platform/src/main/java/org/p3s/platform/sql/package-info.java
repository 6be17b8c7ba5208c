/** Helpers for the reactive PostgreSQL client: parameters for set operations, values of rows. */
@NullMarked
package org.p3s.platform.sql;

import org.jspecify.annotations.NullMarked;
