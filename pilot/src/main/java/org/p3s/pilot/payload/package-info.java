/** Starts payloads as processes, stops them, and reads what they write. */
@NullMarked
package org.p3s.pilot.payload;

import org.jspecify.annotations.NullMarked;
