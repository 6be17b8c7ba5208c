/** The events that the watcher consumes. */
@NullMarked
package org.p3s.watcher.kafka;

import org.jspecify.annotations.NullMarked;
