/** Everything on one machine: starts, watches over, stops and shows the processes of the system. */
@NullMarked
package org.p3s.standalone.stack;

import org.jspecify.annotations.NullMarked;
