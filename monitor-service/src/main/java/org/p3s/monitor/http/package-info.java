/** The JSON API. */
@NullMarked
package org.p3s.monitor.http;

import org.jspecify.annotations.NullMarked;
