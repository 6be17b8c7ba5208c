/** Registration with the pilot service, and heartbeats. */
@NullMarked
package org.p3s.pilot.registration;

import org.jspecify.annotations.NullMarked;
