/** Measures the figures that the documentation states, on a running stack. */
@NullMarked
package org.p3s.bench;

import org.jspecify.annotations.NullMarked;
