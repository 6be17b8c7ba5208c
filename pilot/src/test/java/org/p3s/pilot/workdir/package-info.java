@NullMarked
package org.p3s.pilot.workdir;

import org.jspecify.annotations.NullMarked;
