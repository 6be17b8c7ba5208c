/** The HTTP API: bodies in, bodies out. */
@NullMarked
package org.p3s.pilots.http;

import org.jspecify.annotations.NullMarked;
