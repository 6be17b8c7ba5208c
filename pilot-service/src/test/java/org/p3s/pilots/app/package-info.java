@NullMarked
package org.p3s.pilots.app;

import org.jspecify.annotations.NullMarked;
