@NullMarked
package org.p3s.pilots;

import org.jspecify.annotations.NullMarked;
