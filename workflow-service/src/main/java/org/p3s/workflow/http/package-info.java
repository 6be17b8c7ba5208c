/** The API. */
@NullMarked
package org.p3s.workflow.http;

import org.jspecify.annotations.NullMarked;
