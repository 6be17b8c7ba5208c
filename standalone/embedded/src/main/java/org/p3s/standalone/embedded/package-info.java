/** Real Kafka and real PostgreSQL on this machine, for the standalone system and for tests. */
@NullMarked
package org.p3s.standalone.embedded;

import org.jspecify.annotations.NullMarked;
