/** The verb demo: processes real files with a real DAG and reports the results. */
@NullMarked
package org.p3s.cli.demo;

import org.jspecify.annotations.NullMarked;
