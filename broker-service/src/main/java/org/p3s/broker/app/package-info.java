/** The use cases and the ports they need. */
@NullMarked
package org.p3s.broker.app;

import org.jspecify.annotations.NullMarked;
