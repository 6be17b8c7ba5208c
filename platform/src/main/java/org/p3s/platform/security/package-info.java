/** Who asks, and what it may do. */
@NullMarked
package org.p3s.platform.security;

import org.jspecify.annotations.NullMarked;
