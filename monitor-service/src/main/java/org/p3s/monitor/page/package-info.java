/** The web page. */
@NullMarked
package org.p3s.monitor.page;

import org.jspecify.annotations.NullMarked;
