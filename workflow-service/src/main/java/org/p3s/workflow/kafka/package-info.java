/** The consumers of the topics that this service reads. */
@NullMarked
package org.p3s.workflow.kafka;

import org.jspecify.annotations.NullMarked;
