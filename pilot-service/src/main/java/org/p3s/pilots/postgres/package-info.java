/** Pilots and sites in PostgreSQL. */
@NullMarked
package org.p3s.pilots.postgres;

import org.jspecify.annotations.NullMarked;
