@NullMarked
package org.p3s.pilot.console;

import org.jspecify.annotations.NullMarked;
