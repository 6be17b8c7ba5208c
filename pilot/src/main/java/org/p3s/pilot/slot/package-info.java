/** The slots: each asks for a job, runs it and reports its end, again and again. */
@NullMarked
package org.p3s.pilot.slot;

import org.jspecify.annotations.NullMarked;
