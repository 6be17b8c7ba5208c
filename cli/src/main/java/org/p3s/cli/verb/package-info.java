/** The verbs, one class for each group. */
@NullMarked
package org.p3s.cli.verb;

import org.jspecify.annotations.NullMarked;
