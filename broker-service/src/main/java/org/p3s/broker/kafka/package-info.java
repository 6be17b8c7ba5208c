/** Facts of other services come in here. */
@NullMarked
package org.p3s.broker.kafka;

import org.jspecify.annotations.NullMarked;
