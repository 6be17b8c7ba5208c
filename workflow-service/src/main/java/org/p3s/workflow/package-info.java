/** The workflow service: DAG templates, workflows, the definition of jobs, datasets, data types. */
@NullMarked
package org.p3s.workflow;

import org.jspecify.annotations.NullMarked;
