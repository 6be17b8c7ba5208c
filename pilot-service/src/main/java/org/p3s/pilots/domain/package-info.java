/** What a pilot may become, when it counts as lost, and how many are needed; no I/O. */
@NullMarked
package org.p3s.pilots.domain;

import org.jspecify.annotations.NullMarked;
