/** The tables. */
@NullMarked
package org.p3s.workflow.postgres;

import org.jspecify.annotations.NullMarked;
