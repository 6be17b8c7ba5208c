/** The states of the pilot from registration to shutdown, which all its threads share. */
@NullMarked
package org.p3s.pilot.lifecycle;

import org.jspecify.annotations.NullMarked;
