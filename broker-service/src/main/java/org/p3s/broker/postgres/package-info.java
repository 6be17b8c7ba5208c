/**
 * The ports of {@code app} in SQL: statements for sets of rows on the reactive client, because they
 * are the hot path.
 */
@NullMarked
package org.p3s.broker.postgres;

import org.jspecify.annotations.NullMarked;
