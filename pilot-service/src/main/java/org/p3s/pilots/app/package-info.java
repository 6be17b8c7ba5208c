/** The use cases and what they need of the outside. */
@NullMarked
package org.p3s.pilots.app;

import org.jspecify.annotations.NullMarked;
