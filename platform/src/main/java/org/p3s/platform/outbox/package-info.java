/** Facts leave a service through a table, in the transaction of the state they report. */
@NullMarked
package org.p3s.platform.outbox;

import org.jspecify.annotations.NullMarked;
