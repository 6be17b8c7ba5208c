/** DAG templates, workflows, jobs as definitions, datasets, data types. */
@NullMarked
package org.p3s.workflow;

import org.jspecify.annotations.NullMarked;
