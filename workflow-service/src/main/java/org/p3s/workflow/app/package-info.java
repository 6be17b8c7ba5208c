/** The use cases of the workflow service, and the ports through which they reach the outside. */
@NullMarked
package org.p3s.workflow.app;

import org.jspecify.annotations.NullMarked;
