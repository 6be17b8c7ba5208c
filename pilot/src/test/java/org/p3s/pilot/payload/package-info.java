@NullMarked
package org.p3s.pilot.payload;

import org.jspecify.annotations.NullMarked;
