/** The consumers. */
@NullMarked
package org.p3s.workflow.kafka;

import org.jspecify.annotations.NullMarked;
