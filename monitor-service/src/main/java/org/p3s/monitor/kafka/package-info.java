/** Consumes all topics, and counts the dead letters of all services. */
@NullMarked
package org.p3s.monitor.kafka;

import org.jspecify.annotations.NullMarked;
