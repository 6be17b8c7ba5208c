/** Facts enter a service in batches; what can't be used is kept aside, never lost. */
@NullMarked
package org.p3s.platform.inbox;

import org.jspecify.annotations.NullMarked;
