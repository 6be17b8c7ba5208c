/** The command line options, and the lines that the pilot prints. */
@NullMarked
package org.p3s.pilot.console;

import org.jspecify.annotations.NullMarked;
