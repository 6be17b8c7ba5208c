/** What a pilot may become, and when it counts as lost; no I/O. */
@NullMarked
package org.p3s.pilots.domain;

import org.jspecify.annotations.NullMarked;
