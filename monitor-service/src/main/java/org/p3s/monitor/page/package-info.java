/** The web pages, and the stream of events that keeps them up to date. */
@NullMarked
package org.p3s.monitor.page;

import org.jspecify.annotations.NullMarked;
