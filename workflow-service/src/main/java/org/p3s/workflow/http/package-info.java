/** The HTTP API of the workflow service. */
@NullMarked
package org.p3s.workflow.http;

import org.jspecify.annotations.NullMarked;
