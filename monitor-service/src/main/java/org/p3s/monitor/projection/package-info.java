/** Facts of all services, folded into tables. */
@NullMarked
package org.p3s.monitor.projection;

import org.jspecify.annotations.NullMarked;
