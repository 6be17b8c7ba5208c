/**
 * Who a pilot is: the signed tokens that the pilot service issues and that it and the broker
 * accept, and what they say about the caller.
 */
@NullMarked
package org.p3s.pilotidentity;

import org.jspecify.annotations.NullMarked;
