/** Reads and writes templates as GraphML. */
@NullMarked
package org.p3s.workflow.graphml;

import org.jspecify.annotations.NullMarked;
