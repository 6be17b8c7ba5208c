/** The pilot service: sites, pilots and their heartbeats, and the start of pilots. */
@NullMarked
package org.p3s.pilots;

import org.jspecify.annotations.NullMarked;
