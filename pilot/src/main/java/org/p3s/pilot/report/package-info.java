/** Reports to the broker about a job: its start, its live log, and its end. */
@NullMarked
package org.p3s.pilot.report;

import org.jspecify.annotations.NullMarked;
