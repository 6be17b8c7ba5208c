/** The tables of the workflow service in PostgreSQL, behind the ports of {@code app}. */
@NullMarked
package org.p3s.workflow.postgres;

import org.jspecify.annotations.NullMarked;
