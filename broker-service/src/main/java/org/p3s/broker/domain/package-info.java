/** Pure decisions about jobs, leases, matching and the queue; only plain Java. */
@NullMarked
package org.p3s.broker.domain;

import org.jspecify.annotations.NullMarked;
