/** What a template, a workflow and a job are, and how they move; no I/O. */
@NullMarked
package org.p3s.workflow.domain;

import org.jspecify.annotations.NullMarked;
