/** The queue of jobs, matching, leases, long polls, reports, logs of jobs. */
@NullMarked
package org.p3s.broker;

import org.jspecify.annotations.NullMarked;
