/** Starts a real Kafka and a real PostgreSQL on this machine, for the stack and for tests. */
@NullMarked
package org.p3s.standalone.embedded;

import org.jspecify.annotations.NullMarked;
