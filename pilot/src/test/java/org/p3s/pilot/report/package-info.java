@NullMarked
package org.p3s.pilot.report;

import org.jspecify.annotations.NullMarked;
