/** Runs the whole system on one machine: starts, supervises, stops and lists its processes. */
@NullMarked
package org.p3s.standalone.stack;

import org.jspecify.annotations.NullMarked;
