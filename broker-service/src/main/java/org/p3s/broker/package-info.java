/** The broker service: the queue of jobs, matching, leases, long polls, reports and logs. */
@NullMarked
package org.p3s.broker;

import org.jspecify.annotations.NullMarked;
