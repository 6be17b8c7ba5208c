/** A small liquid argon detector that was never there, and the programs that look at its data. */
@NullMarked
package org.p3s.detector;

import org.jspecify.annotations.NullMarked;
