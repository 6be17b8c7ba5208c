/** Templates, workflows, jobs and datasets, and all decisions about them; without I/O. */
@NullMarked
package org.p3s.workflow.domain;

import org.jspecify.annotations.NullMarked;
