/** Reproduces the figures that the documents state, against a running stack. */
@NullMarked
package org.p3s.bench;

import org.jspecify.annotations.NullMarked;
