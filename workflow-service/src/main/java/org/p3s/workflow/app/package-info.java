/** The use cases. */
@NullMarked
package org.p3s.workflow.app;

import org.jspecify.annotations.NullMarked;
