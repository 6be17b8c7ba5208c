/** The demonstration: real files through a real DAG. */
@NullMarked
package org.p3s.cli.demo;

import org.jspecify.annotations.NullMarked;
