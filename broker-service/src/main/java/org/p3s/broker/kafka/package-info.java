/** Consumers of the events of other services. */
@NullMarked
package org.p3s.broker.kafka;

import org.jspecify.annotations.NullMarked;
