/** Rules of the monitor that need neither events nor tables. */
@NullMarked
package org.p3s.monitor.domain;

import org.jspecify.annotations.NullMarked;
