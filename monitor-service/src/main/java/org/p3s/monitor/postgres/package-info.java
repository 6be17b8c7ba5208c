/** The tables of the monitor: statements that project events into them, and queries. */
@NullMarked
package org.p3s.monitor.postgres;

import org.jspecify.annotations.NullMarked;
