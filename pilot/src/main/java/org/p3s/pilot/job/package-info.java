/** The request for a job, and the job that the broker assigns. */
@NullMarked
package org.p3s.pilot.job;

import org.jspecify.annotations.NullMarked;
