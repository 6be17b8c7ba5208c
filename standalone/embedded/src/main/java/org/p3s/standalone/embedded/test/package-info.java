/** Starts Kafka and PostgreSQL for integration tests. */
@NullMarked
package org.p3s.standalone.embedded.test;

import org.jspecify.annotations.NullMarked;
