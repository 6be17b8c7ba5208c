/** Simulated data of a small liquid argon detector, and programs that analyse them. */
@NullMarked
package org.p3s.detector;

import org.jspecify.annotations.NullMarked;
