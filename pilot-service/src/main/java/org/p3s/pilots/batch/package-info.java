/** Providers that start pilots: on this machine, or through a batch system. */
@NullMarked
package org.p3s.pilots.batch;

import org.jspecify.annotations.NullMarked;
