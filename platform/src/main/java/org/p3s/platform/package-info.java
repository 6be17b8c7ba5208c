/** What at least three services share; no domain. */
@NullMarked
package org.p3s.platform;

import org.jspecify.annotations.NullMarked;
