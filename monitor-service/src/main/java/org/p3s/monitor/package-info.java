/** What people look at. */
@NullMarked
package org.p3s.monitor;

import org.jspecify.annotations.NullMarked;
