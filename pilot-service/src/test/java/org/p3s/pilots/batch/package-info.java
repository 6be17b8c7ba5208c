@NullMarked
package org.p3s.pilots.batch;

import org.jspecify.annotations.NullMarked;
