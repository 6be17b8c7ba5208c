/** The use cases of the broker, and the ports that they need. */
@NullMarked
package org.p3s.broker.app;

import org.jspecify.annotations.NullMarked;
