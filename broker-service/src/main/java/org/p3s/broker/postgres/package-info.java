/** The ports in SQL: set statements on the reactive client, for they are the hot path. */
@NullMarked
package org.p3s.broker.postgres;

import org.jspecify.annotations.NullMarked;
