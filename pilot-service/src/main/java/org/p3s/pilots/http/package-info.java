/** The API. */
@NullMarked
package org.p3s.pilots.http;

import org.jspecify.annotations.NullMarked;
