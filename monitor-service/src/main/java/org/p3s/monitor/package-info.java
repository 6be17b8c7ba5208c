/** The monitor: it keeps what all services report and shows it, as pages and by an API. */
@NullMarked
package org.p3s.monitor;

import org.jspecify.annotations.NullMarked;
