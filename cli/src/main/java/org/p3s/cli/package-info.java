/** The command that operators type: parsing, exit codes, where things are. */
@NullMarked
package org.p3s.cli;

import org.jspecify.annotations.NullMarked;
