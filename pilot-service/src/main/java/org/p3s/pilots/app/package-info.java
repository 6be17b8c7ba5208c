/** The use cases, and the ports to what they need from outside. */
@NullMarked
package org.p3s.pilots.app;

import org.jspecify.annotations.NullMarked;
