@NullMarked
package org.p3s.pilot;

import org.jspecify.annotations.NullMarked;
