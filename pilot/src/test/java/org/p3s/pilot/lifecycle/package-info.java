@NullMarked
package org.p3s.pilot.lifecycle;

import org.jspecify.annotations.NullMarked;
