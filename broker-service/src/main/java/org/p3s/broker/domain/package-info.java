/** What a job may do next, who may hold it and who may take it: pure decisions, java only. */
@NullMarked
package org.p3s.broker.domain;

import org.jspecify.annotations.NullMarked;
